"""Where a total is to be believed, given that tests are a sample and that rules may be wrong.

    correctness  Beta(n·p + ½, n·(1 - p) + ½): Jeffreys' posterior, with n effective tests of which p passed
    quality      each rule's findings are wrong, all of them, with the probability 1 - its precision; then
                 what they were charged comes back
    total        100 · correctness · quality, as a mixture: exact but for the grid of quality

An equal-tailed interval of Beta never reaches 0 or 1. Where nothing or all was passed the end on that side is
0 or 1: Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion, Statistical Science 16 (2001).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum
from typing import Any, TypeAlias

import numpy as np
import scipy  # type: ignore[import-untyped]
from scipy.special import betainc, betaincinv  # type: ignore[import-untyped]

from assay.domain.rubric import POINTS_MAX

NUMERICS = f"scipy {scipy.__version__}"

_GRID = 1000  # steps of what comes back: a tenth of a point of the total
_STEPS = 26  # of a bisection: far below what is shown
_JEFFREYS = 0.5

Ends: TypeAlias = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """That something was charged wrongly: with `probability`, so much of the whole (0 to 1) comes back."""

    comes_back: float
    probability: float


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """What is believed of the share of tests that a program passes, all that there could be."""

    share: float
    effective_tests: float

    @property
    def a(self) -> float:
        return self.effective_tests * self.share + _JEFFREYS

    @property
    def b(self) -> float:
        return self.effective_tests * (1 - self.share) + _JEFFREYS

    def ends(self, level: float) -> Ends:
        """From 0 to 1."""
        low = 0.0 if self.share <= 0 else float(betaincinv(self.a, self.b, (1 - level) / 2))
        high = 1.0 if self.share >= 1 else float(betaincinv(self.a, self.b, (1 + level) / 2))
        return low, high

    @property
    def next_fails(self) -> float:
        """The probability that one more independent test is not passed."""
        return self.b / (self.a + self.b)


def spread(doubts: Iterable[Doubt]) -> dict[int, float]:
    """The probability of each amount that may come back, in steps of the grid."""
    amounts = np.zeros(_GRID + 1)
    amounts[0] = 1.0
    for doubt in doubts:
        steps = min(_GRID, round(doubt.comes_back * _GRID))
        moved = np.roll(amounts, steps)
        moved[:steps] = 0
        if steps:
            moved[-1] += amounts[_GRID + 1 - steps :].sum()  # no more than all comes back
        amounts = amounts * (1 - doubt.probability) + moved * doubt.probability
    return {int(step): float(amounts[step]) for step in np.flatnonzero(amounts)}


def spread_occurrences(rules: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The probability of each number of occurrences that were charged wrongly: each rule has so many, and is
    wrong with a probability."""
    counts = {0: 1.0}
    for occurrences, probability in rules:
        spread_out: dict[int, float] = {}
        for count, chance in counts.items():
            spread_out[count] = spread_out.get(count, 0.0) + chance * (1 - probability)
            wrong = count + occurrences
            spread_out[wrong] = spread_out.get(wrong, 0.0) + chance * probability
        counts = spread_out
    return counts


def total_ends(posterior: Posterior, quality: float, doubts: Iterable[Doubt], level: float) -> Ends:
    """The ends, in points, of 100 · correctness · quality. The point value is always between them."""
    back = spread(doubts)
    qualities = np.minimum(1.0, quality + np.array(list(back)) / _GRID)
    weights = np.array(list(back.values()))
    point = posterior.share * quality

    def below(value: float) -> float:
        reached = np.minimum(
            1.0, np.divide(value, qualities, out=np.ones_like(qualities), where=qualities > 0)
        )
        return fsum(weights * betainc(posterior.a, posterior.b, reached))

    low = 0.0 if posterior.share <= 0 else _solve(below, (1 - level) / 2)
    if posterior.share >= 1:
        high = _step_quantile(qualities, weights, (1 + level) / 2)
    else:
        high = _solve(below, (1 + level) / 2)
    return POINTS_MAX * min(low, point), POINTS_MAX * max(high, point)


def discrete_ends(totals: dict[float, float], level: float) -> Ends:
    """The ends of a total that takes a few values, each with a probability."""
    values = np.array(sorted(totals))
    weights = np.array([totals[value] for value in sorted(totals)])
    return _step_quantile(values, weights, (1 - level) / 2), _step_quantile(values, weights, (1 + level) / 2)


def _step_quantile(values: Any, weights: Any, at: float) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    place = int(np.searchsorted(reached, at - 1e-12))  # sums of probabilities are off by some last bits
    return float(values[order][min(place, len(values) - 1)])


def _solve(below: Any, at: float) -> float:
    """Where a rising function from 0 to 1 reaches `at`."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if below(middle) < at:
            low = middle
        else:
            high = middle
    return (low + high) / 2
