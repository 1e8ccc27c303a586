"""`floats` with the absolute error alone."""

from __future__ import annotations

from . import floats


def check(process_output: str | bytes, judge_output: str | bytes, precision: int = 6, **_: object) -> bool:
    return floats.check(process_output, judge_output, precision, "absolute")
