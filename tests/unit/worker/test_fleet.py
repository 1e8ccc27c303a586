"""A worker among others: known while it works, deaf to new jobs while it drains, asking for what it has."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.errors import Unavailable
from assay.judging.ports import Room
from assay.queue.workers import KnownWorker, WorkerCard
from assay.worker.fleet import Membership
from assay.worker.ports import Tell
from tests.contract.houses import NOON
from tests.unit.worker.test_worker import World, accept, working
from tests.waiting import until

CARD = WorkerCard(id="w1", host="h", release="1", host_class="x", slots=2, languages=("c",), started_at=NOON)


@dataclass
class Registry:
    """What the worker tells it, and what it tells the worker."""

    draining: bool = False
    is_out_of_reach: bool = False
    heard: list[str] = field(default_factory=list)

    async def register(self, card: WorkerCard) -> None:
        self._hear(f"register {card.id}")

    async def beat(self, card: WorkerCard, *, busy: int) -> bool:
        self._hear(f"beat {card.id}")
        return self.draining

    async def leave(self, worker_id: str) -> None:
        self._hear(f"leave {worker_id}")

    async def workers(self) -> list[KnownWorker]:
        raise AssertionError("not asked for")

    async def drain(self, worker_ids: Sequence[str] | None, *, draining: bool) -> list[str]:
        raise AssertionError("not asked for")

    def _hear(self, word: str) -> None:
        if self.is_out_of_reach:
            raise Unavailable("no database")
        self.heard.append(word)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def registry() -> Registry:
    return Registry()


async def queued(world: World, name: str) -> bool:
    state = await world.store.submission(name)
    return state is not None and state.status is SubmissionStatus.QUEUED


async def test_a_worker_is_known_from_its_start_to_its_end(world: World, registry: Registry) -> None:
    parts = replace(world.parts(accept), membership=Membership(CARD, registry))
    async with working(parts):
        await until(lambda: "beat w1" in registry.heard)
    assert (registry.heard[0], registry.heard[1], registry.heard[-1]) == (
        "register w1",
        "beat w1",
        "leave w1",
    )


async def test_while_it_drains_it_takes_nothing_and_then_goes_on(world: World, registry: Registry) -> None:
    registry.draining = True
    membership = Membership(CARD, registry)
    async with working(replace(world.parts(accept), membership=membership)):
        await until(lambda: membership.is_draining)
        await world.submit("s1")
        await asyncio.sleep(0.1)
        assert await queued(world, "s1")
        registry.draining = False
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)


class NeverQuiet:
    """The `Wakeups` port, where there is always something: as on a broker whose line is long."""

    def __init__(self) -> None:
        self.waits = 0

    async def wait(self, *, timeout_seconds: float) -> None:
        self.waits += 1
        await asyncio.sleep(0)


async def test_while_it_drains_it_is_not_woken_for_what_others_are_to_take(
    world: World, registry: Registry
) -> None:
    registry.draining = True
    membership, wakeups = Membership(CARD, registry), NeverQuiet()
    parts = replace(world.parts(accept), membership=membership, wakeups=wakeups)
    async with working(parts):
        await until(lambda: membership.is_draining)
        before = wakeups.waits
        await asyncio.sleep(0.1)
        assert wakeups.waits <= before + 1
        registry.draining = False
        await world.submit("s1")
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)


@dataclass
class NotedShare:
    """The `Share` port, of a broker that may hang."""

    hangs: bool = False
    left: int = 0

    async def leave(self) -> None:
        self.left += 1
        if self.hangs:
            await asyncio.sleep(0.2)


async def test_while_it_drains_it_has_no_share_of_what_a_broker_spreads(
    world: World, registry: Registry
) -> None:
    share, membership = NotedShare(), Membership(CARD, registry)
    async with working(replace(world.parts(accept), membership=membership, share=share)):
        await asyncio.sleep(0.05)
        assert share.left == 0
        registry.draining = True
        await until(lambda: share.left == 1)
        await asyncio.sleep(0.1)  # some heartbeats, and some looks
        assert share.left == 1
        registry.draining = False
        await world.submit("s1")
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)
        assert share.left == 1
    assert share.left == 2, "and it leaves when it is told to stop"


async def test_a_broker_that_hangs_keeps_no_running_job_from_its_end(world: World) -> None:
    share, began, goes_on = NotedShare(hangs=True), asyncio.Event(), asyncio.Event()

    async def slow(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        began.set()
        await goes_on.wait()
        return await accept(submission, problem, tell, room)

    await world.submit("s1")
    async with working(replace(world.parts(slow), share=share)) as stopping:
        await began.wait()
        stopping.set()
        await until(lambda: share.left == 1)  # before what runs has ended
        goes_on.set()
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)


async def test_it_asks_for_languages_that_it_has(world: World, registry: Registry) -> None:
    membership = Membership(replace(CARD, languages=("cobol",)), registry)
    async with working(replace(world.parts(accept), membership=membership)):
        await world.submit("s1")  # in C
        await asyncio.sleep(0.1)
        assert await queued(world, "s1")
    async with working(replace(world.parts(accept), membership=Membership(CARD, registry))):
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)


async def test_a_registry_out_of_reach_keeps_nobody_from_judging(world: World, registry: Registry) -> None:
    registry.is_out_of_reach = True
    async with working(replace(world.parts(accept), membership=Membership(CARD, registry))):
        await world.submit("s1")
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)


def test_answers_are_everybodys_language(registry: Registry) -> None:
    assert Membership(CARD, registry).languages == frozenset({"answers", "c"})
    assert Membership(replace(CARD, languages=None), registry).languages is None
