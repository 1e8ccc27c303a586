"""How much waits on the topics: from what the group has committed to where each log ends."""

import asyncio
from collections.abc import Iterable, Mapping

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec

from assay.adapters.kafka.address import Address
from assay.adapters.kafka.connection import ANSWER_SECONDS_MAX, Options, error_of, options_of, unavailable
from assay.queue.broker import GROUP, Topic

EARLIEST: OffsetSpec = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
LATEST: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]

Offsets = Mapping[tuple[str, int], int]


class Depths:
    """Asks without being one of the group. Of one event loop; its calls are made one after the other."""

    def __init__(self, address: Address, *, options: Options) -> None:
        self._address = address
        self._options = {**options_of(address), **options}
        self._admin: AdminClient | None = None
        self._reader: Consumer | None = None
        self._lock = asyncio.Lock()

    async def ask(self) -> dict[Topic, int]:
        """Raises `Unavailable`."""
        async with self._lock:
            return await asyncio.to_thread(self._ask)

    async def close(self) -> None:
        async with self._lock:
            if self._reader is not None:
                await asyncio.to_thread(self._reader.close)

    def _ask(self) -> dict[Topic, int]:
        try:
            admin = self._admin = self._admin or AdminClient(self._options)
            there = admin.list_topics(timeout=ANSWER_SECONDS_MAX).topics
            partitions = [
                TopicPartition(topic.value, number)
                for topic in Topic
                if topic.value in there
                for number in there[topic.value].partitions
            ]
            if not partitions:
                return dict.fromkeys(Topic, 0)
            first, end = (
                _bounds(admin, partitions, EARLIEST),
                _bounds(admin, partitions, LATEST),
            )
            done = self._committed(partitions)
        except TimeoutError as late:
            raise unavailable(self._address, "it does not answer") from late
        except KafkaException as refused:
            raise unavailable(self._address, error_of(refused)) from refused
        depths = dict.fromkeys(Topic, 0)
        for (name, number), last in end.items():
            begin = max(first[name, number], done.get((name, number), 0))
            depths[Topic(name)] += max(0, last - begin)
        return depths

    def _committed(self, partitions: list[TopicPartition]) -> Offsets:
        """Those below 0 say that nothing was."""
        if self._reader is None:
            self._reader = Consumer({**self._options, "group.id": GROUP, "enable.auto.commit": False})
        answers = self._reader.committed(partitions, timeout=ANSWER_SECONDS_MAX)
        return {(each.topic, each.partition): each.offset for each in answers if each.offset >= 0}


def _bounds(admin: AdminClient, partitions: Iterable[TopicPartition], which: OffsetSpec) -> Offsets:
    asked = admin.list_offsets(dict.fromkeys(partitions, which), request_timeout=ANSWER_SECONDS_MAX)
    return {
        (each.topic, each.partition): answer.result(2 * ANSWER_SECONDS_MAX).offset
        for each, answer in asked.items()
    }
