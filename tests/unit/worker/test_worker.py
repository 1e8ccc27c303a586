"""The worker: every job ends judged, handed back, buried or released, whatever its judge does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
import time
from typing import Any

import pytest

from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.adapters.memory.problems import MemoryProblemStore
from assay.adapters.memory.queue import MemoryJobQueue
from assay.adapters.memory.store import MemoryStore
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.errors import Unavailable
from assay.judging.ports import Room
from assay.queue.ports import Lease
from assay.queue.rules import ATTEMPTS_MAX
from assay.worker.job import Pace, Parts
from assay.worker.ports import Happening, Judge, JudgeGoneError, OutOfReach, Tell
from assay.worker.process import run_worker
from tests.contract.houses import NOON, StillClock, judgement, problem, submission
from tests.waiting import until

PACE = Pace(
    slots=2,
    lease_seconds=30,
    heartbeat_seconds=0.01,
    poll_seconds=0.02,
    sweep_seconds=0.01,
    drain_seconds=0.05,
)
ANY_LEASE = Lease(submission_id="s", generation=1, token="t", attempt=1)


def decided(verdict: Verdict = Verdict.AC) -> Decision:
    return judgement(ANY_LEASE, verdict=verdict).decision


async def accept(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
    await tell(Progress(status=SubmissionStatus.COMPILING))
    await tell(Progress(status=SubmissionStatus.RUNNING, test_case=1, total=1))
    return decided()


@dataclass
class Notebook:
    notes: list[tuple[Happening, str]] = field(default_factory=list)
    noted: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, happening: Happening, *, submission_id: str | None, detail: str, count: int = 1) -> None:
        self.notes.append((happening, detail))
        self.noted.set()

    @property
    def happenings(self) -> list[Happening]:
        return [happening for happening, _ in self.notes]


class World:
    """A store in memory, and what a worker on it noted."""

    def __init__(self) -> None:
        self.clock = StillClock()
        self.store = MemoryStore(clock=self.clock)
        self.queue = MemoryJobQueue(self.store, clock=self.clock)
        self.problems = MemoryProblemStore()
        self.bell = MemoryDoorbell()
        self.journal = Notebook()
        self._numbers = count(1)

    async def submit(self, *names: str) -> None:
        await self.problems.record(problem(), at=NOON)
        for name in names:
            await self.store.record_and_enqueue(submission(name), key=None)
        self.bell.ring()

    def parts(self, judge: Judge, pace: Pace = PACE) -> Parts:
        return Parts(
            worker_id="w1",
            queue=self.queue,
            submissions=self.store,
            problems=self.problems,
            judge=judge,
            verdicts=self.store,
            wakeups=self.bell,
            journal=self.journal,
            clock=self.clock,
            new_id=lambda: f"j{next(self._numbers)}",
            new_token=lambda: f"t{next(self._numbers)}",
            chance=lambda: 0.0,
            pace=pace,
        )

    async def ends(self, name: str) -> tuple[SubmissionStatus, Verdict | None]:
        """Wait for the submission's end and say what it is."""
        async with asyncio.timeout(5):
            while True:
                state = await self.store.submission(name)
                if state is not None and state.status.is_final:
                    return state.status, state.verdict
                await asyncio.sleep(0.001)


@pytest.fixture
def world() -> World:
    return World()


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[asyncio.Event]:
    """A worker that runs meanwhile, and is told to stop at the end."""
    stopping = asyncio.Event()
    worker = asyncio.create_task(run_worker(parts, stopping))
    try:
        yield stopping
    finally:
        stopping.set()
        async with asyncio.timeout(5):
            await worker


async def test_what_waits_is_judged_and_told_step_by_step(world: World) -> None:
    await world.submit("s1", "s2", "s3", "s4", "s5")
    async with working(world.parts(accept)):
        for name in ("s1", "s2", "s3", "s4", "s5"):
            assert await world.ends(name) == (SubmissionStatus.JUDGED, Verdict.AC)
    statuses = [event.progress.status.value for event in await world.store.events("s1", after_seq=0)]
    assert statuses == ["queued", "compiling", "running", "judged"]
    (recorded,) = await world.store.judgements("s1")
    assert (recorded.generation, recorded.decision) == (1, decided())


