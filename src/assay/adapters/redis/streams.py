"""Redis Streams as a `Broker`.

    submissions.high_priority, submissions.normal    entries of a message's fields, read as one group
    submissions.dead                                 the latest of them, with a `cause`

In a cluster they are named `{submissions}.…`, so that one server has them all. An entry that is acknowledged
is deleted: what a stream has is what nobody has dealt with. One that was read and not acknowledged goes to
whoever looks back first after its time. A stream or a group that is missing, because Redis has lost what it
had, is made when it is asked for: what was lost with it is still in the rows.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from assay.adapters.broker.messages import Unreadable, announcement_of, fields_of
from assay.adapters.broker.turns import Turns
from assay.adapters.redis.address import Address
from assay.adapters.redis.connection import Command, Keys
from assay.adapters.redis.stream_group import NOBODY, WORK, Entry, StreamGroup, key_of, stream_of
from assay.errors import Unavailable
from assay.queue.broker import Announcement, Delivery, Topic, topic_of

REDELIVERY_SECONDS = 30.0  # from reading to acknowledging it takes milliseconds: who needs so long is dead
LOOKS_BACK_PER_REDELIVERY = 3
BLOCK_MS_MAX = 500  # well below the time within which Redis has to answer
DEAD_MAX = 10_000  # for those who watch; the rows have them all

log = structlog.get_logger()


class RedisBroker:
    """The `Broker` port. Of one event loop."""

    def __init__(
        self, address: Address, *, consumer: str, redelivery_seconds: float = REDELIVERY_SECONDS
    ) -> None:
        """`consumer`: a name that no other process has."""
        self._streams = {topic: stream_of(address, topic) for topic in Topic}
        self._tried = key_of(address, f"submissions.{NOBODY}.asked")
        self._keys = Keys(address)
        self._group = StreamGroup(self._keys, consumer=consumer)
        self._redelivery_seconds = redelivery_seconds
        self._turns = Turns()
        self._brought = deque[Delivery]()  # by `wait`, for `receive`
        self._bringing: asyncio.Task[None] | None = None
        self._looks_back_at = 0.0

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        if announcements:
            await self._keys.ask_all([self._added(each) for each in announcements])

    async def receive(self, *, limit: int) -> list[Delivery]:
        deliveries = [self._brought.popleft() for _ in range(min(limit, len(self._brought)))]
        self._turns.count(len(deliveries))
        try:
            async for entries in self._entries(limit - len(deliveries)):
                deliveries += await self._read(entries)
        except Unavailable:
            if not deliveries:
                raise
        return deliveries

    async def wait(self, *, timeout_seconds: float) -> None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + timeout_seconds
        while not self._brought and (left := ends_at - loop.time()) > 0:
            if self._bringing is None or self._bringing.done():
                block_ms = min(BLOCK_MS_MAX, int(left * 1000) + 1)  # 0 would be for ever
                self._bringing = asyncio.create_task(self._bring(block_ms))
                self._bringing.add_done_callback(_hear)
            # Who gives up waiting does not cancel it: what it is being given now nobody would get for long.
            done, _ = await asyncio.wait([self._bringing], timeout=left)
            for bringing in done:
                bringing.result()

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        await self._group.settle([each.receipt for each in deliveries if isinstance(each.receipt, Entry)])

    async def leave(self) -> None:
        """What was brought and not received goes to others as soon as they look back."""
        with suppress(Unavailable):
            if self._bringing is not None:
                await self._bringing
        brought = [each.receipt for each in self._brought if isinstance(each.receipt, Entry)]
        self._brought.clear()
        with suppress(Unavailable):
            await self._group.leave(brought)

    async def mourn(self, announcement: Announcement, *, cause: str) -> None:
        await self._keys.ask(*self._mourned(_packed(announcement), cause))

    async def check(self) -> None:
        """Puts something on a stream of nobody's and takes it away: a Redis that is full answers whoever only
        looks. Several may do so at once."""
        await self._keys.ask_all(
            [("XADD", self._tried, "MAXLEN", 1, "*", "for", NOBODY), ("DEL", self._tried)]
        )

    async def depths(self) -> dict[Topic, int]:
        lengths = await self._keys.ask_all([("XLEN", stream) for stream in self._streams.values()])
        return dict(zip(self._streams, lengths, strict=True))

    async def close(self) -> None:
        await self.leave()
        with suppress(Unavailable):
            await self._keys.close()

    async def _entries(self, limit: int) -> AsyncIterator[list[Entry]]:
        """What others left, what is of high priority, and a share of the rest: all in all up to the limit."""
        if limit > 0 and self._is_time_to_look_back():
            idle_ms = int(self._redelivery_seconds * 1000)
            for topic in WORK:
                if limit > 0:
                    entries = await self._group.left_by_others(topic, limit=limit, idle_ms=idle_ms)
                    limit -= len(entries)
                    yield entries
        for_normal = self._turns.kept_for_normal(limit)
        for topic, most in (
            (Topic.HIGH_PRIORITY, limit - for_normal),
            (Topic.NORMAL, limit),
            (Topic.HIGH_PRIORITY, for_normal),  # where few normal ones are
        ):
            if (count := min(most, limit)) > 0:
                entries = await self._group.read(topic, limit=count)
                self._turns.count(len(entries))
                limit -= len(entries)
                yield entries

    def _is_time_to_look_back(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._looks_back_at:
            return False
        self._looks_back_at = now + self._redelivery_seconds / LOOKS_BACK_PER_REDELIVERY
        return True

    async def _bring(self, block_ms: int) -> None:
        """Wait for at most one message of each topic."""
        self._brought.extend(await self._read(await self._group.wait(block_ms=block_ms)))

    async def _read(self, entries: Iterable[Entry]) -> list[Delivery]:
        """As announcements. What is none goes to the dead."""
        deliveries = []
        for entry in entries:
            try:
                announcement = announcement_of(_unpacked(entry.fields))
            except Unreadable as error:
                log.warning("message_unreadable", topic=entry.topic.value, detail=str(error))
                with suppress(Unavailable):  # then whoever looks back does so
                    await self._keys.ask(*self._mourned(entry.fields, f"unreadable: {error}"))
                    await self._group.settle([entry])
            else:
                deliveries.append(Delivery(announcement=announcement, receipt=entry))
        return deliveries

    def _added(self, announcement: Announcement) -> Command:
        stream = self._streams[topic_of(announcement.lane)]
        return ("XADD", stream, "*", *_flat(_packed(announcement)))

    def _mourned(self, fields: Mapping[bytes, bytes], cause: str) -> Command:
        stream = self._streams[Topic.DEAD]
        return ("XADD", stream, "MAXLEN", "~", DEAD_MAX, "*", *_flat(fields), "cause", cause)


def _packed(announcement: Announcement) -> dict[bytes, bytes]:
    """A stream has no None and no numbers."""
    return {
        name.encode(): b"" if value is None else str(value).encode()
        for name, value in fields_of(announcement).items()
    }


def _unpacked(packed: Mapping[bytes, bytes]) -> dict[str, object]:
    """Raises `Unreadable`."""
    try:
        fields: dict[str, object] = {name.decode(): value.decode() for name, value in packed.items()}
        return {**fields, "user_id": fields.get("user_id") or None, "generation": int(packed[b"generation"])}
    except (ValueError, KeyError) as error:
        raise Unreadable("it is no text, or its generation is no number") from error


def _flat(fields: Mapping[bytes, bytes]) -> Iterable[bytes]:
    return (part for field in fields.items() for part in field)


def _hear(bringing: asyncio.Task[None]) -> None:
    """Of its trouble, though nobody may wait any more: whoever asks next has it, too."""
    if not bringing.cancelled():
        bringing.exception()


@asynccontextmanager
async def open_broker(address: Address, *, consumer: str) -> AsyncIterator[RedisBroker]:
    """A Redis that is away now is used when it is back."""
    broker = RedisBroker(address, consumer=consumer)
    try:
        yield broker
    finally:
        await broker.close()
