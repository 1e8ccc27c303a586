"""A relay as it runs: woken by the bell, never ahead of its window, back by itself after any outage."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from assay.adapters.memory.broker import MemoryBroker, MemoryTopics
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.errors import Unavailable
from assay.queue.announcing import Announcements, Due
from assay.queue.broker import Announcement, Topic
from assay.queue.broker_journal import (
    REST_SECONDS,
    REST_SECONDS_MAX,
    STEADY_SECONDS,
    BrokerNews,
    Outages,
)
from assay.queue.relay import TOLD_AT_ONCE, Relay
from tests.contract.houses import House
from tests.contract.queue.frail import FrailBroker
from tests.contract.queue.relayed import Fleet, Noted
from tests.waiting import until

CHANGES = {BrokerNews.RELAY_STOPPED, BrokerNews.RELAY_GOES_ON}
pytestmark = pytest.mark.parametrize("house", ["memory"], indirect=True)


class CountingBell(MemoryDoorbell):
    """Knows how often somebody has waited for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = 0

    async def wait(self, *, timeout_seconds: float) -> None:
        self.waits += 1
        await super().wait(timeout_seconds=timeout_seconds)


class FrailTable:
    """The part of `Announcements` that a relay needs; out of reach when it is told to be."""

    def __init__(self, announcements: Announcements) -> None:
        self.fails = False
        self.looks = 0
        self.marked: list[int] = []
        self._announcements = announcements

    async def due(self, **options: Any) -> Due:
        self.looks += 1
        if self.fails:
            raise Unavailable("no database")
        return await self._announcements.due(**options)

    async def mark(self, announcements: Sequence[Announcement]) -> None:
        self.marked.append(len(announcements))
        await self._announcements.mark(announcements)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._announcements, name)


class Scene:
    """A running relay and a hand on all that it stands on."""

    def __init__(self, house: House, window: int) -> None:
        self.house = house
        self.topics = MemoryTopics(clock=house.clock)
        self.broker = FrailBroker(self.topics)
        self.table = FrailTable(house.announcements)
        self.bell = CountingBell()
        self.journal = Noted()
        self.relay = Relay(
            self.table, self.broker, workers=Fleet(house.clock, languages=None), wakeups=self.bell,
            journal=self.journal, clock=house.clock, silent_seconds=30, window=window,
        )  # fmt: skip

    async def submit(self, name: str) -> None:
        await self.house.submit(name)
        self.bell.ring()

    def waiting(self) -> int:
        return len(self.topics.contents(Topic.NORMAL))

    def goes_on(self) -> bool:
        """Whether it has said so, by what is a second later each time that one asks."""
        self.house.clock.pass_seconds(1)
        return self.journal.count(BrokerNews.RELAY_GOES_ON) > 0

    def told(self, news: BrokerNews) -> Callable[[], bool]:
        return lambda: self.journal.count(news) > 0


@asynccontextmanager
async def running(house: House, *, window: int = 32) -> AsyncIterator[Scene]:
    scene = Scene(house, window)
    task = asyncio.create_task(scene.relay.run())
    try:
        yield scene
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_the_bell_wakes_it(house: House) -> None:
    async with running(house) as scene:
        for number in range(20):
            await until(lambda: scene.table.looks > 0)
            scene.table.looks = 0
            await scene.submit(f"s{number}")
            await until(lambda: scene.waiting() == number + 1)  # noqa: B023 - looked at before the next
        assert scene.journal.count(BrokerNews.ANNOUNCED) == 20


async def test_a_lost_ring_costs_no_more_than_a_second(house: House) -> None:
    async with running(house) as scene:
        await until(lambda: scene.table.looks > 0)
        await house.submit("s1")
        await until(lambda: scene.waiting() == 1)


async def test_a_backlog_is_announced_as_it_is_taken_though_nobody_rings(house: House) -> None:
    for number in range(60):
        await house.submit(f"s{number:02}")
    async with running(house, window=3) as scene:
        worker, taken = MemoryBroker(scene.topics), 0
        while taken < 60:
            await until(lambda: scene.waiting() > 0)
            assert scene.waiting() <= 3
            deliveries = await worker.receive(limit=3)
            told = [each.announcement for each in deliveries]
            await house.announcements.claim_named(told, worker_id="w", token=f"t{taken}", lease_seconds=30)
            await worker.acknowledge(deliveries)
            taken += len(deliveries)
        assert scene.bell.waits <= 1, "it waits for a ring when the last are announced, and not before"


