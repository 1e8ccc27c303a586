"""The engines that broadcast, each with a hand on it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
import os
import signal

from assay.adapters.broadcast.outbox import Outbox
from assay.adapters.broadcast.ports import Broadcast
from assay.adapters.postgres import broadcast as on_postgres
from assay.adapters.postgres.pool import open_pool
from assay.adapters.redis import broadcast as on_redis
from assay.adapters.redis.address import read_address
from tests.engines.postgres import running_postgres
from tests.engines.redis import running_redis

ENGINES = ("postgresql", "redis")


@dataclass(frozen=True, kw_only=True)
class Engine:
    """`open` gives a broadcast and what it has yet to send. `freeze`: it keeps connections, and is silent."""

    url: str
    open: Callable[[], AbstractAsyncContextManager[tuple[Broadcast, Outbox]]]
    crash: Callable[[], None]
    start: Callable[[], None]
    freeze: Callable[[], None]
    thaw: Callable[[], None]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Broadcast, Outbox]]:
    if url.startswith("postgresql:"):
        async with open_pool(url) as database, on_postgres.open_broadcast(database) as over_postgres:
            yield over_postgres, over_postgres.outbox
    else:
        async with on_redis.open_broadcast(read_address(url)) as over_redis:
            yield over_redis, over_redis.outbox


@contextmanager
def running(kind: str) -> Iterator[Engine]:
    if kind == "redis":
        with running_redis(password="a secret") as redis:
            yield Engine(
                url=redis.url,
                open=lambda: opened(redis.url),
                crash=redis.stop,
                start=redis.start,
                freeze=redis.freeze,
                thaw=redis.thaw,
            )
    else:
        with running_postgres() as postgres:
            yield Engine(
                url=postgres.url(),
                open=lambda: opened(postgres.url()),
                crash=lambda: postgres.stop(signal.SIGQUIT),
                start=postgres.start,
                freeze=lambda: _all_of(postgres.pid, signal.SIGSTOP),
                thaw=lambda: _all_of(postgres.pid, signal.SIGCONT),
            )


def _all_of(postmaster: int, how: signal.Signals) -> None:
    """PostgreSQL has a process for each connection."""
    from tests.product.running import process_tree

    for pid in process_tree(postmaster):
        os.kill(pid, how)
