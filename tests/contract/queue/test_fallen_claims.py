"""On PostgreSQL: what falls with the database was never claimed, and nobody finishes it; or is told twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import signal

import pytest

from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.schema import prepare
from tests.contract.houses import NOON, House, judgement, on_postgresql, problem
from tests.engines.postgres import PostgresServer, running_postgres


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with running_postgres() as started:
        started.sql("ALTER SYSTEM SET wal_writer_delay = '10s'")  # what nobody waits for is on no disk before
        started.sql("SELECT pg_reload_conf()")
        yield started


@pytest.fixture
async def house(server: PostgresServer) -> AsyncIterator[House]:
    url = server.create_database("claims")
    async with open_pool(url) as database:
        await prepare(database, now=NOON)
    async with on_postgresql(url) as opened:
        await opened.problems.record(problem(), at=NOON)
        yield opened


async def fall_and_rise(server: PostgresServer) -> None:
    """What was not on its disk is gone."""
    await asyncio.to_thread(server.stop, signal.SIGQUIT)
    await asyncio.to_thread(server.start)


async def test_it_waits_again_and_the_first_who_had_it_is_fenced(
    server: PostgresServer, house: House
) -> None:
    fallen = await house.submit_and_claim("s1", token="t1")
    await fall_and_rise(server)
    (lease,) = await house.claim(token="t2")
    assert lease.attempt == 1, "nobody had it before"
    assert not await house.verdicts.finish(fallen, judgement(fallen, "j1"))
    assert await house.verdicts.finish(lease, judgement(lease, "j2"))


async def test_what_is_recorded_under_it_is_as_durable_as_ever(server: PostgresServer, house: House) -> None:
    lease = await house.submit_and_claim("s1", token="t1")
    assert await house.verdicts.finish(lease, judgement(lease, "j1"))
    await fall_and_rise(server)
    assert await house.claim(token="t2") == []
    assert [each.id for each in await house.reader.judgements("s1")] == ["j1"]


async def test_a_mark_that_falls_is_made_again(server: PostgresServer, house: House) -> None:
    await house.submit("s1")
    due = await house.announcements.due(window=8, patience_seconds=10)
    await house.announcements.mark(due.fresh)
    assert not (await house.announcements.due(window=8, patience_seconds=10)).fresh
    await fall_and_rise(server)
    assert (await house.announcements.due(window=8, patience_seconds=10)).fresh == due.fresh