async def test_a_long_window_is_told_in_parts_so_that_no_mark_keeps_its_rows_for_long(house: House) -> None:
    for number in range(2 * TOLD_AT_ONCE + 3):
        await house.submit(f"s{number:03}")
    async with running(house, window=1000) as scene:
        await until(lambda: scene.waiting() == 2 * TOLD_AT_ONCE + 3)
        await until(lambda: scene.journal.count(BrokerNews.ANNOUNCED) == 2 * TOLD_AT_ONCE + 3)
        assert scene.table.marked == [TOLD_AT_ONCE, TOLD_AT_ONCE, 3]


async def test_it_outlives_a_broker_that_is_away(house: House) -> None:
    async with running(house) as scene:
        scene.broker.fails = {"announce"}
        await scene.submit("s1")
        await until(scene.told(BrokerNews.RELAY_STOPPED))
        await until(lambda: scene.journal.count(BrokerNews.RELAY_ERROR) >= 2)
        assert not scene.told(BrokerNews.RELAY_GOES_ON)()
        scene.broker.fails = set()
        await until(lambda: scene.waiting() == 1)
        await until(scene.goes_on)
        assert scene.journal.count(BrokerNews.RELAY_STOPPED) == 1, "an outage is told once"


async def test_a_broker_that_is_away_is_not_said_to_be_back_because_nothing_is_due(house: House) -> None:
    async with running(house) as scene:
        await until(lambda: scene.table.looks > 0)
        scene.broker.fails = {"announce", "check"}
        await scene.submit("s1")
        await until(scene.told(BrokerNews.RELAY_STOPPED))
        await house.queue.claim(worker_id="w", token="t", limit=1, lease_seconds=30)
        looks = scene.table.looks
        await until(lambda: scene.table.looks >= looks + 2)
        assert not scene.goes_on()
        scene.broker.fails = set()
        await until(scene.goes_on)


@pytest.mark.parametrize("fails", ["announce", "check"])
async def test_a_broker_that_is_away_at_the_start_is_told_though_nothing_is_due(
    house: House, fails: str
) -> None:
    async with running(house) as scene:
        scene.broker.fails = {fails}
        await until(scene.told(BrokerNews.RELAY_STOPPED))
        scene.broker.fails = set()
        await until(scene.goes_on)
        await scene.submit("s1")
        await until(lambda: scene.waiting() == 1)


async def test_a_broker_that_is_full_and_takes_one_now_and_then_is_in_one_outage(house: House) -> None:
    async with running(house) as scene:
        for number in range(3):
            scene.broker.fails = {"announce"}
            await scene.submit(f"s{number}")
            errors = scene.journal.count(BrokerNews.RELAY_ERROR)
            await until(lambda: scene.journal.count(BrokerNews.RELAY_ERROR) > errors)  # noqa: B023
            scene.broker.fails = set()
            await until(lambda: scene.waiting() == number + 1)  # noqa: B023
            house.clock.pass_seconds(STEADY_SECONDS - 0.1)
        told = [news for news, _ in scene.journal.news if news in CHANGES]
        assert told == [BrokerNews.RELAY_STOPPED]
        await until(scene.goes_on)


async def test_it_rests_for_longer_from_try_to_try(house: House) -> None:
    clock = house.clock
    outages = Outages(Noted(), clock=clock)
    rests = [outages.failed(Unavailable("full")) for _ in range(9)]
    assert rests[:3] == [REST_SECONDS, 2 * REST_SECONDS, 4 * REST_SECONDS]
    assert rests[-1] == REST_SECONDS_MAX
    for _ in range(2):
        outages.went_well()
        clock.pass_seconds(STEADY_SECONDS)
    assert not outages.is_in_one
    assert outages.failed(Unavailable("full")) == REST_SECONDS


async def test_it_outlives_a_table_that_is_away_and_does_not_ask_it_without_rest(house: House) -> None:
    async with running(house) as scene:
        scene.table.fails = True
        await scene.submit("s1")
        await until(scene.told(BrokerNews.RELAY_STOPPED))
        for _ in range(50):
            scene.bell.ring()
            await asyncio.sleep(0.001)
        assert scene.journal.count(BrokerNews.RELAY_ERROR) < 10
        scene.table.fails = False
        await until(lambda: scene.waiting() == 1)


async def test_nothing_is_asked_where_nothing_is_due(house: House) -> None:
    async with running(house) as scene:
        await until(lambda: scene.table.looks > 0)
        await asyncio.sleep(0.3)
        assert scene.table.looks <= 2
        assert scene.broker.asked == 2, "to be ready, at its start"
