"""The interval of a median, against the definition: how often do n fair coins fall so?"""

from itertools import product
from statistics import median

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.preparing.intervals import CONFIDENCE, RUNS_MIN, interval_of_median


def by_counting(count: int, place: int) -> float:
    """The share of all ways in which `count` values may lie on either side of the median that leaves it
    between the `place`-th smallest and the `place`-th largest."""
    sides = [sum(coins) for coins in product((0, 1), repeat=count)]
    return sum(place <= below <= count - place for below in sides) / len(sides)


@pytest.mark.parametrize("count", range(1, 13))
def test_the_confidence_is_exact_and_the_interval_the_narrowest(count: int) -> None:
    interval = interval_of_median(list(range(1, count + 1)))
    place = round(interval.low_ms)
    assert interval.high_ms == count + 1 - place
    assert interval.confidence == pytest.approx(by_counting(count, place))
    assert (interval.confidence >= CONFIDENCE) is (count >= RUNS_MIN)
    if 2 * (place + 1) <= count:
        assert by_counting(count, place + 1) < CONFIDENCE


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=30))
def test_it_holds_the_median_whatever_the_order(times: list[float]) -> None:
    interval = interval_of_median(times)
    assert interval.low_ms <= interval.median_ms == median(times) <= interval.high_ms
    assert interval == interval_of_median(times[::-1])
    assert interval.count == len(times)


def test_of_nothing_there_is_none() -> None:
    with pytest.raises(ValueError, match="nothing"):
        interval_of_median([])
