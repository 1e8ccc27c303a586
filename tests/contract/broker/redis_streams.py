"""A hand on the queue's streams of a Redis, and consumers of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
import json

from assay.adapters.redis.address import read_address
from assay.adapters.redis.connection import Keys
from assay.adapters.redis.stream_group import stream_of
from assay.adapters.redis.streams import RedisBroker
from assay.queue.broker import Broker, Topic


class RedisStreams:
    """What others than the adapter do with its streams."""

    def __init__(self, url: str, *, redelivery_seconds: float) -> None:
        self.address = read_address(url)
        self.keys = Keys(self.address)
        self.redelivery_seconds = redelivery_seconds
        self._numbers = count(1)

    @asynccontextmanager
    async def consumer(self) -> AsyncIterator[Broker]:
        name = f"consumer-{next(self._numbers)}"
        broker = RedisBroker(self.address, consumer=name, redelivery_seconds=self.redelivery_seconds)
        try:
            yield broker
        finally:
            await broker.close()

    async def put(self, topic: Topic, content: bytes) -> None:
        await self.keys.ask("XADD", stream_of(self.address, topic), "*", b"\xff", content)

    async def dead_letters(self) -> list[str]:
        entries = await self.keys.ask("XRANGE", stream_of(self.address, Topic.DEAD), "-", "+")
        return [
            json.dumps({name.decode(errors="replace"): value.decode(errors="replace")
                        for name, value in fields.items()})
            for _, fields in entries
        ]  # fmt: skip

    async def empty(self) -> None:
        for topic in Topic:
            await self.keys.ask("DEL", stream_of(self.address, topic))


@asynccontextmanager
async def redis_streams(url: str, *, redelivery_seconds: float) -> AsyncIterator[RedisStreams]:
    """Empty ones."""
    streams = RedisStreams(url, redelivery_seconds=redelivery_seconds)
    try:
        await streams.empty()
        yield streams
    finally:
        await streams.keys.close()
