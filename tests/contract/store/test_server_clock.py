"""One clock for all hosts of a PostgreSQL database, whatever their own ones say."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import pytest

from assay.adapters.postgres.clock import ROUND_TRIP_SECONDS_MAX, ServerClock, open_clock
from assay.adapters.postgres.pool import Postgres, Record, open_pool
from tests.contract.houses import StillClock

HOUR = timedelta(hours=1)
SOON = timedelta(seconds=30)  # a busy machine takes its time between two questions


class Passing:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class SlowServer(Postgres):
    """One whose answers take their time."""

    def __init__(self, database: Postgres, passing: Passing) -> None:
        self._real = database
        self._passing = passing
        self.seconds = 0.0
        self.ahead = timedelta()

    async def fetch(self, sql: str, *values: object) -> list[Record]:
        self._passing.seconds += self.seconds
        return await self._real.fetch(sql.replace("AS now", f"+ '{self.ahead}' AS now"), *values)


@pytest.fixture
async def database(empty_postgres: str) -> AsyncIterator[Postgres]:
    async with open_pool(empty_postgres) as opened:
        yield opened


async def server_time(url: str) -> datetime:
    connection = await asyncpg.connect(url)
    try:
        now: datetime = await connection.fetchval("SELECT clock_timestamp()")
        return now
    finally:
        await connection.close()


async def test_a_host_that_is_years_off_has_the_servers_time(database: Postgres, empty_postgres: str) -> None:
    own = StillClock()
    async with open_clock(database, own) as clock:
        assert abs(clock.now() - await server_time(empty_postgres)) < SOON
        own.pass_seconds(3600)
        assert abs(clock.now() - await server_time(empty_postgres)) < SOON
        assert clock.now() <= clock.now()


async def test_until_the_server_was_asked_ones_own_is_believed(database: Postgres) -> None:
    own = StillClock()
    assert ServerClock(database, own, passed=Passing()).now() == own.now()


async def test_time_passes_by_what_nobody_sets(database: Postgres) -> None:
    passing = Passing()
    clock = ServerClock(database, StillClock(), passed=passing)
    await clock.look()
    before = clock.now()
    passing.seconds += 5
    assert clock.now() - before == timedelta(seconds=5)


async def test_what_an_answer_leaves_in_doubt_changes_nothing(database: Postgres) -> None:
    passing = Passing()
    server = SlowServer(database, passing)
    clock = ServerClock(server, StillClock(), passed=passing)
    await clock.look()
    before = clock.now()
    server.seconds, server.ahead = ROUND_TRIP_SECONDS_MAX + 1, HOUR
    await clock.look()
    assert clock.now() - before == timedelta(seconds=ROUND_TRIP_SECONDS_MAX + 1), "too slow to be believed"
    server.seconds = 0.0
    await clock.look()
    assert clock.now() - before > HOUR, "a standby that was promoted has another clock"
