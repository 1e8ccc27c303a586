"""The `ResultCache` port: what was put comes back as it was, or does not come back."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from assay.adapters.memory.results import MemoryResultCache
from assay.adapters.redis.address import read_address
from assay.adapters.redis.results import open_results
from assay.domain.submission import SubmissionStatus
from assay.verdicts.ports import Result, ResultCache
from tests.contract.houses import StillClock
from tests.contract.results.made import dead_letter, result
from tests.engines.redis import RedisServer, running_redis, running_redis_cluster


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with running_redis() as started:
        yield started


@pytest.fixture(scope="module")
def cluster_url() -> Iterator[str]:
    with running_redis_cluster() as url:
        yield url


@pytest.fixture(params=["memory", "redis", "redis+cluster"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[ResultCache]:
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            yield MemoryResultCache(StillClock())
        elif request.param == "redis":
            url = request.getfixturevalue("server").url
            yield await stack.enter_async_context(open_results(read_address(url)))
        else:
            url = request.getfixturevalue("cluster_url")
            yield await stack.enter_async_context(open_results(read_address(url)))


@pytest.mark.parametrize(
    "kept",
    [result("a"), result("b", judgements=3), dead_letter("c"), result("d", source=bytes(range(256)) * 40)],
    ids=["judged", "rejudged", "given up", "any bytes"],
)
async def test_a_result_comes_back_as_it_was(cache: ResultCache, kept: Result) -> None:
    submission_id = kept.state.submission.id
    await cache.put(kept)
    assert await cache.get(submission_id) == kept
    assert await cache.get(submission_id) == kept, "it can be read more than once"


async def test_what_was_never_put_is_a_miss(cache: ResultCache) -> None:
    await cache.put(result("there"))
    assert await cache.get("nowhere") is None
    assert await cache.get("") is None


async def test_a_later_result_takes_the_place_of_an_earlier_one(cache: ResultCache) -> None:
    await cache.put(result("s1", last_seq=5))
    await cache.put(result("s1", last_seq=9, judgements=2))
    assert await cache.get("s1") == result("s1", last_seq=9, judgements=2)


async def test_what_is_too_large_is_not_kept(
    cache: ResultCache,
) -> None:
    large = result("large", source=bytes(3 << 20))
    await cache.put(large)
    assert await cache.get("large") is None
    await cache.put(result("small"))
    assert await cache.get("small") is not None


@pytest.mark.parametrize("status", [each for each in SubmissionStatus if not each.is_final])
def test_what_is_under_way_has_no_result(status: SubmissionStatus) -> None:
    judged = result()
    with pytest.raises(ValueError, match="under way"):
        replace(judged, state=replace(judged.state, status=status))
