"""The `Upkeep` port: what is too old is forgotten, and nothing else."""

from datetime import timedelta

import pytest

from assay.intake.ports import IdempotencyKey
from assay.queue.upkeep import KEYS_KEPT_FOR, Upkeep
from tests.contract.houses import House, submission

pytestmark = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def upkeep(house: House) -> Upkeep:
    assert house.upkeep is not None
    return house.upkeep


async def accept(house: House, name: str, key: str) -> str:
    """The submission that is recorded under the key."""
    kept = IdempotencyKey(tenant=None, value=key, request_sha256="r")
    made = submission(name, created_at=house.clock.now())
    return (await house.store.record_and_enqueue(made, key=kept)).id


async def test_keys_are_kept_for_a_week_and_then_forgotten(house: House, upkeep: Upkeep) -> None:
    assert await accept(house, "s1", "old") == "s1"
    house.clock.instant += KEYS_KEPT_FOR - timedelta(seconds=1)
    assert await accept(house, "s2", "young") == "s2"
    assert await upkeep.tidy() == 0
    assert await accept(house, "s3", "old") == "s1"
    house.clock.pass_seconds(2)
    assert await upkeep.tidy() == 1
    assert await upkeep.tidy() == 0
    assert await accept(house, "s4", "old") == "s4"
    assert await accept(house, "s5", "young") == "s2"
    assert await house.reader.submission("s1") is not None, "only the key is forgotten"


async def test_more_than_a_transaction_takes_are_all_forgotten(house: House, upkeep: Upkeep) -> None:
    for number in range(1100):
        await accept(house, f"s{number}", f"k{number}")
    house.clock.instant += KEYS_KEPT_FOR * 2
    assert await upkeep.tidy() == 1100
