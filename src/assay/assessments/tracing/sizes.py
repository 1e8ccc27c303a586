"""What the size of an input is, problem by problem: its bytes, or the integer that it begins with. Pure.

A measure serves if the tests' sizes spread far enough to show growth. Where both do, it is the one that
orders the costs better, of the submission or of any reference: rank correlation (Spearman) asks for no shape
of growth. Where they do so about equally well and the integer orders the bytes, too, it is what the statement
calls n, and preferred; else bytes, which no format can hide.
"""

from collections.abc import Sequence
import math

from assay.domain.trace import SizeMeasure, TestTrace

DECADES_MIN = 1.5  # from the smallest size to the largest: below, neighbouring classes look alike
SIZES_MIN = 5  # different ones: three coefficients, and something left to contradict them
AS_GOOD = 0.05  # of a rank correlation
_SAME_ORDER = 0.9
_INTEGER_DIGITS_MAX = 18  # past this it is no count of anything that was read
HEAD_BYTES = 64  # of an input that are looked at for its first integer


def size_of(test: TestTrace, measure: SizeMeasure) -> int | None:
    """The size of a test's input, None where it has none by this measure, or none above 0."""
    size = test.input_bytes if measure is SizeMeasure.BYTES else test.first_integer
    return size if size is not None and size > 0 else None


def first_integer(head: bytes) -> int | None:
    """The integer that an input begins with, white space aside; None where it begins with anything else.

    `head` is the beginning of the input, of at least `HEAD_BYTES` bytes if it has as many.
    """
    words = head[:HEAD_BYTES].split(maxsplit=1)
    if not words or len(words[0]) > _INTEGER_DIGITS_MAX or not words[0].isdigit():
        return None
    return int(words[0])


def spread_decades(sizes: Sequence[int]) -> float:
    """From the smallest to the largest, in powers of ten."""
    return math.log10(max(sizes) / min(sizes)) if sizes else 0.0


def choose_measure(traces: Sequence[Sequence[TestTrace]]) -> SizeMeasure | None:
    """The measure for a problem's tests, by the traces of a submission and of references, in any order."""
    fitting = [
        measure
        for measure in SizeMeasure
        if any(_spreads([size_of(test, measure) for test in tests]) for tests in traces)
    ]
    if len(fitting) < len(SizeMeasure):
        return fitting[0] if fitting else None
    by_bytes, by_integer = (max(_order(tests, measure) for tests in traces) for measure in SizeMeasure)
    if abs(by_bytes - by_integer) > AS_GOOD:
        return SizeMeasure.BYTES if by_bytes > by_integer else SizeMeasure.FIRST_INTEGER
    longest = max(traces, key=len)
    pairs = [(test.first_integer, test.input_bytes) for test in longest if test.first_integer is not None]
    same_order = rank_correlation([one for one, _ in pairs], [other for _, other in pairs]) >= _SAME_ORDER
    return SizeMeasure.FIRST_INTEGER if same_order else SizeMeasure.BYTES


def _spreads(sizes: Sequence[int | None]) -> bool:
    known = [size for size in sizes if size is not None]
    return len(set(known)) >= SIZES_MIN and spread_decades(known) >= DECADES_MIN


def _order(tests: Sequence[TestTrace], measure: SizeMeasure) -> float:
    pairs = [
        (size, test.cpu_time_ns)
        for test in tests
        if test.is_whole and (size := size_of(test, measure)) is not None
    ]
    return rank_correlation([size for size, _ in pairs], [cost for _, cost in pairs])


def rank_correlation(ones: Sequence[int], others: Sequence[int]) -> float:
    """Spearman's, ties at their mean rank; 0 where there is nothing to order."""
    first, second = _ranks(ones), _ranks(others)
    if len(first) < 2:
        return 0.0
    mean = (len(first) - 1) / 2
    covariance = math.fsum((a - mean) * (b - mean) for a, b in zip(first, second, strict=True))
    squares = math.fsum((a - mean) ** 2 for a in first) * math.fsum((b - mean) ** 2 for b in second)
    return covariance / math.sqrt(squares) if squares > 0 else 0.0


def _ranks(values: Sequence[int]) -> list[float]:
    places: dict[int, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [(places[value][0] + places[value][-1]) / 2 for value in values]
