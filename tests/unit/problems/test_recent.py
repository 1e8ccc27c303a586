"""Versions that a worker has just read are not asked for again."""

import asyncio
from dataclasses import replace

import pytest

from assay.adapters.memory.problems import MemoryProblemStore
from assay.domain.problem import Problem
from assay.problems.recent import KEPT_MAX, RecentVersions
from tests.contract.houses import NOON, problem


class Asked(MemoryProblemStore):
    """Counts."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    async def version(self, problem_id: str, version: str) -> Problem | None:
        self.count += 1
        return await super().version(problem_id, version)


@pytest.fixture
def store() -> Asked:
    return Asked()


async def test_a_version_is_asked_for_once_in_a_while(store: Asked) -> None:
    recent = RecentVersions(store, fresh_seconds=3600)
    await store.record(problem("sum", "v1"), at=NOON)
    await store.record(problem("sum", "v2"), at=NOON)
    for _ in range(3):
        for version in ("v1", "v2"):
            assert await recent.version("sum", version) == problem("sum", version)
    assert store.count == 2


async def test_what_was_replaced_is_seen_after_a_while(store: Asked) -> None:
    recent = RecentVersions(store, fresh_seconds=0.02)
    await store.record(problem(), at=NOON)
    assert await recent.version("sum", "v1") == problem()
    renamed = replace(problem(), name="Total")
    await store.record(renamed, at=NOON)
    await asyncio.sleep(0.03)
    assert await recent.version("sum", "v1") == renamed


async def test_what_is_not_there_is_asked_for_each_time(store: Asked) -> None:
    recent = RecentVersions(store, fresh_seconds=3600)
    assert await recent.version("sum", "v1") is None
    await store.record(problem(), at=NOON)
    assert await recent.version("sum", "v1") == problem()


async def test_no_more_are_kept_than_a_contest_needs(store: Asked) -> None:
    recent = RecentVersions(store, fresh_seconds=3600)
    numbers = range(KEPT_MAX + 1)
    for number in numbers:
        await store.record(problem(f"p{number}"), at=NOON)
        await recent.version(f"p{number}", "v1")
    await recent.version("p1", "v1")
    assert store.count == len(numbers), "the second is still there"
    await recent.version("p0", "v1")
    assert store.count == len(numbers) + 1, "the first has gone"
