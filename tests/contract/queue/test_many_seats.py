"""Fair order, when many seats are given at once; behind a broker with as long a line as it has by itself."""

from collections import Counter

import pytest

from assay.domain.lane import Lane
from assay.queue.ports import Place
from tests.contract.houses import ADAPTERS, House
from tests.contract.queue.relayed import BEHIND_A_BROKER
from tests.contract.queue.test_fair_order import served, submit_many

pytestmark = pytest.mark.parametrize("house", [*ADAPTERS, *BEHIND_A_BROKER], indirect=True)


async def test_many_seats_are_given_as_fairly_as_one(house: House) -> None:
    await submit_many(house, 30, "p", place=Place(lane=Lane.PRACTICE))
    await submit_many(house, 30, "c", place=Place(lane=Lane.CONTEST))
    counts = Counter(name[0] for name in await served(house, 24, at_once=12))
    assert abs(counts["c"] - 20) <= 1, counts
