"""`sorted` by words."""

from __future__ import annotations

from . import sorted as sorted_checker


def check(process_output: str | bytes, judge_output: str | bytes, **_: object) -> bool:
    return sorted_checker.check(process_output, judge_output, "whitespace")
