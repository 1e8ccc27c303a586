"""The streams of the queue as one member of their group of consumers reads them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from assay.adapters.redis.address import Address
from assay.adapters.redis.connection import Command, Keys, Refused
from assay.errors import Unavailable
from assay.queue.broker import GROUP, Topic

WORK = (Topic.HIGH_PRIORITY, Topic.NORMAL)  # in this order
GONE_MS = 3_600_000  # a consumer that has not asked for so long has no process any more
A_DAY_MS = 86_400_000  # longer than anybody waits before looking back

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One of a stream, that this consumer has been given."""

    topic: Topic
    id: bytes
    fields: Mapping[bytes, bytes]


def stream_of(address: Address, topic: Topic) -> str:
    """A topic's key. In a cluster all have the same tag: one command may name several."""
    if not address.is_cluster:
        return topic.value
    family, _, name = topic.value.partition(".")
    return f"{{{family}}}.{name}"


class StreamGroup:
    """What each call needs and misses is made: the streams, and the group on them."""

    def __init__(self, keys: Keys, *, consumer: str) -> None:
        self._keys = keys
        self._consumer = consumer
        self._streams = {topic: stream_of(keys.address, topic) for topic in WORK}
        self._topics = {stream.encode(): topic for topic, stream in self._streams.items()}
        self._cursors = dict.fromkeys(WORK, b"0-0")
        self._is_made = False

    async def read(self, topic: Topic, *, limit: int) -> list[Entry]:
        """Entries that nobody has been given, the oldest first."""
        answer = await self._asked(
            "XREADGROUP", "GROUP", GROUP, self._consumer, "COUNT", limit, "STREAMS", self._streams[topic], ">"
        )
        return list(self._entries_of(answer))

    async def wait(self, *, block_ms: int) -> list[Entry]:
        """One of each topic, as soon as there is any; none after this time."""
        answer = await self._asked(
            "XREADGROUP", "GROUP", GROUP, self._consumer, "COUNT", 1, "BLOCK", block_ms,
            "STREAMS", *self._streams.values(), *(">" for _ in self._streams),
        )  # fmt: skip
        return list(self._entries_of(answer))

    async def left_by_others(self, topic: Topic, *, limit: int, idle_ms: int) -> list[Entry]:
        """Entries that somebody was given and did not acknowledge within this time. Now they are ours."""
        next_cursor, left, *_ = await self._asked(
            "XAUTOCLAIM", self._streams[topic], GROUP, self._consumer, idle_ms, self._cursors[topic],
            "COUNT", limit,
        )  # fmt: skip
        self._cursors[topic] = next_cursor
        return [Entry(topic=topic, id=id_, fields=fields) for id_, fields in left if fields is not None]

    async def settle(self, entries: Sequence[Entry]) -> None:
        """They are dealt with: nobody gets them again, and no stream has them."""
        commands: list[Command] = []
        for topic in WORK:
            if ids := [entry.id for entry in entries if entry.topic is topic]:
                stream = self._streams[topic]
                commands += [("XACK", stream, GROUP, *ids), ("XDEL", stream, *ids)]
        if commands:
            await self._keys.ask_all(commands)

    async def leave(self, entries: Sequence[Entry]) -> None:
        """Let others look back at these at once, and go from the group, unless there is more that we have."""
        for entry in entries:
            await self._keys.ask(
                "XCLAIM", self._streams[entry.topic], GROUP, self._consumer, 0, entry.id,
                "IDLE", A_DAY_MS, "JUSTID",
            )  # fmt: skip
        if self._is_made:
            for topic in WORK:
                await self._forget_consumers(topic, idle_ms_min=0, names={self._consumer.encode()})

    async def _asked(self, *command: str | bytes | int) -> Any:
        if not self._is_made:
            await self._make()
        answer = await self._keys.ask_unless("NOGROUP", *command)
        if answer is Refused.REFUSED:  # Redis has lost it, or somebody has deleted it
            log.warning("queue_redis_lost_its_data", redis=self._keys.address.shown)
            await self._make()
            answer = await self._keys.ask_unless("NOGROUP", *command)
        if answer is Refused.REFUSED:
            raise Unavailable(f"{self._keys.address.shown} does not keep the queue's streams")
        return answer

    async def _make(self) -> None:
        for topic, stream in self._streams.items():
            await self._keys.ask_unless("BUSYGROUP", "XGROUP CREATE", stream, GROUP, "0", "MKSTREAM")
            await self._forget_consumers(topic, idle_ms_min=GONE_MS)
            self._cursors[topic] = b"0-0"
        self._is_made = True

    async def _forget_consumers(
        self, topic: Topic, *, idle_ms_min: int, names: set[bytes] | None = None
    ) -> None:
        """Of those that nothing is waited for from; else each start would leave one for ever."""
        stream = self._streams[topic]
        for each in await self._keys.ask("XINFO CONSUMERS", stream, GROUP):
            is_meant = names is None or each["name"] in names
            if is_meant and each["pending"] == 0 and each["idle"] >= idle_ms_min:
                await self._keys.ask("XGROUP DELCONSUMER", stream, GROUP, each["name"])

    def _entries_of(self, answer: Any) -> Iterator[Entry]:
        for stream, entries in answer or ():
            for id_, fields in entries:
                yield Entry(topic=self._topics[stream], id=id_, fields=fields)
