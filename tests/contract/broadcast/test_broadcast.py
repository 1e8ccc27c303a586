"""The `Broadcast` port: heard by all, in each sender's order, none twice; trouble costs messages alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import sys
import time

import pytest

from assay.adapters.broadcast.outbox import MESSAGES_PER_TRIP_MAX, WAITING_MAX, Outbox
from assay.adapters.broadcast.ports import Broadcast, Kind
from tests.contract.broadcast.engines import ENGINES, Engine, running

HEALED_SECONDS_MAX = 30
WAITED_SECONDS = 20  # far above what a busy machine takes, and far below what waiting for the engine would


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with running(request.param) as started:
        yield started


@pytest.fixture
async def one(engine: Engine) -> AsyncIterator[tuple[Broadcast, Outbox]]:
    async with engine.open() as broadcast:
        yield broadcast


class Ear:
    """What was heard of a kind. Hears for certain when the engine is well."""

    def __init__(self, broadcast: Broadcast, kind: Kind = Kind.SUBMISSION) -> None:
        self.heard: list[tuple[str, str]] = []
        self._arrived = asyncio.Event()
        self._broadcast = broadcast
        self._kind = kind
        broadcast.hear(kind, self._take)

    def of(self, key: str) -> list[str]:
        return [text for heard, text in self.heard if heard == key]

    async def listens(self) -> None:
        """Wait until what is sent is heard: listening begins, or begins again, in its own time."""
        before = len(self.heard)
        async with asyncio.timeout(HEALED_SECONDS_MAX):
            while len(self.heard) == before:
                self._broadcast.send(self._kind, "are-you-there", str(time.monotonic()))
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.1)  # what is still on its way

    async def wait_for(self, key: str, count: int) -> list[str]:
        async with asyncio.timeout(HEALED_SECONDS_MAX):
            while len(self.of(key)) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.of(key)

    def _take(self, key: str, text: str) -> None:
        self.heard.append((key, text))
        self._arrived.set()


async def test_the_sender_and_others_hear_all_in_order_and_once(
    engine: Engine, one: tuple[Broadcast, Outbox]
) -> None:
    async with engine.open() as (other, _):
        ears = [Ear(one[0]), Ear(other)]
        for ear in ears:
            await ear.listens()
        said = [f"{number} ünd {{more}}" for number in range(3 * MESSAGES_PER_TRIP_MAX)]
        for text in said:
            one[0].send(Kind.SUBMISSION, "order", text)
        for ear in ears:
            assert await ear.wait_for("order", len(said)) == said
        await asyncio.sleep(0.2)
        assert [ear.of("order") for ear in ears] == [said, said], "nothing comes a second time"


async def test_another_process_is_heard(engine: Engine, one: tuple[Broadcast, Outbox]) -> None:
    ear = Ear(one[0])
    await ear.listens()
    teller = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contract.broadcast.teller", engine.url, "afar", "1", "50"
    )
    assert await ear.wait_for("afar", 50) == [str(number) for number in range(1, 51)]
    assert await teller.wait() == 0


async def test_each_kind_is_heard_by_who_asked_for_it(one: tuple[Broadcast, Outbox]) -> None:
    broadcast, _ = one
    submissions = Ear(broadcast)
    await submissions.listens()
    bells = Ear(broadcast, Kind.BELL)  # asked for when others are heard already
    again = Ear(broadcast, Kind.BELL)
    await bells.listens()
    broadcast.send(Kind.SUBMISSION, "a", "told")
    broadcast.send(Kind.BELL, "jobs", "")
    assert await bells.wait_for("jobs", 1) == [""]
    assert await again.wait_for("jobs", 1) == [""]
    assert await submissions.wait_for("a", 1) == ["told"]
    assert (bells.of("a"), submissions.of("jobs")) == ([], [])


async def test_a_bell_that_waits_to_be_rung_is_rung_once(one: tuple[Broadcast, Outbox]) -> None:
    broadcast, _ = one
    ear = Ear(broadcast, Kind.BELL)
    await ear.listens()
    for _ in range(1000):
        broadcast.send(Kind.BELL, "jobs", "")
    await ear.wait_for("jobs", 1)
    await asyncio.sleep(0.2)
    assert len(ear.of("jobs")) == 1


async def test_an_engine_that_was_away_is_heard_again(engine: Engine, one: tuple[Broadcast, Outbox]) -> None:
    broadcast, _ = one
    ear = Ear(broadcast)
    await ear.listens()
    engine.crash()
    began = time.monotonic()
    for number in range(100):
        broadcast.send(Kind.SUBMISSION, "lost", str(number))
        await asyncio.sleep(0.001)
    assert time.monotonic() - began < WAITED_SECONDS, "who sends does not wait for the engine"
    engine.start()
    await ear.listens()
    for number in range(100):
        broadcast.send(Kind.SUBMISSION, "after", str(number))
    assert await ear.wait_for("after", 100) == [str(number) for number in range(100)]
    lost = [int(text) for text in ear.of("lost")]
    assert lost == sorted(set(lost)), "whatever came, came in order and once"


async def test_what_waits_for_an_engine_that_hangs_is_bounded(
    engine: Engine, one: tuple[Broadcast, Outbox]
) -> None:
    broadcast, outbox = one
    ear = Ear(broadcast)
    await ear.listens()
    engine.freeze()
    try:
        began = time.monotonic()
        for number in range(3 * WAITING_MAX):
            broadcast.send(Kind.SUBMISSION, "much", str(number))
            if number % MESSAGES_PER_TRIP_MAX == 0:
                await asyncio.sleep(0)
        assert time.monotonic() - began < WAITED_SECONDS, "who sends does not wait for the engine"
        assert outbox.waiting <= WAITING_MAX
    finally:
        engine.thaw()
    await ear.listens()
    broadcast.send(Kind.SUBMISSION, "after", "all")
    assert await ear.wait_for("after", 1) == ["all"]
    much = [int(text) for text in ear.of("much")]
    assert much == sorted(set(much)), "whatever came, came in order and once"
