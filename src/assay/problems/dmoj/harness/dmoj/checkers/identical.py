"""Every byte; what differs in white space alone is told so."""

from __future__ import annotations

from ..result import CheckerResult
from . import standard


def check(
    process_output: str | bytes, judge_output: str | bytes, pe_allowed: bool = True, **_: object
) -> bool | CheckerResult:
    if _bytes(process_output) == _bytes(judge_output):
        return True
    feedback = None
    if pe_allowed and standard.check(process_output, judge_output):
        feedback = "Presentation Error, check your whitespace"
    return CheckerResult(False, 0, feedback=feedback)


def _bytes(output: str | bytes) -> bytes:
    return output.encode() if isinstance(output, str) else output
