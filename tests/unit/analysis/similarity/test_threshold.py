"""From where on a likeness is worth a look."""

import numpy as np
import pytest

from assay.analysis.similarity.threshold import (
    FALSE_POSITIVE_RATE,
    VALUE_MIN,
    WITHOUT_DISTRIBUTION,
    threshold_for,
)


def scores(count: int, *, around: float, wide: float, seed: int = 1) -> list[float]:
    """Best matches of honest submissions: log odds from a Gumbel distribution."""
    odds = np.random.default_rng(seed).gumbel(np.log(around / (1 - around)), wide, count)
    return [float(each) for each in 1 / (1 + np.exp(-odds))]


@pytest.mark.parametrize("around", [0.3, 0.6, 0.75])
@pytest.mark.parametrize("copies", [0, 20], ids=["no-copies", "copies"])
def test_the_stated_rate_of_honest_submissions_is_flagged(around: float, copies: int) -> None:
    honest = scores(4000, around=around, wide=0.3)
    found = threshold_for(honest[: len(honest) - copies * 10] + [1.0] * (copies * 10))
    assert found.value is not None
    assert found.false_positive_rate == FALSE_POSITIVE_RATE
    flagged = np.mean(np.array(honest) >= found.value)
    assert 0.003 < flagged < 0.017


def test_half_of_the_class_may_be_copies() -> None:
    honest = scores(100, around=0.5, wide=0.25)
    found = threshold_for(honest + [1.0] * 80)
    assert found.value is not None
    assert 0.7 < found.value < 1


def test_few_submissions_have_a_fixed_threshold_and_no_stated_rate() -> None:
    found = threshold_for([0.2] * 29)
    assert (found.value, found.false_positive_rate) == (WITHOUT_DISTRIBUTION, None)
    assert "29 submissions are too few" in found.why
    assert threshold_for([0.2] * 30).false_positive_rate == FALSE_POSITIVE_RATE


def test_where_everybody_writes_the_same_nobody_is_flagged() -> None:
    found = threshold_for([1.0] * 50)
    assert (found.value, found.false_positive_rate) == (None, None)


def test_a_rare_likeness_that_is_small_is_nothing_to_look_at() -> None:
    assert threshold_for([0.0] * 50).value == VALUE_MIN


def test_the_order_of_scores_is_nothing() -> None:
    one = scores(60, around=0.6, wide=0.3)
    assert threshold_for(one) == threshold_for(one[::-1])
