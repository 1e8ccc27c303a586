"""What the size of an input is."""

import pytest

from assay.assessments.tracing.sizes import choose_measure, first_integer, rank_correlation, spread_decades
from assay.domain.trace import SizeMeasure
from tests.unit.assessments.tracing.series import SIZES, a_test


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"12\n1 2 3", 12),
        (b"  7 8\n", 7),
        (b"0\n", 0),
        (b"007 1", 7),
        (b"-3 1", None),
        (b"1.5", None),
        (b"hello", None),
        (b"", None),
        (b" \n ", None),
        (b"9" * 18, 10**18 - 1),
        (b"9" * 19, None),
        (b"\xc2\xb2 2", None),
        (b"5" * 18 + b" " + b"1" * 100, 555_555_555_555_555_555),
        (b" " * 63 + b"12", 1),
    ],
    ids=[
        "first", "space", "zero", "zeros", "negative", "decimal", "word", "nothing", "blank",
        "longest", "too-long", "superscript", "long-input", "cut",
    ],
)  # fmt: skip
def test_the_integer_that_an_input_begins_with(head: bytes, expected: int | None) -> None:
    assert first_integer(head) == expected


def test_bytes_serve_where_no_input_begins_with_an_integer() -> None:
    assert choose_measure([[a_test(size, size) for size in SIZES]]) is SizeMeasure.BYTES


def test_the_integer_serves_where_inputs_are_all_of_a_few_bytes() -> None:
    tests = [a_test(6, size, test=str(size), first_integer=size) for size in SIZES]
    assert choose_measure([tests]) is SizeMeasure.FIRST_INTEGER


def test_nothing_serves_where_nothing_spreads() -> None:
    tests = [a_test(6 + number, number, first_integer=number % 4) for number in range(9)]
    assert choose_measure([tests]) is None
    assert choose_measure([[]]) is None
    few = [a_test(size, size) for size in (10, 100, 1000, 10_000) for _ in range(3)]
    assert choose_measure([few]) is None, "four sizes, however far apart"


def test_the_integer_is_preferred_where_it_says_how_long_the_input_is() -> None:
    tests = [a_test(7 * size + 3, size, first_integer=size) for size in SIZES]
    assert choose_measure([tests]) is SizeMeasure.FIRST_INTEGER


def test_bytes_are_preferred_where_the_integer_is_a_value() -> None:
    values = [10**9, 3, 77, 10**6, 5, 4000, 12, 10**8, 1, 90, 10**5, 2]
    tests = [a_test(size, size, first_integer=value) for size, value in zip(SIZES, values, strict=True)]
    assert choose_measure([tests]) is SizeMeasure.BYTES


def test_a_reference_can_show_what_the_size_is() -> None:
    values = SIZES[::-1]
    flat = [a_test(size, 1e7, first_integer=value) for size, value in zip(SIZES, values, strict=True)]
    shows = [a_test(size, value, first_integer=value) for size, value in zip(SIZES, values, strict=True)]
    assert choose_measure([flat]) is SizeMeasure.BYTES
    assert choose_measure([flat, shows]) is SizeMeasure.FIRST_INTEGER


def test_rank_correlation_is_spearmans() -> None:
    assert rank_correlation([1, 2, 3], [10, 100, 1000]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 1, 2, 3], [1, 2, 3, 3]) == pytest.approx(8 / 9)  # ties at their mean ranks
    assert rank_correlation([5, 5], [1, 2]) == 0
    assert rank_correlation([], []) == 0


def test_the_spread_of_sizes() -> None:
    assert spread_decades([10, 1000, 40]) == pytest.approx(2)
    assert spread_decades([]) == 0
