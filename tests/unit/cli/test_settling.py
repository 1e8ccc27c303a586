"""What a process keeps, and what goes."""

import asyncio
from collections.abc import Iterator
import gc
import weakref

import pytest

from assay.cli import settling


class Circle:
    """Nothing but the collector ends it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def nothing_is_collected_by_chance() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_what_is_there_at_the_start_is_left_alone() -> None:
    kept, gone = Circle(), weakref.ref(Circle())
    settling.settle()
    assert gone() is None, "what nobody needed at the start was looked for"
    seen = weakref.ref(kept)
    del kept
    gc.collect()
    assert seen() is not None


async def test_what_comes_later_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "COLLECT_SECONDS", 0.01)
    settling.settle()
    collecting = asyncio.create_task(settling.collect_now_and_then())
    gone = asyncio.Event()
    circle = weakref.ref(Circle(), lambda _: gone.set())
    async with asyncio.timeout(10):
        await gone.wait()
    assert circle() is None
    collecting.cancel()
