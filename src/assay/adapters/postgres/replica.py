"""A PostgreSQL standby that takes reading off the primary, and how it is kept an eye on.

It is asked only while it follows our primary, closely enough, and answers soon; `trouble` says what is wrong
otherwise. Whoever asks has the primary to turn to, and must: what is read here may be old.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
import structlog

from assay.adapters.postgres.lag import Lag
from assay.adapters.postgres.pool import OUT_OF_REACH, Connection, Postgres, Record, shown
from assay.adapters.sql.schema import HEAD
from assay.errors import Unavailable
from assay.operate.lasting import going_on

T = TypeVar("T")

ANSWER_SECONDS_MAX = 1.0  # the primary answers within milliseconds: waiting for longer spares nothing
CONNECTIONS_MAX = 8
LOOK_SECONDS = 1.0
NOT_LOOKED_YET = "it has not answered yet"
_SESSION = {"application_name": "assay reads", "jit": "off", "default_transaction_read_only": "on"}

# An expression of its own for each kind of server: the other one's function would refuse.
_WRITTEN = """
    SELECT (CASE WHEN NOT pg_is_in_recovery()
                 THEN pg_current_wal_flush_lsn() - '0/0' END)::bigint AS position,
           (SELECT system_identifier FROM pg_control_system()) AS cluster
"""
_REPLAYED = """
    SELECT (CASE WHEN pg_is_in_recovery()
                 THEN pg_last_wal_replay_lsn() - '0/0' END)::bigint AS position,
           (SELECT system_identifier FROM pg_control_system()) AS cluster,
           (SELECT version_num FROM alembic_version) AS schema
"""

log = structlog.get_logger()


class Replica:
    """Of one event loop. `trouble`: why it is not asked; None while it is. `lag_seconds`: None: not known.

    `reads`: how many reads were answered here (`replica`), and how many had to be there (`primary`).
    """

    def __init__(
        self, pool: "asyncpg.Pool[Record]", url: str, *, primary: Postgres, lag_seconds_max: float
    ) -> None:
        self.name = shown(url)
        self.trouble: str | None = NOT_LOOKED_YET
        self.lag_seconds: float | None = None
        self.reads: dict[str, int] = {"replica": 0, "primary": 0}
        self._pool = pool
        self._primary = primary
        self._lag = Lag()
        self._lag_seconds_max = lag_seconds_max

    def may_lag(self, seconds_max: float) -> None:
        """How far it may be behind from the next look on."""
        self._lag_seconds_max = seconds_max

    async def read(self, action: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `action` on a connection: perhaps on old rows, but each statement's are no older than those of
        the one before. Raises `Unavailable`, soon."""
        if self.trouble is not None:
            raise Unavailable(self.trouble)
        try:
            return await self._ask(action)
        except Unavailable as error:
            self._say(error.message)  # until the next look: each request need not find out anew
            raise

    async def written(self) -> int | None:
        """The primary's position now; None while it is none itself. Raises `Unavailable`."""
        row = await self._primary.fetchrow(_WRITTEN)
        return None if row is None else row["position"]

    async def look(self) -> None:
        """See whether it can be asked."""
        try:
            row = await self._primary.fetchrow(_WRITTEN)
        except Unavailable:  # nothing can be said of the one without the other
            return
        now = asyncio.get_running_loop().time
        if row is None or row["position"] is None:
            self._say("the primary is a standby itself")
            return
        self._lag.note(row["position"], at=now())
        try:
            found = (await self._ask(lambda connection: connection.fetch(_REPLAYED)))[0]
        except Unavailable as error:
            self.lag_seconds = None
            self._say(error.message)
            return
        self.lag_seconds = (
            None if found["position"] is None else self._lag.seconds(found["position"], at=now())
        )
        self._say(self._trouble_with(found, cluster=row["cluster"]))

    async def keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    def _trouble_with(self, found: Record, *, cluster: int) -> str | None:
        if found["cluster"] != cluster:
            return f"{self.name} is no copy of the database"
        if self.lag_seconds is None:
            return f"{self.name} is no standby: it follows nobody"
        if found["schema"] < HEAD:
            return f"{self.name} has the schema {found['schema']} still"
        if self.lag_seconds > self._lag_seconds_max:
            return (
                f"{self.name} is {self.lag_seconds:.0f} s behind, of {self._lag_seconds_max:g} that it may be"
            )
        return None

    def _say(self, trouble: str | None) -> None:
        if trouble is not None and self.trouble in (None, NOT_LOOKED_YET):
            log.warning("replica_not_asked", replica=self.name, detail=trouble)
        if trouble is None and self.trouble is not None:
            log.info("replica_asked", replica=self.name)
        self.trouble = trouble

    async def _ask(self, action: Callable[[Connection], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX), self._pool.acquire() as connection:
                return await action(connection)
        # Whatever it says, the primary is asked next: a bug in a statement shows there.
        except (*OUT_OF_REACH, asyncpg.PostgresError, ValueError) as error:
            words = str(error) or type(error).__name__
            raise Unavailable(f"{self.name} does not do its work: {words}") from error


@asynccontextmanager
async def open_replica(url: str, *, primary: Postgres, lag_seconds_max: float) -> AsyncIterator[Replica]:
    """A standby of `primary` at `url`. One that is away now is asked when it is back."""
    pool = await asyncpg.create_pool(
        url,
        min_size=0,  # connects when it is asked
        max_size=CONNECTIONS_MAX,
        timeout=ANSWER_SECONDS_MAX,
        command_timeout=ANSWER_SECONDS_MAX,
        server_settings=_SESSION,
    )
    replica = Replica(pool, url, primary=primary, lag_seconds_max=lag_seconds_max)
    try:
        await replica.look()
        async with going_on(replica.keep_looking, name="the standby"):
            yield replica
    finally:
        pool.terminate()
