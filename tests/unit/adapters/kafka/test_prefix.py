"""Only what lies before the first message that is not dealt with is ever committed."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.adapters.kafka.prefix import Prefix


def taken(*offsets: int) -> Prefix:
    prefix = Prefix()
    for offset in offsets:
        prefix.take(offset)
    return prefix


def test_what_is_settled_out_of_order_waits_for_what_is_before_it() -> None:
    prefix = taken(4, 5, 6, 7)
    assert (prefix.done_to, prefix.span) == (None, 4)
    prefix.settle(5)
    prefix.settle(7)
    assert (prefix.done_to, prefix.span) == (None, 4)
    prefix.settle(4)
    assert (prefix.done_to, prefix.span) == (6, 2)
    prefix.settle(6)
    assert (prefix.done_to, prefix.span) == (8, 0)


def test_offsets_that_the_log_does_not_have_are_passed_over() -> None:
    prefix = taken(0, 7, 20)
    prefix.settle(0)
    assert prefix.done_to == 7
    prefix.settle(20)
    prefix.settle(7)
    assert prefix.done_to == 21


def test_what_is_unknown_or_settled_already_changes_nothing() -> None:
    prefix = taken(3, 4)
    for offset in (9, 2, 4, 4):
        prefix.settle(offset)
    assert (prefix.done_to, prefix.span) == (None, 2)
    prefix.settle(3)
    prefix.settle(3)
    assert (prefix.done_to, prefix.span) == (5, 0)


def test_a_log_that_begins_again_is_another_log() -> None:
    prefix = taken(3, 4)
    assert prefix.follows(5)
    assert prefix.follows(50)
    assert not prefix.follows(4)
    with pytest.raises(ValueError, match="4"):
        prefix.take(4)


@given(st.sets(st.integers(0, 300), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_nothing_that_is_open_is_ever_behind_what_is_done(offsets: set[int], chance: Random) -> None:
    ordered = sorted(offsets)
    prefix, still_open = taken(*ordered), set(ordered)
    shuffled = list(ordered)
    chance.shuffle(shuffled)
    for offset in shuffled:
        prefix.settle(offset)
        still_open.remove(offset)
        first = min(still_open, default=ordered[-1] + 1)
        assert prefix.done_to == (None if first == ordered[0] else first)
        assert prefix.span == sum(each >= first for each in ordered)
