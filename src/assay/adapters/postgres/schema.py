"""Brings a PostgreSQL database to the schema that this release knows, and makes partitions ahead."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.sql.schema import HEAD, refuse_newer, run_migrations
from assay.domain.identity import uuid7

MONTHS_AHEAD = 2  # this month's partitions, and those of as many that follow
MONTHS_PER_YEAR = 12
PARTITIONED = ("submissions", "submission_files", "judgements", "runs", "events")
_INSTANT_CHARACTERS = 13  # of an identity: eight digits, a hyphen, four digits

_VERSION = "SELECT version_num FROM alembic_version"
_HAS_VERSION = "SELECT to_regclass('alembic_version') IS NOT NULL AS has_version"
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('partitions'))"
_IS_THERE = "SELECT to_regclass($1) IS NOT NULL AS is_there"


async def prepare(database: Postgres, *, now: datetime) -> None:
    """Make sure that the database has this release's schema and its partitions; create or upgrade it if not.

    Raises `Unavailable` when it is newer than this release, or cannot be upgraded.
    """
    found = await version(database)
    if found != HEAD:
        refuse_newer(found, name=database.name)
        await asyncio.to_thread(run_migrations, database.name, url=database.url)
    await make_partitions(database, now=now)


async def version(database: Postgres) -> str | None:
    """The migration that the database stands at; None when it has no schema yet."""
    row = await database.fetchrow(_HAS_VERSION)
    if row is None or not row["has_version"]:
        return None
    found = await database.fetchrow(_VERSION)
    return None if found is None else str(found["version_num"])


async def make_partitions(database: Postgres, *, now: datetime) -> None:
    """Make those of this month and the next ones that are not there yet."""

    months = [begin for begin, _ in _months(now)]
    await database.transaction(lambda connection: make_partitions_of(connection, months), is_repeatable=True)


async def make_partitions_of(connection: Connection, months: Iterable[datetime]) -> None:
    """Make those of these months that are not there yet, in the transaction of a connection."""
    await connection.execute(_TAKE_TURN)
    for month in months:
        ((begin, end),) = _months(month, ahead=0)
        for table in PARTITIONED:
            name = f"{table}_{begin:%Y_%m}"
            (row,) = await connection.fetch(_IS_THERE, name)
            if not row["is_there"]:
                await connection.execute(_create(table, name, begin, end))


def _create(table: str, name: str, begin: datetime, end: datetime) -> str:
    room = " WITH (fillfactor = 70)" if table == "submissions" else ""
    bounds = f"FROM ('{_lower_bound(begin)}') TO ('{_lower_bound(end)}')"
    return f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES {bounds}{room}"


def _months(now: datetime, *, ahead: int = MONTHS_AHEAD) -> list[tuple[datetime, datetime]]:
    first = now.year * MONTHS_PER_YEAR + now.month - 1
    begins = [
        datetime(number // MONTHS_PER_YEAR, number % MONTHS_PER_YEAR + 1, 1, tzinfo=UTC)
        for number in range(first, first + ahead + 2)
    ]
    return list(pairwise(begins))


def _lower_bound(instant: datetime) -> str:
    """What all identities of this instant and later ones are not less than."""
    return uuid7(instant, bytes(10))[:_INSTANT_CHARACTERS]
