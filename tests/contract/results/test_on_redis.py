"""What only results on Redis can run into: eviction, a full or lost server, and what others wrote there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
import json
import time

import pytest

from assay.adapters.redis import result_documents
from assay.adapters.redis.address import read_address
from assay.adapters.redis.result_documents import FORMAT, decode_result, encode_result
from assay.adapters.redis.results import RedisResultCache, open_results
from assay.verdicts.ports import RESULT_SECONDS
from tests.contract.results.made import result
from tests.engines.redis import RedisServer, running_redis

KEY = "submission:s1"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with running_redis() as started:
        yield started


@pytest.fixture
async def cache(server: RedisServer) -> AsyncIterator[RedisResultCache]:
    server.ask("FLUSHALL")
    async with open_results(read_address(server.url)) as opened:
        yield opened


@asynccontextmanager
async def full(policy: str) -> AsyncIterator[tuple[RedisServer, RedisResultCache]]:
    with running_redis(more=["--maxmemory", "3mb", "--maxmemory-policy", policy]) as server:
        async with open_results(read_address(server.url)) as cache:
            yield server, cache


async def test_a_result_lies_under_its_key_for_an_hour(server: RedisServer, cache: RedisResultCache) -> None:
    await cache.put(result())
    assert server.ask("KEYS", "*") == KEY
    assert RESULT_SECONDS - 5 <= int(server.ask("TTL", KEY)) <= RESULT_SECONDS == 3600
    await asyncio.sleep(1.1)
    await cache.get("s1")
    assert int(server.ask("TTL", KEY)) < RESULT_SECONDS, "reading does not prolong it"


@pytest.mark.parametrize(
    "document",
    [
        "", "x", "null", "[]", '["1-0123456789abcdef"]', f'["{FORMAT}", {{}}]', "\\xff\\xfe",
    ],
)  # fmt: skip
async def test_what_is_no_result_is_a_miss(
    server: RedisServer, cache: RedisResultCache, document: str
) -> None:
    server.ask("SET", KEY, document)
    assert await cache.get("s1") is None


async def test_an_entry_of_another_release_is_a_miss(
    server: RedisServer, cache: RedisResultCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_documents, "FORMAT", "1-of-another-release")
    await cache.put(result())
    assert await cache.get("s1") is not None
    monkeypatch.undo()
    assert await cache.get("s1") is None
    await cache.put(result())
    assert await cache.get("s1") == result()


async def test_neither_another_submissions_entry_nor_one_that_is_not_final_is_taken(
    server: RedisServer, cache: RedisResultCache
) -> None:
    await cache.put(result("s2"))
    server.ask("COPY", "submission:s2", KEY)
    assert await cache.get("s1") is None
    document = encode_result(result())
    assert document is not None
    running = json.loads(document)
    running[1]["state"]["status"] = "running"
    assert decode_result(document) is not None
    assert decode_result(json.dumps(running).encode()) is None


async def test_a_key_of_another_type_is_a_miss_until_a_result_takes_its_place(
    server: RedisServer, cache: RedisResultCache
) -> None:
    server.ask("RPUSH", KEY, "x")
    assert await cache.get("s1") is None
    await cache.put(result())
    assert await cache.get("s1") == result()


async def test_a_redis_that_evicts_only_forgets() -> None:
    async with full("allkeys-lru") as (server, cache):
        names = [f"s{number}" for number in range(100)]
        for name in names:
            await cache.put(result(name, source=bytes(30_000)))
        found = [await cache.get(name) for name in names]
        assert found[-1] is not None
        assert None in found
        assert all(
            each is None or each == result(name, source=bytes(30_000))
            for name, each in zip(names, found, strict=True)
        )
        assert "evicted_keys:0" not in server.ask("INFO", "stats")


async def test_a_full_redis_takes_no_more_and_gives_what_it_has() -> None:
    async with full("noeviction") as (server, cache):
        names = [f"s{number}" for number in range(100)]
        for name in names:
            await cache.put(result(name, source=bytes(30_000)))
        assert await cache.get(names[0]) == result(names[0], source=bytes(30_000))
        assert await cache.get(names[-1]) is None
        server.ask("FLUSHALL")
        await cache.put(result())
        assert await cache.get("s1") == result()


async def test_a_redis_that_is_gone_is_a_miss_and_used_again_when_it_is_back() -> None:
    with running_redis() as server:
        async with open_results(read_address(server.url)) as cache:
            await cache.put(result())
            server.stop()
            began = time.monotonic()
            for _ in range(100):
                assert await cache.get("s1") is None
                await cache.put(result())
            assert time.monotonic() - began < 20
            server.start()
            async with asyncio.timeout(10):
                while await cache.get("s1") is None:
                    await cache.put(result())
                    await asyncio.sleep(0.05)
            assert await cache.get("s1") == result()


async def test_a_redis_that_was_never_there_keeps_nothing_from_starting() -> None:
    async with open_results(read_address("redis://127.0.0.1:1")) as cache:
        assert await cache.get("s1") is None