async def test_a_submission_that_the_claim_has_brought_along_is_not_read(world: World) -> None:
    judged: list[Submission] = []
    brought = replace(submission("s1"), user_id="ada")

    class Bringing(MemoryJobQueue):
        async def claim(self, **wanted: Any) -> list[Lease]:
            leases = await super().claim(**wanted)
            return [replace(lease, submission=brought) for lease in leases]

    async def accept_it(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        judged.append(submission)
        return decided()

    await world.submit("s1")
    queue = Bringing(world.store, clock=world.clock)
    async with working(replace(world.parts(accept_it), queue=queue)):
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)
    assert judged == [brought]


async def test_a_ring_wakes_an_idle_worker_long_before_its_next_look(world: World) -> None:
    async with working(world.parts(accept, replace(PACE, poll_seconds=60))):
        await asyncio.sleep(0.02)
        await world.submit("s1")
        await world.ends("s1")


async def test_a_lost_ring_is_healed_by_the_next_look(world: World) -> None:
    async with working(world.parts(accept)):
        await asyncio.sleep(0.02)
        await world.problems.record(problem(), at=NOON)
        await world.store.record_and_enqueue(submission("s1"), key=None)
        await world.ends("s1")


async def test_no_more_are_judged_at_once_than_there_are_slots_and_none_is_idle(world: World) -> None:
    now = most = 0

    async def busy(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.002)
        now -= 1
        return decided()

    names = [f"s{n:02}" for n in range(20)]
    await world.submit(*names)
    async with working(world.parts(busy, replace(PACE, slots=3, poll_seconds=60))):
        for name in names:
            await world.ends(name)
    assert most == 3


@pytest.mark.parametrize("fault", ["raises", "raises a bug", "says JE"])
async def test_a_fault_of_ours_is_tried_again_and_never_a_verdict(world: World, fault: str) -> None:
    attempts = 0

    async def stumble(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            if fault == "raises":
                raise Unavailable("no sandbox")
            if fault == "raises a bug":
                raise ZeroDivisionError
            return decided(Verdict.JE)
        return decided()

    await world.submit("s1")
    async with working(world.parts(stumble)):
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)
    assert attempts == 3
    assert world.journal.happenings.count(Happening.HANDED_BACK) == 2
    bugs = [detail for happening, detail in world.journal.notes if happening is Happening.BUG]
    assert len(bugs) == (2 if fault == "raises a bug" else 0)
    assert all("ZeroDivisionError" in detail and "in stumble" in detail for detail in bugs)


async def test_absent_test_data_are_waited_for_however_often_that_takes(world: World) -> None:
    attempts = 0

    async def fetch(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        nonlocal attempts
        attempts += 1
        if attempts <= 3 * ATTEMPTS_MAX:
            raise OutOfReach("bucket tests: the store cannot be reached")
        return decided()

    async def time_passes() -> None:
        while True:
            world.clock.pass_seconds(1)
            await asyncio.sleep(0.001)

    await world.submit("s1")
    passing = asyncio.create_task(time_passes())
    async with working(world.parts(fetch)):
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)
    passing.cancel()
    assert world.journal.happenings.count(Happening.POSTPONED) == 3 * ATTEMPTS_MAX
    assert Happening.HANDED_BACK not in world.journal.happenings


