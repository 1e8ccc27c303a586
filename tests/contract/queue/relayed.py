"""Houses whose queue is on a broker: a relay has its turn before each claim."""

from collections.abc import Collection
from dataclasses import replace

from assay.adapters.memory.broker import MemoryBroker, MemoryTopics
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.domain.clock import Clock
from assay.queue.announcing import Announcements
from assay.queue.broker_journal import BrokerNews, Reach
from assay.queue.on_broker import REST_SECONDS, BrokerQueue
from assay.queue.ports import JobQueue, Lease
from assay.queue.relay import Relay
from assay.queue.workers import KnownWorker, WorkerCard
from tests.contract.houses import ADAPTERS, House

_BEHIND, _FAIR = " behind a broker", " behind a broker with a window of one"
BEHIND_A_BROKER = tuple(f"{adapter}{_BEHIND}" for adapter in ADAPTERS)
BEHIND_A_FAIR_BROKER = tuple(f"{adapter}{_FAIR}" for adapter in ADAPTERS)
"""There the line is never longer than the next job."""


class Noted:
    """The `BrokerJournal` port: keeps what it is told."""

    def __init__(self) -> None:
        self.news: list[tuple[BrokerNews, int]] = []

    def note(self, news: BrokerNews, *, detail: str, count: int = 1) -> None:
        self.news.append((news, count))

    def count(self, news: BrokerNews) -> int:
        return sum(count for each, count in self.news if each is news)


class Fleet:
    """One living worker, as a relay asks for all of them."""

    def __init__(self, clock: Clock, *, languages: Collection[str] | None, slots: int = 1) -> None:
        self.languages = languages
        self.slots = slots
        self._clock = clock

    async def __call__(self) -> list[KnownWorker]:
        now = self._clock.now()
        card = WorkerCard(
            id="w1", host="h", release="1", host_class="c", slots=self.slots, started_at=now,
            languages=None if self.languages is None else tuple(self.languages),
        )  # fmt: skip
        return [KnownWorker(card=card, seen_at=now, busy=0, is_draining=False)]


class RelayedQueue(BrokerQueue):
    """A worker's queue with the relay beside it."""

    def __init__(
        self, table: JobQueue, announcements: Announcements, topics: MemoryTopics, *, window: int | None
    ) -> None:
        self.journal = Noted()
        self.bell = MemoryDoorbell()
        self.broker = MemoryBroker(topics)
        self._window = window
        super().__init__(
            table, announcements, self.broker, bell=self.bell, journal=self.journal, clock=topics.clock,
            reach=Reach(self.journal, clock=topics.clock, rest_seconds=REST_SECONDS),
        )  # fmt: skip

    def relay(self, languages: Collection[str] | None = None, *, window: int | None = None) -> Relay:
        """One that knows of a worker with those languages."""
        return Relay(
            self._announcements, self.broker, workers=Fleet(self._clock, languages=languages),
            wakeups=self.bell, journal=self.journal, clock=self._clock, silent_seconds=30,
            window=window or self._window,
        )  # fmt: skip

    async def claim(
        self,
        *,
        worker_id: str,
        token: str,
        limit: int,
        lease_seconds: float,
        languages: Collection[str] | None = None,
    ) -> list[Lease]:
        await self.relay(languages).announce()
        return await super().claim(
            worker_id=worker_id, token=token, limit=limit, lease_seconds=lease_seconds, languages=languages
        )


def split(name: str) -> tuple[str, str]:
    """Which adapter, and how it is behind a broker, if it is."""
    adapter = next(each for each in ADAPTERS if name.startswith(each))
    return adapter, name.removeprefix(adapter)


def with_broker(house: House, how: str = _BEHIND) -> House:
    """The same house, whose workers hear of jobs through a broker in memory."""
    topics, window = MemoryTopics(clock=house.clock), 1 if how == _FAIR else None
    return replace(house, queue=RelayedQueue(house.queue, house.announcements, topics, window=window))
