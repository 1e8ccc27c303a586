"""Bells between hosts: the first ring goes out at once, and many after it are one."""

import asyncio

from assay.adapters.broadcast.bells import REST_SECONDS, BroadcastDoorbell
from assay.adapters.broadcast.ports import Kind, Take


class Belfry:
    """The `Broadcast` port, as far as bells need it."""

    def __init__(self) -> None:
        self.rings = 0

    def send(self, kind: Kind, key: str, text: str) -> None:
        assert (kind, key, text) == (Kind.BELL, "jobs", "")
        self.rings += 1

    def hear(self, kind: Kind, take: Take) -> None:
        raise AssertionError("nobody listens here")


async def test_the_first_ring_goes_out_at_once() -> None:
    belfry = Belfry()
    BroadcastDoorbell(belfry, "jobs").ring()
    assert belfry.rings == 1


async def test_rings_during_its_rest_are_one_after_it_and_none_is_lost() -> None:
    belfry = Belfry()
    bell = BroadcastDoorbell(belfry, "jobs")
    for _ in range(100):
        bell.ring()
    assert belfry.rings == 1
    await asyncio.sleep(20 * REST_SECONDS)
    assert belfry.rings == 2


async def test_a_rested_bell_rings_at_once_again() -> None:
    belfry = Belfry()
    bell = BroadcastDoorbell(belfry, "jobs")
    bell.ring()
    await asyncio.sleep(2 * REST_SECONDS)
    bell.ring()
    assert belfry.rings == 2
