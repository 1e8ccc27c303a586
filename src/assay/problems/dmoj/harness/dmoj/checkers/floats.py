"""Line by line and word by word, numbers within a tolerance of 10 to the power of -precision."""

from __future__ import annotations

from ..error import InternalError
from .lines import lines


def check(
    process_output: str | bytes,
    judge_output: str | bytes,
    precision: int = 6,
    error_mode: str = "default",
    **_: object,
) -> bool:
    if error_mode not in ("default", "absolute", "relative"):
        raise InternalError("invalid `error_mode` value")
    epsilon = 10.0 ** -int(precision)
    given, wanted = lines(process_output), lines(judge_output)
    return len(given) == len(wanted) and all(
        _is_line_right(line.split(), other.split(), epsilon, error_mode)
        for line, other in zip(given, wanted, strict=True)
    )


def _is_line_right(given: list[bytes], wanted: list[bytes], epsilon: float, error_mode: str) -> bool:
    return len(given) == len(wanted) and all(
        _is_word_right(word, other, epsilon, error_mode) for word, other in zip(given, wanted, strict=True)
    )


def _is_word_right(given: bytes, wanted: bytes, epsilon: float, error_mode: str) -> bool:
    try:
        number = float(wanted)
    except ValueError:
        return given == wanted
    try:
        off = abs(float(given) - number)
    except ValueError:
        return False
    # A NaN is within no tolerance, not even of another.
    is_absolute, is_relative = off <= epsilon, off <= epsilon * abs(number)
    if error_mode == "absolute":
        return is_absolute
    return is_relative if error_mode == "relative" else is_absolute or is_relative
