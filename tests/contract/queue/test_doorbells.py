"""The `Doorbell` and `Wakeups` ports, in memory and between processes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
import socket
import time

import pytest

from assay.adapters.local.doorbell import DoorbellButton, DoorbellListener
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.queue.ports import Doorbell, Wakeups


@asynccontextmanager
async def bell(kind: str, directory: Path) -> AsyncIterator[tuple[Doorbell, Wakeups]]:
    if kind == "memory":
        both = MemoryDoorbell()
        yield both, both
        return
    listener = DoorbellListener(directory, "jobs")
    yield DoorbellButton(directory, "jobs"), listener
    listener.close()


@pytest.fixture(params=["memory", "local"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Doorbell, Wakeups]]:
    async with bell(request.param, tmp_path / ("long" * 40) / "run") as both:
        yield both


async def seconds(waiting: Wakeups, *, timeout_seconds: float) -> float:
    began = time.monotonic()
    await waiting.wait(timeout_seconds=timeout_seconds)
    return time.monotonic() - began


async def test_a_ring_ends_the_wait(pair: tuple[Doorbell, Wakeups]) -> None:
    button, listener = pair
    asyncio.get_running_loop().call_later(0.02, button.ring)
    assert 0.01 < await seconds(listener, timeout_seconds=5) < 1


async def test_a_ring_before_the_wait_is_not_lost(pair: tuple[Doorbell, Wakeups]) -> None:
    button, listener = pair
    button.ring()
    await asyncio.sleep(0.02)
    assert await seconds(listener, timeout_seconds=5) < 1


async def test_without_a_ring_the_wait_ends_at_its_time_and_many_rings_are_one(
    pair: tuple[Doorbell, Wakeups],
) -> None:
    button, listener = pair
    for _ in range(1000):
        button.ring()
    await asyncio.sleep(0.02)
    await listener.wait(timeout_seconds=5)
    assert await seconds(listener, timeout_seconds=0.05) >= 0.04


def listening_in(directory: Path) -> list[str]:
    return [place.name for place in directory.iterdir()]


async def test_every_listener_of_that_name_is_woken_and_no_other(tmp_path: Path) -> None:
    listeners = [DoorbellListener(tmp_path, "jobs") for _ in range(3)]
    other = DoorbellListener(tmp_path, "events")
    DoorbellButton(tmp_path, "jobs").ring()
    for listener in listeners:
        assert await seconds(listener, timeout_seconds=5) < 1
    assert await seconds(other, timeout_seconds=0.05) >= 0.04
    for listener in (*listeners, other):
        listener.close()
    assert listening_in(tmp_path) == []


def left_dead(place: Path) -> None:
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    dead.bind(str(place))
    dead.close()


def left_full(place: Path) -> socket.socket:
    full = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    full.bind(str(place))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
        with suppress(BlockingIOError):
            while True:
                sender.sendto(b"x", str(place))
        with pytest.raises(BlockingIOError):
            sender.sendto(b"x", str(place))
    return full


async def test_dead_and_full_listeners_hold_nobody_up(tmp_path: Path) -> None:
    left_dead(tmp_path / "jobs.1.1")
    full = left_full(tmp_path / "jobs.2.2")
    listener = DoorbellListener(tmp_path, "jobs")
    DoorbellButton(tmp_path, "jobs").ring()
    assert await seconds(listener, timeout_seconds=5) < 1
    assert not (tmp_path / "jobs.1.1").exists()
    assert (tmp_path / "jobs.2.2").exists()
    full.close()
    listener.close()


@pytest.mark.parametrize("directory", [lambda base: base, lambda base: base / "nowhere"])
async def test_where_nobody_listens_a_ring_does_nothing(
    tmp_path: Path, directory: Callable[[Path], Path]
) -> None:
    DoorbellButton(directory(tmp_path), "jobs").ring()
    await asyncio.sleep(0.01)
