"""One connection for one long piece of work: a copy of the whole database, out or in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import asyncpg

from assay.adapters.postgres.pool import CONNECT_SECONDS_MAX, OUT_OF_REACH, Connection, shown
from assay.adapters.sql.tables import KEPT
from assay.errors import Unavailable
from assay.operate.backup.rows import Kind

_SESSION = {
    "application_name": "assay backup",
    "jit": "off",
    "statement_timeout": "0",
}  # a table takes its time

_SCHEMA = "SELECT version_num FROM alembic_version"
_THERE = "SELECT to_regclass($1) IS NOT NULL"
_COLUMNS = """
    SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_KINDS = {
    "text": Kind.TEXT,
    "bytea": Kind.BYTES,
    "smallint": Kind.INTEGER,
    "integer": Kind.INTEGER,
    "bigint": Kind.INTEGER,
    "boolean": Kind.BOOLEAN,
    "double precision": Kind.REAL,
}


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """Raises `Unavailable` when the database cannot be opened."""
    try:
        pool = await asyncpg.create_pool(
            url, min_size=1, max_size=1, timeout=CONNECT_SECONDS_MAX, server_settings=_SESSION
        )
    except (*OUT_OF_REACH, ValueError) as error:
        raise Unavailable(f"the database {shown(url)} cannot be opened: {_words(error)}") from error
    try:
        async with pool.acquire() as connection:
            try:
                yield connection
            finally:
                if connection.is_in_transaction():  # not by a connection that was lost
                    with suppress(*OUT_OF_REACH):
                        await connection.execute("ROLLBACK")
    finally:
        pool.terminate()


@contextmanager
def working(url: str) -> Iterator[None]:
    """Raises `Unavailable` when the database goes away within the block."""
    try:
        yield
    except OUT_OF_REACH as error:
        raise Unavailable(f"the database {shown(url)} does not do its work: {_words(error)}") from error


async def schema_of(connection: Connection) -> str | None:
    """The migration that the database stands at; None when it has no schema."""
    if not await connection.fetchval(_THERE, "alembic_version"):
        return None
    found = await connection.fetchval(_SCHEMA)
    return None if found is None else str(found)


async def tables_of(connection: Connection) -> dict[str, dict[str, Kind]]:
    """The tables of an installation that are there, and their columns."""
    found = {name: await connection.fetch(_COLUMNS, name) for name in KEPT}
    return {name: {row[0]: _KINDS[row[1]] for row in rows} for name, rows in found.items() if rows}


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
