"""What a judge needs of the test data is brought here before it judges, and let go of afterwards."""

import asyncio
from pathlib import Path
import threading

import pytest

from assay.adapters.disk.blob_cache import CachedBlobs, UnusableBlob
from assay.domain.problem import Problem
from assay.problems.codec import files_of, with_files
from assay.wiring import blobs
from assay.worker.ports import OutOfReach
from tests.contract.houses import problem
from tests.unit.adapters.disk.origins import Origin


@pytest.fixture
def origin() -> Origin:
    return Origin()


@pytest.fixture
def stored(origin: Origin) -> Problem:
    """A problem whose files are in the store."""
    return with_files(problem(), lambda ref: origin.put(f"content of {ref}".encode()))


@pytest.fixture
def data(origin: Origin, tmp_path: Path) -> blobs.TestData:
    cache = CachedBlobs(origin, tmp_path / "cache", bytes_max=1 << 20)
    return blobs.TestData(cache, cache)


def held(tmp_path: Path) -> int:
    return len(list((tmp_path / "cache/held").glob("*/*/*")))


async def test_all_files_are_here_for_as_long_as_a_problem_is_judged(
    data: blobs.TestData, origin: Origin, stored: Problem, tmp_path: Path
) -> None:
    async with data.of(stored):
        assert held(tmp_path) == len(set(files_of(stored))) > 0
        assert sorted(origin.fetched) == sorted(set(files_of(stored)))
    assert held(tmp_path) == 0
    origin.is_gone = True
    async with data.of(stored):
        assert held(tmp_path) > 0


async def test_a_store_that_is_away_is_no_fault_of_a_submission(
    data: blobs.TestData, origin: Origin, stored: Problem, tmp_path: Path
) -> None:
    origin.is_gone = True
    with pytest.raises(OutOfReach, match="the store is gone"):
        async with data.of(stored):
            raise AssertionError("nothing can be judged")
    assert held(tmp_path) == 0


async def test_what_time_does_not_heal_is_told_apart(
    data: blobs.TestData, origin: Origin, stored: Problem
) -> None:
    ref = next(files_of(stored))
    origin.blobs[ref] = b"damaged"
    with pytest.raises(UnusableBlob):
        async with data.of(stored):
            raise AssertionError("nothing can be judged")
    del origin.blobs[ref]
    with pytest.raises(FileNotFoundError):
        async with data.of(stored):
            raise AssertionError("nothing can be judged")


async def test_who_is_cancelled_while_fetching_leaves_nothing_held(
    data: blobs.TestData, origin: Origin, stored: Problem, tmp_path: Path
) -> None:
    started, gate = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        gate.wait(10)

    origin.before = wait

    async def judge() -> None:
        async with data.of(stored):
            raise AssertionError("it was cancelled before")

    judging = asyncio.create_task(judge())
    await asyncio.to_thread(started.wait, 10)
    judging.cancel()
    await asyncio.sleep(0.1)
    assert not judging.done(), "it waits for its thread, whose links would stay"
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await judging
    assert held(tmp_path) == 0


async def test_without_a_problem_or_a_bucket_nothing_is_brought(
    data: blobs.TestData, origin: Origin, stored: Problem
) -> None:
    async with data.of(None) as store:
        assert store is data.store
    async with blobs.TestData(data.store, None).of(stored) as store:
        assert store is data.store
    assert origin.fetched == []
