"""Connections to one PostgreSQL server, and what is done when it does not answer.

Two kinds of trouble are no faults and are tried again: transactions that stood in each other's way, and,
where doing twice is harmless, a connection that broke (a restart, a failover). Everything else that keeps
the database from working is `Unavailable`: the request may succeed later. A mistake in a statement is a bug
and stays one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
import random
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import urlsplit

import asyncpg
import asyncpg.pool

from assay.errors import Unavailable

T = TypeVar("T")
Record = asyncpg.Record
if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.pool.PoolConnectionProxy[Record]
else:  # generic in its stubs alone
    Connection = asyncpg.pool.PoolConnectionProxy

CONNECTIONS_MAX = 8  # of a process; PostgreSQL allows 100 in all unless told otherwise
COMMAND_SECONDS_MAX = 10.0  # statements take milliseconds; a server that is silent for this long hangs
CONNECT_SECONDS_MAX = 5.0
PATIENCE_SECONDS = 10.0  # how long a transaction is tried again: a restart takes seconds
PAUSE_SECONDS = 0.05
PAUSE_SECONDS_MAX = 1.0
_SESSION = {
    "application_name": "assay",
    "jit": "off",  # compiling a statement takes longer than any of ours runs
    # Every hot statement goes by index. A planner that sees how long a batch is, or a month's table still
    # empty, believes that reading all of it is cheaper, and the plan is kept when the table has grown.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "synchronous_commit": "on",  # an answer is given for what is durable, whatever the server's default
    "default_transaction_isolation": "read committed",
}

_IN_EACH_OTHERS_WAY = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
)
OUT_OF_REACH = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,  # the connection was closed under us
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up, a statement that was cancelled
    asyncpg.ReadOnlySQLTransactionError,  # what was the primary is a standby now
    asyncpg.InsufficientResourcesError,  # disk full, out of memory, too many connections
    asyncpg.PostgresIOError,
    asyncpg.InvalidAuthorizationSpecificationError,  # a password is being changed, or who may come in
    asyncpg.InvalidCatalogNameError,
)


class _Untidied(asyncpg.Connection):
    """Nothing that we do outlasts its transaction: what asyncpg would tidy up after each is not there."""

    def get_reset_query(self) -> str:
        return ""


class Postgres:
    """An open pool. Of one event loop."""

    def __init__(self, pool: "asyncpg.Pool[Record]", url: str) -> None:
        self._pool = pool
        self.url = url
        self.name = shown(url)

    async def fetch(self, sql: str, *values: object) -> list[Record]:
        """The rows of one statement, which is a transaction by itself. Raises `Unavailable`.

        What it changes is durable on return, unless it has asked for less (leases.py).
        """
        with _as_unavailable():
            async with self._pool.acquire(timeout=COMMAND_SECONDS_MAX) as connection:
                return await connection.fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: object) -> Record | None:
        rows = await self.fetch(sql, *values)
        return rows[0] if rows else None

    async def transaction(self, action: Callable[[Connection], Awaitable[T]], *, is_repeatable: bool) -> T:
        """Run `action` in a transaction, which is durable on return.

        `is_repeatable`: doing it again after it may have been done already is harmless, so that a lost
        connection is no reason to give up. Raises `Unavailable`.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        pause_seconds = PAUSE_SECONDS
        while True:
            try:
                async with (
                    self._pool.acquire(timeout=COMMAND_SECONDS_MAX) as connection,
                    connection.transaction(),
                ):
                    return await action(connection)
            except (*_IN_EACH_OTHERS_WAY, *OUT_OF_REACH) as error:
                may_repeat = is_repeatable or isinstance(error, _IN_EACH_OTHERS_WAY)
                if not may_repeat or asyncio.get_running_loop().time() > deadline:
                    raise _unavailable(error) from error
            await asyncio.sleep(random.uniform(0, pause_seconds))  # noqa: S311 - only to keep apart
            pause_seconds = min(2 * pause_seconds, PAUSE_SECONDS_MAX)

    async def close(self) -> None:
        """Let what is under way end, for a while."""
        try:
            async with asyncio.timeout(COMMAND_SECONDS_MAX):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()


@asynccontextmanager
async def open_pool(url: str) -> AsyncIterator[Postgres]:
    """A pool of connections to `url` (postgresql://…; several hosts for a failover). Raises `Unavailable`."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=CONNECTIONS_MAX,
            timeout=CONNECT_SECONDS_MAX,
            command_timeout=COMMAND_SECONDS_MAX,
            server_settings=_SESSION,
            connection_class=_Untidied,
        )
    except (*OUT_OF_REACH, ValueError) as error:
        raise Unavailable(f"the database {shown(url)} cannot be opened: {_words(error)}") from error
    database = Postgres(pool, url)
    try:
        yield database
    finally:
        await database.close()


def shown(url: str) -> str:
    """The URL without what is secret in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(no URL)"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except OUT_OF_REACH as error:
        raise _unavailable(error) from error


def _unavailable(error: BaseException) -> Unavailable:
    return Unavailable(f"the database does not do its work: {_words(error)}")


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
