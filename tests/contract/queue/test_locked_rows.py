"""On PostgreSQL: a message that comes while its row is locked, by the relay that marks it, is not lost."""

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest

from assay.queue.broker import Announcement
from tests.contract.houses import NOON, House, on_postgresql, problem
from tests.contract.queue.test_announcements import claim, due

_LOCK = "SELECT 1 FROM jobs WHERE submission_id = ANY($1) FOR UPDATE"


@pytest.fixture
async def locker(empty_postgres: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(empty_postgres)


async def told_of(house: House, *names: str) -> list[Announcement]:
    await house.problems.record(problem(), at=NOON)
    for name in names:
        await house.submit(name)
    return list((await due(house)).fresh)


async def test_what_is_locked_for_a_moment_is_claimed_then(
    empty_postgres: str, locker: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(on_postgresql(empty_postgres))
        told = await told_of(house, "s1", "s2")
        marking = locker.transaction()
        await marking.start()
        await locker.execute(_LOCK, ["s1"])
        claiming = asyncio.create_task(claim(house, told))
        await asyncio.sleep(0.01)
        await marking.rollback()
        assert [lease.submission_id for lease in await claiming] == ["s1", "s2"]
        await locker.close()


async def test_who_stands_still_on_a_row_is_not_waited_for(
    empty_postgres: str, locker: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(on_postgresql(empty_postgres))
        told = await told_of(house, "s1", "s2")
        standing = locker.transaction()
        await standing.start()
        await locker.execute(_LOCK, ["s1"])
        assert [lease.submission_id for lease in await claim(house, told)] == ["s2"]
        await standing.rollback()
        assert [lease.submission_id for lease in await claim(house, told, "t2")] == ["s1"]
        await locker.close()
