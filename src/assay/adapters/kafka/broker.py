"""Kafka as a `Broker`.

    submissions.high_priority, submissions.normal    JSON (adapters/broker/messages.py), read as one group
    submissions.dead                                 the same with a `cause`, and what could not be read

What is told one after the other keeps its order within a partition. The jobs of a problem are spread over
several, so that a problem which everybody solves at the same hour does not keep one worker busy and the
others idle. A message that was received and not acknowledged is given to this process again after its time,
and to another when this one is gone: after its session, or at once when it leaves.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
import json
import threading
import zlib

from assay.adapters.broker.messages import fields_of, to_json
from assay.adapters.kafka.address import Address
from assay.adapters.kafka.connection import Options, unavailable
from assay.adapters.kafka.consuming import Consuming
from assay.adapters.kafka.depths import Depths
from assay.adapters.kafka.producing import Letter, Producing, Refused
from assay.adapters.kafka.topics import make_topics
from assay.queue.broker import Announcement, Delivery, Topic, topic_of

REDELIVERY_SECONDS = 30.0  # from receiving to acknowledging it takes milliseconds
KEYS_OF_A_PROBLEM = 16


class KafkaBroker:
    """The `Broker` port. Of one event loop. Connects when it is used, as what it is used for."""

    def __init__(
        self,
        address: Address,
        *,
        redelivery_seconds: float = REDELIVERY_SECONDS,
        options: Options | None = None,
    ) -> None:
        """`options`: of librdkafka, over ours."""
        self._address = address
        self._redelivery_seconds = redelivery_seconds
        self._options = options or {}
        self._making = threading.Lock()
        self._producing: Producing | None = None
        self._consuming: Consuming | None = None
        self._depths: Depths | None = None
        self._has_topics = False  # as far as we know

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        await self._put([_letter_of(each) for each in announcements])

    async def receive(self, *, limit: int) -> list[Delivery]:
        return self._consumer().receive(limit)

    async def wait(self, *, timeout_seconds: float) -> None:
        await self._consumer().wait(timeout_seconds=timeout_seconds)

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Kafka hears of it in a moment. Should we die before, others find the rows taken."""
        if self._consuming is not None:  # else it has left, and they are others' by now
            self._consuming.settle(deliveries)

    async def leave(self) -> None:
        leaving, self._consuming = self._consuming, None
        if leaving is not None:
            await leaving.close()

    async def mourn(self, announcement: Announcement, *, cause: str) -> None:
        content = json.dumps({**fields_of(announcement), "cause": cause}).encode()
        await self._put([Letter(topic=Topic.DEAD, key=_key_of(announcement), content=content)])

    async def check(self) -> None:
        """Whether it answers: what is put on a topic stays there, so nothing is tried."""
        await self.depths()

    async def depths(self) -> dict[Topic, int]:
        if self._depths is None:
            self._depths = Depths(self._address, options=self._options)
        return await self._depths.ask()

    def join(self) -> int | None:
        """Be one of the group from now on. How many partitions this one has, as soon as it is one."""
        return self._consumer().partitions

    async def close(self) -> None:
        for each in (self._consuming, self._producing, self._depths):
            if each is not None:
                await each.close()

    async def _put(self, letters: Sequence[Letter]) -> None:
        if not self._has_topics and self._address.making is not None:
            # before librdkafka asks for them: many a Kafka makes what it is asked for, with one partition
            await asyncio.to_thread(make_topics, self._address, self._address.making)
        self._has_topics = True
        try:
            producer = self._producer()
            if letters:
                await producer.put_all(letters)
        except Refused as refused:
            self._has_topics = False
            raise unavailable(self._address, refused.error) from refused

    def _producer(self) -> Producing:
        """Also in the consumer's thread."""
        with self._making:
            if self._producing is None:
                self._producing = Producing(self._address, options=self._options)
            return self._producing

    def _consumer(self) -> Consuming:
        if self._consuming is None:
            self._consuming = Consuming(
                self._address,
                redelivery_seconds=self._redelivery_seconds,
                bury=self._bury,
                options=self._options,
            )
        return self._consuming

    def _bury(self, topic: Topic, content: bytes, cause: str) -> None:
        """In the consumer's thread."""
        with suppress(Refused):  # of a producer that cannot be made, whoever announces hears
            self._producer().put(Letter(topic=Topic.DEAD, key=topic.value.encode(), content=content))


def _letter_of(announcement: Announcement) -> Letter:
    return Letter(topic=topic_of(announcement.lane), key=_key_of(announcement), content=to_json(announcement))


def _key_of(announcement: Announcement) -> bytes:
    part = zlib.crc32(announcement.submission_id.encode()) % KEYS_OF_A_PROBLEM
    return f"{announcement.problem_id}#{part}".encode()


@asynccontextmanager
async def open_broker(address: Address) -> AsyncIterator[KafkaBroker]:
    """A Kafka that is away now is used when it is back."""
    broker = KafkaBroker(address)
    try:
        yield broker
    finally:
        await broker.close()
