"""From where on a likeness is worth a look, by the problem's own scores. Pure.

Every submission has a score: the similarity to the one that it is most like. Scores of honest submissions are
the largest of many, so their log odds follow a Gumbel distribution, roughly; those of copies are on top of
it. The distribution is fitted through two quantiles, and the threshold is where one honest submission in a
hundred would lie. What lies above it is then left out and the fit made again, until it settles: else copies
would pull it up, and hide behind each other. A problem that everybody must solve alike thus gets a high
threshold by itself, and one with many ways a low one.

Measured by `python -m benchmarks.similarity quality`: docs/decisions/0032.
"""

from collections.abc import Sequence
import math

import numpy as np
from numpy.typing import NDArray

from assay.analysis.similarity.nouns import Threshold

FALSE_POSITIVE_RATE = 0.01
SUBMISSIONS_MIN = 30  # with fewer the two quantiles say little
WITHOUT_DISTRIBUTION = 0.9  # for fewer; of honest programs in the benchmark 99 of 100 stay below
VALUE_MIN = 0.4  # less than that in common is nothing to look at, however rare it is
VALUE_MAX = 0.98  # past this only programs that are equal would be flagged, and honest ones are
_LOWER, _UPPER = 0.1, 0.6  # the quantiles: a wide span of those that are surely honest
_LEFT_SHARE_MIN = 0.5  # of the submissions, for a fit: fewer of them are not the usual any more
_SCORE_MIN, _SCORE_MAX = 0.02, 0.98  # log odds have no ends


def threshold_for(scores: NDArray[np.float64] | Sequence[float]) -> Threshold:
    """The threshold for submissions with these scores, each from 0 to 1."""
    count = len(scores)
    if count < SUBMISSIONS_MIN:
        return Threshold(
            value=WITHOUT_DISTRIBUTION,
            false_positive_rate=None,
            why=f"{count} submissions are too few to tell what is usual ({SUBMISSIONS_MIN} would do): a "
            "fixed, cautious threshold, whose rate of false positives is not known",
        )
    value = _settled(np.asarray(scores, dtype=np.float64))
    if value >= VALUE_MAX:
        return Threshold(
            value=None,
            false_positive_rate=None,
            why="honest submissions are too alike here for a similarity to tell something: none is flagged",
        )
    return Threshold(
        value=round(max(value, VALUE_MIN), 6),
        false_positive_rate=FALSE_POSITIVE_RATE,
        why=f"fitted to the best matches of {count} submissions: about {FALSE_POSITIVE_RATE:.0%} of honest "
        "submissions are expected to be flagged",
    )


def _settled(scores: NDArray[np.float64]) -> float:
    """The fit to what is below it."""
    value = _fitted(scores)
    while True:
        rest = scores[scores < value]
        if len(rest) < len(scores) * _LEFT_SHARE_MIN:
            return value
        lower = _fitted(rest)
        if lower >= value:
            return value
        value = lower


def _fitted(scores: NDArray[np.float64]) -> float:
    clipped = np.clip(scores, _SCORE_MIN, _SCORE_MAX)
    low, high = np.quantile(np.log(clipped / (1 - clipped)), [_LOWER, _UPPER]).tolist()
    scale = (high - low) / (_gumbel(_UPPER) - _gumbel(_LOWER))
    odds: float = low + scale * (_gumbel(1 - FALSE_POSITIVE_RATE) - _gumbel(_LOWER))
    return 1 / (1 + math.exp(-odds))


def _gumbel(probability: float) -> float:
    """The quantile of the standard Gumbel distribution."""
    return -math.log(-math.log(probability))
