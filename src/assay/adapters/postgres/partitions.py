"""Months that nobody needs any more: their partitions, once they are empty, are dropped."""

from datetime import datetime

import asyncpg

from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.postgres.schema import PARTITIONED
from assay.errors import Unavailable

# Whoever waits for the lock keeps others waiting behind: then the next time will do.
_PATIENCE = "SET LOCAL lock_timeout = '2s'"
_THERE = """
    SELECT c.relname AS name FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass($1) AND c.relname ~ $2 AND right(c.relname, 7) < $3
     ORDER BY c.relname
"""


async def drop_empty_partitions(database: Postgres, *, before: datetime) -> list[str]:
    """Those of whole months before an instant that have no rows. Returns their names.

    A month whose submissions came back later is in the default partition. Raises `Unavailable`.
    """
    dropped: list[str] = []
    for table in PARTITIONED:
        found = await database.fetch(_THERE, table, rf"^{table}_\d{{4}}_\d{{2}}$", f"{before:%Y_%m}")
        dropped += [row["name"] for row in found if await _drop(database, row["name"])]
    return dropped


async def _drop(database: Postgres, name: str) -> bool:
    async def drop(connection: Connection) -> bool:
        await connection.execute(_PATIENCE)
        await connection.execute(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
        if await connection.fetch(f"SELECT 1 FROM {name} LIMIT 1"):  # noqa: S608 - a name of ours
            return False
        await connection.execute(f"DROP TABLE {name}")
        return True

    try:
        return await database.transaction(drop, is_repeatable=True)
    except Unavailable as error:
        if isinstance(error.__cause__, asyncpg.LockNotAvailableError):
            return False
        raise
