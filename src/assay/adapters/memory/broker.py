"""A broker within one process, to try things with: topics that its consumers share."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import json

from assay.adapters.broker.messages import Unreadable, fields_of, from_json, to_json
from assay.adapters.broker.turns import Turns
from assay.domain.clock import Clock
from assay.queue.broker import Announcement, Delivery, Topic, topic_of

REDELIVERY_SECONDS = 30.0
_LIVE = (Topic.HIGH_PRIORITY, Topic.NORMAL)


@dataclass(kw_only=True)
class _Message:
    """`given_until`: as long somebody has it, and may still acknowledge it."""

    number: int
    content: bytes
    given_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class _Receipt:
    topic: Topic
    number: int


@dataclass(kw_only=True)
class MemoryTopics:
    """What a broker's server keeps. `announced` numbers the messages."""

    clock: Clock
    redelivery_seconds: float = REDELIVERY_SECONDS
    announced: int = 0
    _kept: dict[Topic, dict[int, _Message]] = field(default_factory=lambda: {topic: {} for topic in Topic})
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, topic: Topic, content: bytes) -> None:
        """Anything at all may be put there, as on any broker."""
        self.announced += 1
        self._kept[topic][self.announced] = _Message(number=self.announced, content=content)
        self._arrived.set()
        self._arrived = asyncio.Event()

    def take(self, topic: Topic, limit: int) -> list[_Message]:
        """The oldest that nobody has, or has had for too long."""
        now = self.clock.now()
        free = [
            each for each in self._kept[topic].values() if each.given_until is None or each.given_until <= now
        ]
        for message in free[:limit]:
            message.given_until = now + timedelta(seconds=self.redelivery_seconds)
        return free[:limit]

    def drop(self, topic: Topic, number: int) -> None:
        self._kept[topic].pop(number, None)

    def contents(self, topic: Topic) -> list[bytes]:
        return [message.content for message in self._kept[topic].values()]

    def lose_everything(self) -> None:
        """As a server does that is started again without what it had."""
        for kept in self._kept.values():
            kept.clear()

    def has_more(self) -> bool:
        now = self.clock.now()
        return any(
            message.given_until is None or message.given_until <= now
            for topic in _LIVE
            for message in self._kept[topic].values()
        )

    async def arrival(self) -> None:
        """Return when the next message is put."""
        await self._arrived.wait()


class MemoryBroker:
    """The `Broker` port, for one of those who receive."""

    def __init__(self, topics: MemoryTopics) -> None:
        self._topics = topics
        self._turns = Turns()

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        for announcement in announcements:
            self._topics.put(topic_of(announcement.lane), to_json(announcement))

    async def receive(self, *, limit: int) -> list[Delivery]:
        deliveries = self._from(Topic.HIGH_PRIORITY, limit - self._turns.kept_for_normal(limit))
        deliveries += self._from(Topic.NORMAL, limit - len(deliveries))
        deliveries += self._from(Topic.HIGH_PRIORITY, limit - len(deliveries))  # where few normal ones are
        self._turns.count(len(deliveries))
        return deliveries

    async def wait(self, *, timeout_seconds: float) -> None:
        if self._topics.has_more():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._topics.arrival()

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if isinstance(delivery.receipt, _Receipt):
                self._topics.drop(delivery.receipt.topic, delivery.receipt.number)

    async def leave(self) -> None:
        """Nothing is fetched ahead."""

    async def mourn(self, announcement: Announcement, *, cause: str) -> None:
        self._topics.put(Topic.DEAD, json.dumps({**fields_of(announcement), "cause": cause}).encode())

    async def check(self) -> None:
        """There is always room."""

    async def depths(self) -> dict[Topic, int]:
        return {topic: len(self._topics.contents(topic)) for topic in Topic}

    def _from(self, topic: Topic, limit: int) -> list[Delivery]:
        deliveries: list[Delivery] = []
        while len(deliveries) < limit and (taken := self._topics.take(topic, limit - len(deliveries))):
            for message in taken:
                try:
                    announcement = from_json(message.content)
                except Unreadable:
                    self._topics.drop(topic, message.number)
                    self._topics.put(Topic.DEAD, message.content)
                else:
                    receipt = _Receipt(topic=topic, number=message.number)
                    deliveries.append(Delivery(announcement=announcement, receipt=receipt))
        return deliveries
