"""The share of lines that are right."""

from __future__ import annotations

from ..result import CheckerResult
from .lines import lines

_MARKS = ("\u2717", "\u2713")


def check(
    process_output: str | bytes,
    judge_output: str | bytes,
    point_value: float = 1,
    feedback: bool = True,
    **_: object,
) -> bool | CheckerResult:
    given, wanted = lines(process_output), lines(judge_output)
    if len(given) > len(wanted):
        return False
    if not wanted:
        return True
    right = [line.strip() == other.strip() for line, other in zip(given, wanted, strict=False)]
    right += [False] * (len(wanted) - len(right))
    words = "Case Feedback:\n" + "".join(_MARKS[each] for each in right) if feedback else ""
    return CheckerResult(all(right), point_value * sum(right) / len(right), extended_feedback=words)
