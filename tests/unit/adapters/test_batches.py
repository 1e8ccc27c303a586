"""Batches: nobody who asks is forgotten."""

import asyncio
from collections.abc import Sequence

import pytest

from assay.adapters.sql.batches import Batches
from assay.errors import Unavailable

HANG_SECONDS = 30


@pytest.mark.parametrize("trouble", [None, Unavailable("the database went away")])
async def test_who_asks_when_all_flights_land_at_once_is_carried(trouble: Unavailable | None) -> None:
    landing = asyncio.Event()

    async def carry(items: Sequence[int]) -> Sequence[int]:
        await landing.wait()
        if trouble is not None and 0 in items:
            raise trouble
        return items

    batches = Batches(carry, size_max=1, flights_max=2)

    async def ask_twice() -> int:
        try:
            await batches.one(0)
        except Unavailable:
            assert trouble is not None
        return await batches.one(1)

    twice = asyncio.create_task(ask_twice())
    once = asyncio.create_task(batches.one(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    landing.set()
    async with asyncio.timeout(HANG_SECONDS):
        assert [await twice, await once] == [1, 2]
