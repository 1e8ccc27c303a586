"""A Kafka with the queue's topics, and consumers of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import time

from confluent_kafka import Consumer, Producer, TopicPartition

from assay.adapters.kafka.address import Making, read_address
from assay.adapters.kafka.broker import REDELIVERY_SECONDS, KafkaBroker
from assay.adapters.kafka.topics import make_topics
from assay.queue.broker import Broker, Topic
from tests.engines.kafka import OPTIONS, KafkaServer

SETTLED_SECONDS_MAX = 60.0


class KafkaTopics:
    """What others than the adapter do with its topics."""

    def __init__(self, server: KafkaServer, *, partitions: int = 1) -> None:
        """One partition: what is announced has one order."""
        self.address = read_address(server.url)
        self._server = server
        self._partitions = partitions

    def make(self) -> None:
        make_topics(self.address, Making(partitions=self._partitions, replicas=1))

    @asynccontextmanager
    async def consumer(self, *, redelivery_seconds: float = REDELIVERY_SECONDS) -> AsyncIterator[KafkaBroker]:
        broker = KafkaBroker(self.address, redelivery_seconds=redelivery_seconds, options=OPTIONS)
        try:
            yield broker
        finally:
            await broker.close()

    async def settle(self, brokers: Sequence[Broker]) -> None:
        """Wait until each has its share of the partitions."""
        least = 2 * (self._partitions // len(brokers))  # where there are too few, some have none
        deadline = time.monotonic() + SETTLED_SECONDS_MAX
        while True:
            shares = [broker.join() for broker in brokers if isinstance(broker, KafkaBroker)]
            known = [share for share in shares if share is not None]
            if len(known) == len(brokers) and sum(known) == 2 * self._partitions and min(known) >= least:
                return
            assert time.monotonic() < deadline, shares
            await asyncio.sleep(0.02)

    async def put(self, topic: Topic, content: bytes) -> None:
        producer = Producer({"bootstrap.servers": self._server.place, **OPTIONS})
        producer.produce(topic.value, content)
        assert await asyncio.to_thread(producer.flush, 10) == 0

    async def dead_letters(self) -> list[str]:
        return await asyncio.to_thread(self._dead_letters)

    def _dead_letters(self) -> list[str]:
        reader = Consumer({"bootstrap.servers": self._server.place, "group.id": "watchers", **OPTIONS})
        try:
            letters = []
            for number in range(self._partitions):
                place = TopicPartition(Topic.DEAD.value, number)
                first, end = reader.get_watermark_offsets(place, timeout=10)
                reader.assign([TopicPartition(Topic.DEAD.value, number, first)])
                for _ in range(first, end):
                    message = reader.poll(10)
                    assert message is not None
                    letters.append((message.value() or b"").decode(errors="replace"))
            return letters
        finally:
            reader.close()
