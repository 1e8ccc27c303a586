"""Results in the process are bounded: in time, in number, in bytes."""

import gc
import tracemalloc

import pytest

from assay.adapters.memory.results import ENTRY_BYTES_MAX, MemoryResultCache, weight_of
from assay.adapters.redis.result_documents import decode_result, encode_result
from assay.verdicts.ports import RESULT_SECONDS, Result
from tests.contract.houses import StillClock
from tests.contract.results.made import dead_letter, result


async def test_after_an_hour_a_result_is_forgotten() -> None:
    clock = StillClock()
    cache = MemoryResultCache(clock)
    await cache.put(result())
    clock.pass_seconds(RESULT_SECONDS - 1)
    assert await cache.get("s1") is not None, "reading does not prolong it"
    clock.pass_seconds(1)
    assert await cache.get("s1") is None
    assert cache.weight_bytes == 0


async def test_of_too_many_those_used_longest_ago_go() -> None:
    cache = MemoryResultCache(StillClock(), count_max=3)
    for name in ("a", "b", "c"):
        await cache.put(result(name))
    await cache.get("a")
    await cache.put(result("d"))
    assert [name for name in "abcd" if await cache.get(name) is not None] == ["a", "c", "d"]


async def test_of_too_large_ones_those_used_longest_ago_go() -> None:
    one = result("a", source=bytes(10_000))
    cache = MemoryResultCache(StillClock(), bytes_max=3 * weight_of(one))
    for name in ("a", "b", "c", "d"):
        await cache.put(result(name, source=bytes(10_000)))
    assert [name for name in "abcd" if await cache.get(name) is not None] == ["b", "c", "d"]
    assert cache.weight_bytes == 3 * weight_of(one)
    for _ in range(100):
        await cache.put(result("d", source=bytes(10_000)))
    assert cache.weight_bytes == 3 * weight_of(one), "what is replaced no longer counts"


async def test_a_large_one_does_not_drive_out_the_others() -> None:
    cache = MemoryResultCache(StillClock())
    await cache.put(result("small"))
    await cache.put(result("large", source=bytes(ENTRY_BYTES_MAX)))
    assert await cache.get("large") is None
    assert await cache.get("small") is not None


def make(kind: str, number: int) -> Result:
    match kind:
        case "plain":
            return result(f"submission-{number}")
        case "dead":
            return dead_letter(f"submission-{number}")
        case "rejudged":
            return result(f"submission-{number}", judgements=4)
        case _:
            return result(f"submission-{number}", source=bytes([number % 256]) * 5000)


def as_read(made: Result) -> Result:
    """With texts of its own, as results have that were read from rows."""
    document = encode_result(made)
    assert document is not None
    read = decode_result(document)
    assert read is not None
    return read


@pytest.mark.parametrize("kind", ["plain", "dead", "rejudged", "long"])
def test_a_result_takes_no_more_than_its_weight(kind: str) -> None:
    as_read(make(kind, 0))
    gc.collect()
    tracemalloc.start()
    try:
        kept = [as_read(make(kind, number)) for number in range(50)]
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    weight = sum(map(weight_of, kept))
    assert taken <= weight <= 20 * taken, "an upper bound, and none that is absurd"
