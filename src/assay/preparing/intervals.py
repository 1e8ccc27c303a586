"""How sure a median of repeated runs is. Pure.

The interval is the exact one of order statistics, which assumes nothing about how times are distributed (they
are skewed: a run is slowed down now and then, and never sped up): of n sorted times, the median of all that
might have been measured lies between the k-th smallest and the k-th largest with the probability
1 - 2 P(X < k), where X counts the heads of n fair coins. Source: H. A. David, H. N. Nagaraja, "Order
Statistics", 3rd edition, section 7.1. With fewer than six times no such interval reaches 95 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

CONFIDENCE = 0.95
RUNS_MIN = 6  # the fewest for which the interval has that confidence


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The median of `count` times, and where that of all lies with the probability `confidence`."""

    median_ms: float
    low_ms: float
    high_ms: float
    confidence: float
    count: int


def interval_of_median(times_ms: Sequence[float]) -> Interval:
    """The narrowest such interval of at least CONFIDENCE; with few times the widest, which has less."""
    times = sorted(times_ms)
    count = len(times)
    if not times:
        raise ValueError("there is no median of nothing")
    place = 1
    while place < (count + 1) // 2 and _confidence(count, place + 1) >= CONFIDENCE:
        place += 1
    return Interval(
        median_ms=median(times),
        low_ms=times[place - 1],
        high_ms=times[count - place],
        confidence=_confidence(count, place),
        count=count,
    )


def _confidence(count: int, place: int) -> float:
    """Of the interval from the `place`-th smallest to the `place`-th largest of `count` values."""
    outside = sum(comb(count, heads) for heads in range(place)) / 2**count
    return float(max(0.0, 1 - 2 * outside))
