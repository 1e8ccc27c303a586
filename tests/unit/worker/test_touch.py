"""Who may take others for silent: whoever was heard for a while, and nobody else."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from assay.errors import Unavailable
from assay.queue.ports import Lease, Swept
from assay.worker.fleet import Membership
from assay.worker.touch import Touch
from tests.unit.worker.test_fleet import CARD, Registry
from tests.unit.worker.test_worker import World, accept, working

BEAT = 10.0


def steady(touch: Touch, at: float) -> bool:
    return touch.is_steady(at=at, heartbeat_seconds=BEAT)


def note(touch: Touch, at: float, *, is_heard: bool = True) -> None:
    touch.note(is_heard=is_heard, at=at, heartbeat_seconds=BEAT)


def test_whoever_starts_may() -> None:
    touch = Touch()
    assert steady(touch, 0)
    note(touch, 10)
    assert steady(touch, 12)


def test_who_was_not_heard_may_again_after_two_beats_that_were() -> None:
    touch = Touch()
    note(touch, 10)
    note(touch, 20, is_heard=False)
    assert not steady(touch, 21)
    note(touch, 30)
    assert not steady(touch, 31)
    note(touch, 40)
    assert steady(touch, 41)


@pytest.mark.parametrize("seconds", [21.0, 1000.0], ids=["a little", "much"])
def test_a_beat_that_is_late_is_an_outage_before_and_after_it_ends(seconds: float) -> None:
    touch = Touch()
    note(touch, 10)
    assert not steady(touch, 10 + seconds), "it is on its way still, or this process stood still"
    note(touch, 10 + seconds)
    assert not steady(touch, 10 + seconds)
    note(touch, 20 + seconds)
    assert steady(touch, 20 + seconds)


class NotedQueue:
    """A queue that is asked to sweep. All else is another's."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self.sweeps = 0

    async def sweep(self) -> Swept:
        self.sweeps += 1
        return Swept(requeued=0, buried=())

    async def extend(self, leases: list[Lease], *, lease_seconds: float) -> list[Lease]:
        raise Unavailable("no database")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)


async def test_nobody_is_swept_while_this_worker_is_not_heard() -> None:
    world, registry = World(), Registry()
    queue = NotedQueue(world.queue)
    parts = replace(
        world.parts(accept),
        queue=queue,
        membership=Membership(CARD, registry),
    )
    async with working(parts):
        await until_swept(queue)
        registry.is_out_of_reach = True
        await asyncio.sleep(0.1)  # some heartbeats
        queue.sweeps = 0
        await asyncio.sleep(0.1)
        assert queue.sweeps == 0
        registry.is_out_of_reach = False
        await until_swept(queue)


async def until_swept(queue: NotedQueue) -> None:
    before = queue.sweeps
    async with asyncio.timeout(5):
        while queue.sweeps == before:  # noqa: ASYNC110 - it does not know who waits
            await asyncio.sleep(0.001)
