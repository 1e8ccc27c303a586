"""The interval is where the value is to be believed: it has the coverage that it says, also at both ends."""

from itertools import product
from math import comb

import numpy as np
import pytest

from assay.assessments.scoring.interval import (
    Doubt,
    Posterior,
    discrete_ends,
    spread,
    spread_occurrences,
    total_ends,
)
from assay.assessments.scoring.outcome import effective_tests

LEVEL = 0.9


@pytest.mark.parametrize("count", [3, 8, 30])
def test_the_share_of_tests_is_covered_as_often_as_the_level_says(count: int) -> None:
    """Over programs of every probability of passing: exactly, by the binomial distribution."""
    ends = [Posterior(share=passed / count, effective_tests=count).ends(LEVEL) for passed in range(count + 1)]
    probabilities = np.linspace(0.005, 0.995, 199)
    covered = [
        sum(
            comb(count, passed) * p**passed * (1 - p) ** (count - passed)
            for passed, (low, high) in enumerate(ends)
            if low <= p <= high
        )
        for p in probabilities
    ]
    assert np.mean(covered) == pytest.approx(LEVEL, abs=0.03)


def test_the_ends_are_honest_where_nothing_or_all_was_passed() -> None:
    nothing = Posterior(share=0.0, effective_tests=10).ends(LEVEL)
    all_passed = Posterior(share=1.0, effective_tests=10).ends(LEVEL)
    assert nothing[0] == 0.0
    assert 0.1 < nothing[1] < 0.3
    assert all_passed == pytest.approx((1 - nothing[1], 1.0))
    more = Posterior(share=1.0, effective_tests=1000).ends(LEVEL)
    assert all_passed[0] < more[0] < 1.0


def test_without_doubt_the_total_is_correctness_times_quality() -> None:
    posterior = Posterior(share=0.75, effective_tests=8)
    low, high = posterior.ends(LEVEL)
    assert total_ends(posterior, 0.8, [], LEVEL) == pytest.approx((80 * low, 80 * high), abs=1e-6)


def test_what_comes_back_is_spread_as_if_each_case_was_written_out() -> None:
    doubts = [Doubt(comes_back=back, probability=p) for back, p in ((0.1, 0.2), (0.03, 0.5), (0.03, 0.1))]
    expected: dict[int, float] = {}
    for wrong in product((False, True), repeat=len(doubts)):
        amount = sum(doubt.comes_back for doubt, is_wrong in zip(doubts, wrong, strict=True) if is_wrong)
        chance = np.prod(
            [d.probability if w else 1 - d.probability for d, w in zip(doubts, wrong, strict=True)]
        )
        step = round(amount * 1000)
        expected[step] = expected.get(step, 0.0) + float(chance)
    assert spread(doubts) == pytest.approx(expected)
    assert sum(spread([*doubts, Doubt(comes_back=5.0, probability=0.5)]).values()) == pytest.approx(1)


def test_occurrences_that_are_wrong_come_rule_by_rule() -> None:
    assert spread_occurrences([(2, 0.1), (1, 0.5)]) == pytest.approx({0: 0.45, 1: 0.45, 2: 0.05, 3: 0.05})


def test_the_total_agrees_with_drawing_from_the_model() -> None:
    posterior = Posterior(share=0.9, effective_tests=10)
    doubts = [Doubt(comes_back=0.1, probability=0.3), Doubt(comes_back=0.05, probability=0.2)]
    random = np.random.default_rng(7)
    correctness = random.beta(posterior.a, posterior.b, 200_000)
    quality = 0.7 + sum(d.comes_back * (random.random(200_000) < d.probability) for d in doubts)
    drawn = np.quantile(100 * correctness * quality, [0.05, 0.95])
    assert total_ends(posterior, 0.7, doubts, LEVEL) == pytest.approx(drawn, abs=0.3)


def test_a_few_values_have_ends_among_them() -> None:
    assert discrete_ends({85.0: 0.97, 40.0: 0.03}, LEVEL) == (85.0, 85.0)
    assert discrete_ends({85.0: 0.9, 40.0: 0.1}, LEVEL) == (40.0, 85.0)
    assert discrete_ends({40.0: 1.0}, LEVEL) == (40.0, 40.0)


@pytest.mark.parametrize(
    ("sizes", "correlation", "expected"),
    [
        ([1, 1, 1], 0.5, 3.0),  # groups of one are independent
        ([10], 0.0, 10.0),
        ([10], 1.0, 1.0),  # one would have done
        ([10], 0.1, 10 / 1.9),
        ([5, 5, 0], 1.0, 2.0),
    ],
)
def test_tests_of_one_group_are_worth_less_than_so_many(
    sizes: list[int], correlation: float, expected: float
) -> None:
    assert effective_tests(sizes, correlation) == pytest.approx(expected)
