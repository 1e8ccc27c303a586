"""How two topics share a worker's seats."""

from collections import Counter

import pytest

from assay.queue.broker import Topic
from assay.queue.topics import Shares


@pytest.mark.parametrize("limit", [1, 3, 25, 100])
def test_the_shares_are_those_of_the_lanes(limit: int) -> None:
    shares, given = Shares(), Counter[Topic]()
    for _ in range(300 // limit):
        split = shares.split(limit)
        assert sum(split.values()) == limit
        given.update(split)
    assert given == {Topic.HIGH_PRIORITY: 252, Topic.NORMAL: 48}


def test_one_at_a_time_high_priority_is_first() -> None:
    shares = Shares()
    assert [shares.split(1)[Topic.NORMAL] for _ in range(7)] == [0, 0, 0, 0, 0, 0, 1]
