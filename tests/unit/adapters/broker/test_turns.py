"""Who takes one at a time and who takes many leave the normal topic the same share."""

from hypothesis import given
from hypothesis import strategies as st

from assay.adapters.broker.turns import Turns


@given(st.lists(st.integers(1, 50), max_size=60))
def test_normal_lanes_have_their_weight_however_it_is_taken(limits: list[int]) -> None:
    turns, kept, taken = Turns(), 0, 0
    for limit in limits:
        kept += turns.kept_for_normal(limit)
        taken += limit
        turns.count(limit)
        assert kept == taken * (12 + 4) // 100


def test_what_was_not_there_is_not_counted() -> None:
    turns = Turns()
    turns.count(6)
    assert turns.kept_for_normal(1) == 1
    turns.count(0)
    assert turns.kept_for_normal(1) == 1
    turns.count(1)
    assert turns.kept_for_normal(1) == 0
