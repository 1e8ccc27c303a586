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
ATTEMPTS_MAX = 3  # a stream that is deleted again and again is deleted by somebody
LOST = ("NOGROUP", "UNBLOCKED")  # there is none, or it went while we waited
IS_THERE = ("BUSYGROUP",)
NOBODY = "nobody"  # to whom belongs what is tried, and taken away again

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One of a stream, that this consumer has been given."""

    topic: Topic
    id: bytes
    fields: Mapping[bytes, bytes]


def stream_of(address: Address, topic: Topic) -> str:
    """A topic's key."""
    return key_of(address, topic.value)


def key_of(address: Address, name: str) -> str:
    """Of what belongs to the queue. In a cluster it lies on one server: one command may name several keys."""
    if not address.is_cluster:
        return name
    family, _, rest = name.partition(".")
    return f"{{{family}}}.{rest}"


class StreamGroup:
    """What each call needs and misses is made: the streams, and the group on them."""

    def __init__(self, keys: Keys, *, consumer: str) -> None:
        self._keys = keys
        self._consumer = consumer
        self._streams = {topic: stream_of(keys.address, topic) for topic in WORK}
        self._topics = {stream.encode(): topic for topic, stream in self._streams.items()}
        self._cursors = dict.fromkeys(WORK, b"0-0")
        self._to_tidy = set(WORK)
        self._was_there = False

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
        if topic in self._to_tidy:
            self._to_tidy.remove(topic)
            await self._forget(topic)
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
                "IDLE", A_DAY_MS,
            )  # fmt: skip
        if self._was_there:
            for topic in WORK:
                await self._forget(topic, name=self._consumer)

    async def _asked(self, *command: str | bytes | int) -> Any:
        for _ in range(ATTEMPTS_MAX):
            answer = await self._keys.ask_unless(LOST, *command)
            if answer is not Refused.REFUSED:
                self._was_there = True
                return answer
            if self._was_there:  # Redis has lost it, or somebody has deleted it
                log.warning("queue_redis_lost_its_data", redis=self._keys.address.shown)
            for stream in self._streams.values():
                await self._keys.ask_unless(IS_THERE, "XGROUP CREATE", stream, GROUP, "0", "MKSTREAM")
            self._cursors = dict.fromkeys(WORK, b"0-0")
        raise Unavailable(f"{self._keys.address.shown} does not keep the queue's streams")

    async def _forget(self, topic: Topic, *, name: str | None = None) -> None:
        """A consumer that has nothing: this one, or those long gone. Else each would be there for ever."""
        stream = self._streams[topic]
        for each in await self._keys.ask("XINFO CONSUMERS", stream, GROUP):
            is_meant = each["name"] == name.encode() if name is not None else each["idle"] >= GONE_MS
            if is_meant and each["pending"] == 0:
                await self._keys.ask("XGROUP DELCONSUMER", stream, GROUP, each["name"])

    def _entries_of(self, answer: Any) -> Iterator[Entry]:
        for stream, entries in answer or ():
            for id_, fields in entries:
                yield Entry(topic=self._topics[stream], id=id_, fields=fields)
