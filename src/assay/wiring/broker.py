"""What workers hear of due jobs by: a broker, where the settings name one, or the bells of the database.

Redis' and Kafka's libraries take some MB: who names none does not load them.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
import os
import socket
from typing import assert_never

from assay.adapters.kafka.address import Address as KafkaAddress
from assay.adapters.kafka.address import read_address as read_kafka_address
from assay.adapters.local.clock import SystemClock
from assay.adapters.redis.address import Address as RedisAddress
from assay.adapters.redis.address import read_address as read_redis_address
from assay.domain.clock import Clock
from assay.errors import UsageError
from assay.queue.broker import Broker, Topic
from assay.queue.broker_journal import BrokerJournal, Reach
from assay.queue.on_broker import REST_SECONDS, BrokerQueue, BrokerWakeups
from assay.queue.ports import JobQueue, Share, Wakeups
from assay.queue.relay import Relay
from assay.settings import QueueKind, Settings
from assay.wiring.backend import Backend, Bell
from assay.wiring.backends import open_backend
from assay.wiring.watch import Watched

WATCH_SECONDS = 5.0
_SETTING = "ASSAY_QUEUE_URL"


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A worker's. `wakeups` ring when there may be something to claim. `share`: None without a broker."""

    jobs: JobQueue
    wakeups: Wakeups
    share: Share | None


def check_broker(settings: Settings, *, relays: bool) -> None:
    """Whether what names a broker does, and whether who `relays` alone has one. Raises `UsageError`."""
    broker_address(settings)
    if settings.queue_kind is QueueKind.SQL and relays:
        raise UsageError(f"a relay announces jobs on a broker, and {_SETTING} names none")


@asynccontextmanager
async def open_queue(
    settings: Settings, backend: Backend, clock: Clock, journal: BrokerJournal
) -> AsyncIterator[Queue]:
    """The queue of the settings. A broker that is away now is used when it is back. Raises `UsageError`."""
    bell, opened = backend.wakeups(Bell.JOBS), _opened(settings)
    if opened is None:
        yield Queue(jobs=backend.queue, wakeups=bell, share=None)
        return
    async with opened as broker:
        reach = Reach(journal, clock=clock, rest_seconds=REST_SECONDS)
        jobs = BrokerQueue(
            backend.queue,
            backend.announcements,
            broker,
            reach=reach,
            bell=backend.doorbell(Bell.JOBS),
            journal=journal,
            clock=clock,
        )
        yield Queue(jobs=jobs, wakeups=BrokerWakeups(broker, bell, reach=reach), share=jobs)


@asynccontextmanager
async def open_relay(settings: Settings, journal: BrokerJournal) -> AsyncIterator[Relay]:
    """A relay with connections of its own to the database. Raises `UsageError` and `Unavailable`."""
    check_broker(settings, relays=True)
    opened = _opened(settings)
    assert opened is not None  # noqa: S101 - checked
    async with open_backend(settings, SystemClock()) as backend, opened as broker:
        yield Relay(
            backend.announcements,
            broker,
            workers=backend.workers.workers,
            wakeups=backend.wakeups(Bell.JOBS),
            journal=journal,
            clock=backend.clock,
            silent_seconds=settings.lease_seconds,
            window=settings.queue_window,
        )


@asynccontextmanager
async def watched_broker(settings: Settings) -> AsyncIterator[list[Watched]]:
    """The broker of the settings, to be asked now and then whether it does its work. Raises `UsageError`."""
    opened = _opened(settings)
    if opened is None:
        yield []
        return
    async with opened as broker:
        yield [Watched(name="broker", ask=broker.check, seconds=WATCH_SECONDS)]


async def broker_depths(settings: Settings) -> dict[Topic, int]:
    """How many messages wait on each topic; nothing where there is no broker. Raises `Unavailable`."""
    opened = _opened(settings)
    if opened is None:
        return {}
    async with opened as broker:
        return await broker.depths()


def _opened(settings: Settings) -> AbstractAsyncContextManager[Broker] | None:
    """None where the table itself is the queue."""
    address = broker_address(settings)
    if isinstance(address, RedisAddress):
        from assay.adapters.redis.streams import open_broker as on_redis  # noqa: PLC0415

        return on_redis(address, consumer=f"{socket.gethostname()}:{os.getpid()}")
    if isinstance(address, KafkaAddress):
        from assay.adapters.kafka.broker import open_broker as on_kafka  # noqa: PLC0415

        return on_kafka(address)
    return None


def broker_address(settings: Settings) -> RedisAddress | KafkaAddress | None:
    """Where the broker is; None where the table itself is the queue. Raises `UsageError`."""
    try:
        match settings.queue_kind:
            case QueueKind.SQL:
                return None
            case QueueKind.REDIS:
                return read_redis_address(settings.queue_url)
            case QueueKind.KAFKA:
                return read_kafka_address(settings.queue_url)
            case _:
                assert_never(settings.queue_kind)
    except UsageError as error:
        raise UsageError(f"{_SETTING}: {error.message}") from None