async def test_poison_is_buried_and_the_next_job_unharmed(world: World) -> None:
    attempts = 0

    async def poisoned(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        nonlocal attempts
        if submission.id == "s1":
            attempts += 1
            raise Unavailable("always")
        return decided()

    await world.submit("s1", "s2")
    async with working(world.parts(poisoned)):
        assert await world.ends("s1") == (SubmissionStatus.FAILED, Verdict.JE)
        assert await world.ends("s2") == (SubmissionStatus.JUDGED, Verdict.AC)
    assert attempts == ATTEMPTS_MAX
    assert (Happening.BURIED, "attempt 5: Unavailable: always") in world.journal.notes
    assert world.store.jobs["s1", 1].cause == "Unavailable: always"


async def test_a_judge_that_is_gone_ends_the_worker_and_costs_no_submission_a_try(world: World) -> None:
    async def gone(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        raise JudgeGoneError("no cell answers")

    names = ["s1", "s2", "s3", "s4"]
    await world.submit(*names)
    async with asyncio.timeout(5):
        await run_worker(world.parts(gone), asyncio.Event())
    assert [world.store.jobs[name, 1].attempt for name in names] == [0, 0, 0, 0]
    assert set(world.journal.notes) == {(Happening.RELEASED, "attempt 1: no cell answers")}


async def test_a_problem_version_that_is_missing_is_our_fault(world: World) -> None:
    await world.store.record_and_enqueue(submission("s1"), key=None)
    async with working(world.parts(accept)):
        assert await world.ends("s1") == (SubmissionStatus.FAILED, Verdict.JE)


async def test_heartbeats_keep_a_long_judging_alive(world: World) -> None:
    async def long(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        for _ in range(10):
            world.clock.pass_seconds(20)
            await asyncio.sleep(0.03)
        return decided()

    await world.submit("s1")
    async with working(world.parts(long)):
        assert await world.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)
    assert world.journal.happenings == [Happening.FINISHED]


async def test_judging_stops_when_the_lease_is_lost(world: World) -> None:
    was_started, was_stopped = asyncio.Event(), asyncio.Event()

    async def endless(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        was_started.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            was_stopped.set()
            raise
        return decided()

    await world.submit("s1")
    async with working(world.parts(endless, replace(PACE, sweep_seconds=60))):
        await was_started.wait()
        world.clock.pass_seconds(31)
        await world.queue.sweep()
        (taken,) = await world.queue.claim(worker_id="w2", token="other", limit=1, lease_seconds=1000)
        async with asyncio.timeout(5):
            await was_stopped.wait()
            await world.journal.noted.wait()
        assert world.journal.happenings == [Happening.FENCED]
        assert world.store.held(taken) is not None


async def test_a_worker_that_stops_finishes_what_runs_and_takes_nothing_new(world: World) -> None:
    started = asyncio.Event()

    async def steady(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        started.set()
        await asyncio.sleep(0.05)
        return decided()

    await world.submit("s1", "s2", "s3")
    async with working(world.parts(steady, replace(PACE, drain_seconds=30))) as stopping:
        await started.wait()
        stopping.set()
    states = [await world.store.submission(name) for name in ("s1", "s2", "s3")]
    assert [state.status.value for state in states if state is not None] == ["judged", "judged", "queued"]


async def test_what_does_not_end_in_time_is_given_back_uncounted(world: World) -> None:
    started = asyncio.Event()

    async def endless(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        started.set()
        await asyncio.sleep(60)
        return decided()

    await world.submit("s1")
    async with working(world.parts(endless)) as stopping:
        await started.wait()
        stopping.set()
    assert world.journal.happenings == [Happening.RELEASED]
    job = world.store.jobs["s1", 1]
    assert (job.lease, job.attempt, job.is_over) == (None, 0, False)


class FlakyQueue(MemoryJobQueue):
    """Out of reach every other time."""

    def __init__(self, world: World) -> None:
        super().__init__(world.store, clock=world.clock)
        self._calls = count()

    async def claim(self, **wanted: Any) -> list[Lease]:
        if next(self._calls) % 2 == 0:
            raise Unavailable("the database is locked")
        return await super().claim(**wanted)


async def test_a_worker_survives_a_store_that_is_out_of_reach(world: World) -> None:
    world.queue = FlakyQueue(world)
    await world.submit("s1", "s2", "s3")
    async with working(world.parts(accept)):
        for name in ("s1", "s2", "s3"):
            assert await world.ends(name) == (SubmissionStatus.JUDGED, Verdict.AC)


async def test_a_bug_in_the_store_ends_the_worker_loudly(world: World) -> None:
    class Broken(MemoryJobQueue):
        async def claim(self, **_: Any) -> list[Lease]:
            raise KeyError("a bug")

    world.queue = Broken(world.store, clock=world.clock)
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(run_worker(world.parts(accept), asyncio.Event()), timeout=5)
    assert caught.group_contains(KeyError)


async def test_an_idle_worker_hardly_ever_looks(world: World) -> None:
    looks = 0

    class Counting(MemoryJobQueue):
        async def claim(self, **_: Any) -> list[Lease]:
            nonlocal looks
            looks += 1
            return []

    world.queue = Counting(world.store, clock=world.clock)
    async with working(world.parts(accept, replace(PACE, poll_seconds=0.05))):
        began = time.monotonic()
        await until(lambda: looks >= 4)
    assert time.monotonic() - began > 0.1
