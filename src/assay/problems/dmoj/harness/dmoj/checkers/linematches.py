"""Points for each line that is right, by a distribution."""

from __future__ import annotations

from collections.abc import Sequence

from ..error import InternalError
from ..result import CheckerResult
from .lines import lines


def check(
    process_output: str | bytes,
    judge_output: str | bytes,
    point_value: float = 1,
    point_distribution: Sequence[int] = (1,),
    filler_lines_required: bool = True,
    **_: object,
) -> bool | CheckerResult:
    given, wanted = lines(process_output), lines(judge_output)
    if len(wanted) != len(point_distribution):
        raise InternalError("point distribution length must equal to judge output length")
    if sum(point_distribution) == 0:
        raise InternalError("sum of point distribution must be positive")
    if filler_lines_required and len(given) != len(wanted):
        return False
    points = sum(
        worth for line, other, worth in zip(given, wanted, point_distribution, strict=False) if line == other
    )
    return CheckerResult(points > 0, point_value * points / sum(point_distribution))
