"""A PostgreSQL database filled from a backup, in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
import socket

import asyncpg

from assay.adapters.postgres.pool import Connection, shown
from assay.adapters.postgres.schema import make_partitions_of
from assay.adapters.postgres.scripts import run_script
from assay.adapters.postgres.single import connected, schema_of, tables_of, working
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.schema import HEAD, run_migrations
from assay.adapters.sql.tables import FOUNDED, fit, not_empty, settle
from assay.errors import UsageError
from assay.operate.backup.rows import Kind, Row

YEARS_APART_MAX = 50  # further ones are a clock's mistake, and go to the default partition

_ALONE = "LOCK TABLE problem_versions, submissions IN EXCLUSIVE MODE"  # who reads may go on


@asynccontextmanager
async def open_loader(
    url: str, *, schema: str, months: Iterable[datetime], now: datetime
) -> AsyncIterator["PostgresLoader"]:
    """Fill the database from a backup of that schema; it gets this release's in the end.

    `months`: in which its rows were made. Their partitions are made first: later they could not be, when the
    default partition has such rows. Raises `UsageError` when it is not empty, and `Unavailable`.
    """
    async with connected(url) as connection:
        near = [month for month in months if abs(month.year - now.year) <= YEARS_APART_MAX]
        with working(url):
            await _begin_schema(connection, url, schema)
            await connection.execute("BEGIN")
            await connection.execute(_ALONE)
            await _check_empty(connection, url)
            await make_partitions_of(connection, sorted(near))
            loader = PostgresLoader(connection, url, await tables_of(connection))
            await loader.begin()
        yield loader  # what is not committed is rolled back when the connection ends
        with working(url):
            await connection.execute("COMMIT")
    if schema != HEAD:
        await asyncio.to_thread(run_migrations, shown(url), url=url)


class PostgresLoader:
    """The `Loader` port."""

    def __init__(
        self,
        connection: Connection,
        url: str,
        kinds: Mapping[str, Mapping[str, Kind]],
    ) -> None:
        self._connection = connection
        self._url = url
        self._kinds = kinds

    async def begin(self) -> None:
        for table in FOUNDED:
            if table in self._kinds:
                await self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - ours

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        names, values = fit(table, columns, rows, self._kinds)
        try:
            with working(self._url):
                await self._connection.copy_records_to_table(table, records=values, columns=names)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            raise UsageError(
                f"the backup has rows of {table} that PostgreSQL does not take: {error}"
            ) from error

    async def settle(self, *, at: datetime) -> int:
        script = settle(self._kinds, at=to_row(at), host=socket.gethostname())
        with working(self._url):
            return await run_script(self._connection, script)


async def _begin_schema(connection: Connection, url: str, schema: str) -> None:
    """The schema that the backup is of, in a database without one."""
    await _check_empty(connection, url)
    found = await schema_of(connection)
    if found is None or found < schema:
        await asyncio.to_thread(run_migrations, shown(url), url=url, revision=schema)
    elif found != schema:
        raise UsageError(
            f"the database {shown(url)} has schema {found} already, and the backup is of {schema}: name an "
            "empty database, and it gets both one after the other"
        )


async def _check_empty(connection: Connection, url: str) -> None:
    table = await _table_with_rows(connection)
    if table is not None:
        raise not_empty(shown(url), table)


async def _table_with_rows(connection: Connection) -> str | None:
    for table in await tables_of(connection):
        if table not in FOUNDED and await connection.fetchval(
            f"SELECT EXISTS (SELECT FROM {table})"  # noqa: S608 - ours
        ):
            return table
    return None
