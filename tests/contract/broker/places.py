"""The brokers that the suite runs on, each with empty topics and a hand on it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest

from assay.adapters.local.clock import SystemClock
from assay.adapters.memory.broker import MemoryBroker, MemoryTopics
from assay.queue.broker import Broker, Topic
from tests.contract.broker.kafka_topics import KafkaTopics
from tests.contract.broker.redis_streams import redis_streams
from tests.engines.kafka import running_kafka


async def nothing_to_settle(_: Sequence[Broker]) -> None:
    """Where consumers share at once."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A broker of the tests' own.

    `open`: a consumer of its own in the group of workers; its end is that of a process that says nothing
    more. `put`: any bytes as a message, as strangers may. `dead_letters`: what lies on the topic of the dead,
    as text. `settle`: wait until these consumers share the topics. `redelivery_seconds`: after so long
    what a consumer has not acknowledged is another's; `takes_from_the_living`: though that one still runs.
    """

    open: Callable[[], AbstractAsyncContextManager[Broker]]
    put: Callable[[Topic, bytes], Awaitable[None]]
    dead_letters: Callable[[], Awaitable[list[str]]]
    redelivery_seconds: float
    takes_from_the_living: bool = True
    settle: Callable[[Sequence[Broker]], Awaitable[None]] = nothing_to_settle


Open = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Place]]


@asynccontextmanager
async def in_memory(_: pytest.FixtureRequest) -> AsyncIterator[Place]:
    topics = MemoryTopics(clock=SystemClock(), redelivery_seconds=0.3)

    @asynccontextmanager
    async def consumer() -> AsyncIterator[Broker]:
        yield MemoryBroker(topics)

    async def put(topic: Topic, content: bytes) -> None:
        topics.put(topic, content)

    async def dead_letters() -> list[str]:
        await asyncio.sleep(0)
        return [content.decode(errors="replace") for content in topics.contents(Topic.DEAD)]

    yield Place(
        open=consumer, put=put, dead_letters=dead_letters, redelivery_seconds=topics.redelivery_seconds
    )


@asynccontextmanager
async def on_redis(request: pytest.FixtureRequest, server: str = "queue_redis") -> AsyncIterator[Place]:
    async with redis_streams(request.getfixturevalue(server), redelivery_seconds=0.3) as streams:
        yield Place(
            open=streams.consumer,
            put=streams.put,
            dead_letters=streams.dead_letters,
            redelivery_seconds=streams.redelivery_seconds,
        )


def on_a_redis_cluster(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Place]:
    return on_redis(request, "queue_redis_cluster")


@asynccontextmanager
async def on_kafka(_: pytest.FixtureRequest) -> AsyncIterator[Place]:
    with running_kafka() as server:
        topics = KafkaTopics(server)
        topics.make()
        yield Place(
            open=topics.consumer,
            put=topics.put,
            dead_letters=topics.dead_letters,
            redelivery_seconds=0.3,
            takes_from_the_living=False,
            settle=topics.settle,
        )


PLACES: Mapping[str, Open] = {
    "memory": in_memory,
    "redis": on_redis,
    "redis-cluster": on_a_redis_cluster,
    "kafka": on_kafka,
}
