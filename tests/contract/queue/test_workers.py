"""The `WorkerRegistry` port: who is known, who is alive, who is to drain."""

from dataclasses import replace

import pytest

from assay.queue.workers import FORGOTTEN_AFTER, WorkerCard, WorkerRegistry
from tests.contract.houses import NOON, House

pytestmark = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)
CARD = WorkerCard(
    id="host:1",
    host="host",
    release="1.2",
    host_class="x86_64; a CPU; 2 cores",
    slots=2,
    languages=("c", "python3"),
    started_at=NOON,
)
OTHER = replace(CARD, id="host:2", languages=None)


@pytest.fixture
def registry(house: House) -> WorkerRegistry:
    assert house.workers is not None
    return house.workers


async def test_a_worker_is_known_as_it_registered(registry: WorkerRegistry) -> None:
    await registry.register(OTHER)
    await registry.register(CARD)
    first, second = await registry.workers()
    assert (first.card, second.card) == (CARD, OTHER)
    assert (first.seen_at, first.busy, first.is_draining) == (NOON, 0, False)


async def test_signs_of_life_keep_it_alive(house: House, registry: WorkerRegistry) -> None:
    await registry.register(CARD)
    house.clock.pass_seconds(20)
    assert not await registry.beat(CARD, busy=2)
    (known,) = await registry.workers()
    assert (known.busy, known.card.started_at) == (2, NOON)
    house.clock.pass_seconds(20)
    assert known.is_alive(house.clock.now(), silent_seconds=30)
    house.clock.pass_seconds(11)
    assert not known.is_alive(house.clock.now(), silent_seconds=30)


async def test_who_is_told_to_drain_hears_of_it_until_told_to_go_on(registry: WorkerRegistry) -> None:
    await registry.register(CARD)
    await registry.register(OTHER)
    assert await registry.drain(["host:1", "nobody"], draining=True) == ["host:1"]
    assert await registry.beat(CARD, busy=0)
    assert not await registry.beat(OTHER, busy=0)
    assert await registry.drain(None, draining=True) == ["host:1", "host:2"]
    assert await registry.drain(None, draining=False) == ["host:1", "host:2"]
    assert not await registry.beat(CARD, busy=0)


async def test_who_leaves_is_forgotten_and_who_comes_again_begins_anew(registry: WorkerRegistry) -> None:
    await registry.register(CARD)
    await registry.drain(None, draining=True)
    await registry.leave("host:1")
    await registry.leave("nobody")
    assert await registry.workers() == []
    await registry.register(CARD)
    assert not await registry.beat(CARD, busy=0)


async def test_who_was_forgotten_is_known_again_at_its_next_sign_of_life(
    house: House, registry: WorkerRegistry
) -> None:
    await registry.register(CARD)
    house.clock.instant += FORGOTTEN_AFTER * 2
    await registry.register(OTHER)
    assert [known.card.id for known in await registry.workers()] == ["host:2"]
    await registry.beat(CARD, busy=1)
    known, _ = await registry.workers()
    assert (known.card, known.busy) == (CARD, 1)
