"""Numbers that need not be the same to be right.

Source: https://www.kattis.com/problem-package-format/spec/2025-09.html, "Default output validator
specification". Numbers are decimal: no hexadecimal, no inf or nan.
"""

from collections.abc import Sequence
from itertools import compress, repeat
import math
from operator import le, mul, ne, sub

from assay.domain.problem import OutputComparison

NUMBER_BYTES_MAX = (
    4096  # longer is not a number but text; the exact decimals of a double need at most 1,100 digits
)


def parse_number(token: bytes) -> float | None:
    """The value of a decimal number in the format's grammar, `None` for anything else, infinities included.

    float() accepts that grammar and three things more: underscores, inf and nan.
    """
    if len(token) > NUMBER_BYTES_MAX or b"_" in token:
        return None
    try:
        value = float(token)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def are_close(expected: bytes, got: bytes, comparison: OutputComparison) -> bool:
    """The answer's token decides whether numbers are compared: one that is no number has to match as text."""
    expected_value = parse_number(expected)
    if expected_value is None:
        return False
    got_value = parse_number(got)
    return got_value is not None and _is_within_tolerance(expected_value, got_value, comparison)


def are_all_close(expected: Sequence[bytes], got: Sequence[bytes], comparison: OutputComparison) -> bool:
    """Whether two lists of one length are equal but for numbers that agree; False when that takes a closer
    look. The usual case, without a step of the interpreter's for each token."""
    unequal = list(map(ne, expected, got))
    expected, got = list(compress(expected, unequal)), list(compress(got, unequal))
    if b"_" in b"".join(expected) or b"_" in b"".join(got):
        return False
    if max(map(len, expected)) > NUMBER_BYTES_MAX or max(map(len, got)) > NUMBER_BYTES_MAX:
        return False
    try:
        wanted, values = list(map(float, expected)), list(map(float, got))
    except ValueError:
        return False
    if not math.isfinite(sum(wanted)) or not math.isfinite(sum(values)):  # infinities and nan are text
        return False
    errors = list(map(abs, map(sub, values, wanted)))
    absolute = comparison.float_absolute_tolerance or 0.0  # none set: no error but 0, which any other allows
    relative = comparison.float_relative_tolerance or 0.0
    if max(errors) <= absolute:
        return True
    return all(map(le, errors, map(max, repeat(absolute), map(mul, repeat(relative), map(abs, wanted)))))


def _is_within_tolerance(expected: float, got: float, comparison: OutputComparison) -> bool:
    """Within either of the tolerances that are set; the relative one is relative to the answer."""
    error = abs(got - expected)
    absolute, relative = comparison.float_absolute_tolerance, comparison.float_relative_tolerance
    return (absolute is not None and error <= absolute) or (
        relative is not None and error <= relative * abs(expected)
    )
