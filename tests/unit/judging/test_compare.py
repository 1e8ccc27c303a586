"""The default output validator: the format's rules, a simple oracle, files larger than its windows."""

import os
import re
import tracemalloc

from hypothesis import example, given, settings
from hypothesis import strategies as st
import pytest

from assay.domain.problem import OutputComparison
from assay.judging import lexing
from assay.judging.compare import Difference, find_difference
from assay.judging.comparisons import difference as differences
from assay.judging.comparisons import squeezing
from assay.judging.comparisons.tolerance import parse_number
from tests.unit.judging.comparing import accepts, contents, difference, file_of, similar_files

LENIENT = OutputComparison()
CASE = OutputComparison(case_sensitive=True)
SPACES = OutputComparison(space_change_sensitive=True)
FLOATS = OutputComparison(float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)


# --- text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "answer", "comparison", "accepted"),
    [
        (b"", b"", LENIENT, True),
        (b" \n\t\v\f\r", b"", LENIENT, True),
        (b"", b"\n", LENIENT, True),
        (b"", b"1\n", LENIENT, False),
        (b"1\n", b"", LENIENT, False),
        (b"1 2\n", b"1 2", LENIENT, True),
        (b"1 2", b"1\r\n2\r\n", LENIENT, True),
        (b"  1\n\n\n2 ", b"1 2\n", LENIENT, True),
        (b"12\n", b"1 2\n", LENIENT, False),
        (b"1 2 3\n", b"1 2\n", LENIENT, False),
        (b"1\n", b"1 2\n", LENIENT, False),
        (b"YES\n", b"Yes\n", LENIENT, True),
        (b"YES\n", b"Yes\n", CASE, False),
        (b"\xc3\x84\n", b"\xc3\xa4\n", LENIENT, False),  # Ä and ä: only ASCII letters have case here
        (b"\xc4\n", b"\xe4\n", LENIENT, False),  # the same in Latin-1
        (b"\xff\xfe x", b"\xff\xfe X", LENIENT, True),  # not UTF-8: bytes
        (b"a\0b\n", b"a\0b\n", LENIENT, True),
        (b"a\0b\n", b"a\0c\n", LENIENT, False),  # a NUL does not end a token
        (b"a\0", b"a", LENIENT, False),
        (b"a\xa0b", b"a b", LENIENT, False),  # only six bytes are white space
        (b"a\x1cb", b"a b", LENIENT, False),  # a space for str.split(), not for the format
        (b"a\x85b", b"a b", LENIENT, False),
        (b"1.0\n", b"1\n", LENIENT, False),  # without a tolerance, numbers are text
        (b"0x10", b"16", FLOATS, False),
    ],
)
def test_text(output: bytes, answer: bytes, comparison: OutputComparison, accepted: bool) -> None:
    assert accepts(output, answer, comparison) is accepted


@pytest.mark.parametrize(
    ("output", "answer", "accepted"),
    [
        (b"1 2\n", b"1 2\n", True),
        (b"A b\n", b"a B\n", True),
        (b"1  2\n", b"1 2\n", False),
        (b"1\t2\n", b"1 2\n", False),
        (b"1 2", b"1 2\n", False),
        (b"1 2\n", b"1 2", False),
        (b"1 2\n\n", b"1 2\n", False),
        (b" 1 2\n", b"1 2\n", False),
        (b"1 2\r\n", b"1 2\n", False),
        (b"", b"\n", False),
        (b"\n", b"\n", True),
        (b"1 2\n", b"1 x\n", False),
    ],
)
def test_white_space_counts_when_asked_to(output: bytes, answer: bytes, accepted: bool) -> None:
    assert accepts(output, answer, SPACES) is accepted


# --- numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "value"),
    [
        (b"1", 1.0),
        (b"+1", 1.0),
        (b"-0", 0.0),
        (b"1.", 1.0),
        (b".5", 0.5),
        (b"-.5e1", -5.0),
        (b"1e5", 1e5),
        (b"1E+05", 1e5),
        (b"3.14000000e-2", 0.0314),
        (b"1" * 30 + b"." + b"1" * 30, float("1" * 30 + "." + "1" * 30)),
        (b"", None),
        (b".", None),
        (b"+", None),
        (b"1e", None),
        (b"e5", None),
        (b"--1", None),
        (b"1.2.3", None),
        (b"1,5", None),
        (b"1_000", None),
        (b"0x10", None),
        (b"inf", None),
        (b"-Infinity", None),
        (b"nan", None),
        (b"1e999", None),  # grammatical, but no double
        (b"1d5", None),
        (b"1.5f", None),
        (b"1\0", None),
        ("\u0661".encode(), None),  # a digit for int(str), not for the format
        (b"1" + b"0" * 200 + b"." + b"0" * 5000, None),  # past the bound it is text
    ],
)
def test_number_grammar(token: bytes, value: float | None) -> None:
    assert parse_number(token) == value


def tolerance(absolute: float | None = None, relative: float | None = None) -> OutputComparison:
    return OutputComparison(float_absolute_tolerance=absolute, float_relative_tolerance=relative)


@pytest.mark.parametrize(
    ("output", "answer", "comparison", "accepted"),
    [
        (b"3.14e-2", b"0.0314", tolerance(absolute=0.0), True),
        (b"1.25", b"1", tolerance(absolute=0.25), True),
        (b"1.26", b"1", tolerance(absolute=0.25), False),
        (b"0.75", b"1", tolerance(absolute=0.25), True),
        (b"1000.25", b"1000", tolerance(absolute=0.125), False),
        (b"1010", b"1000", tolerance(relative=0.01), True),
        (b"1011", b"1000", tolerance(relative=0.01), False),
        (b"-990", b"-1000", tolerance(relative=0.01), True),
        (b"0.001", b"0", tolerance(relative=0.01), False),  # relative to nothing is nothing
        (b"0.001", b"0", tolerance(relative=0.01, absolute=0.01), True),  # either will do
        (b"1000.5", b"1000", tolerance(relative=0.01, absolute=1e-9), True),
        (b"-0.0", b"0", tolerance(absolute=0.0), True),
        (b"nan", b"1", FLOATS, False),
        (b"inf", b"1e999", FLOATS, False),
        (b"nan", b"NaN", FLOATS, True),  # no number in the answer: text
        (b"abc", b"1.0", FLOATS, False),
        (b"1.0", b"abc", FLOATS, False),
        (b"ABC 1.0000001", b"abc 1", FLOATS, True),
        (b"inf", b"1e300", tolerance(relative=1e300), False),  # whatever the tolerance, that is no number
        (b"1", b"1e999", tolerance(relative=0.1), False),
        (b"1_0.0", b"10", FLOATS, False),
        (b"10", b"1_0.0", FLOATS, False),
        (b"1" + b"0" * 5000 + b"e-5000", b"1", FLOATS, False),
        (b"7.0", b"7", FLOATS, True),  # integers are numbers too
        (b"1.0000001\n2", b"1 2", FLOATS, True),
        (b"1.0000001\n2 3", b"1 2", FLOATS, False),
    ],
)
def test_tolerances(output: bytes, answer: bytes, comparison: OutputComparison, accepted: bool) -> None:
    assert accepts(output, answer, comparison) is accepted


def test_floats_with_strict_spaces() -> None:
    strict = OutputComparison(space_change_sensitive=True, float_absolute_tolerance=0.1)
    assert accepts(b"1.05 2\n", b"1 2\n", strict)
    assert not accepts(b"1.05  2\n", b"1 2\n", strict)
    assert not accepts(b"1.05 2", b"1 2\n", strict)


# --- against an oracle ----------------------------------------------------------------------------------


def oracle(output: bytes, answer: bytes, comparison: OutputComparison) -> bool:
    """The same rules, on whole files and without any cleverness."""
    pattern = rb"[ \t\n\v\f\r]+|[^ \t\n\v\f\r]+" if comparison.space_change_sensitive else rb"[^ \t\n\v\f\r]+"
    ours, theirs = re.findall(pattern, output), re.findall(pattern, answer)
    return len(ours) == len(theirs) and all(
        agree(got, expected, comparison) for got, expected in zip(ours, theirs, strict=True)
    )


def agree(got: bytes, expected: bytes, comparison: OutputComparison) -> bool:
    number = re.compile(rb"[+-]?([0-9]*\.[0-9]+|[0-9]+\.|[0-9]+)([eE][+-]?[0-9]+)?")
    if comparison.compares_floats and number.fullmatch(expected) and abs(float(expected)) != float("inf"):
        if not number.fullmatch(got):
            return False
        error = abs(float(got) - float(expected))
        absolute, relative = comparison.float_absolute_tolerance, comparison.float_relative_tolerance
        return (absolute is not None and error <= absolute) or (
            relative is not None and error <= relative * abs(float(expected))
        )
    return got == expected if comparison.case_sensitive else got.lower() == expected.lower()


comparisons = st.builds(
    OutputComparison,
    case_sensitive=st.booleans(),
    space_change_sensitive=st.booleans(),
    float_absolute_tolerance=st.sampled_from([None, 0.0, 0.5]),
    float_relative_tolerance=st.sampled_from([None, 0.0, 0.1]),
)


@pytest.mark.parametrize("window", [1, 2, 3, 7, 64])
def test_agrees_with_the_oracle_wherever_windows_end(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexing, "WINDOW_BYTES", window)
    monkeypatch.setattr(lexing, "ITEM_BYTES_MAX", window)
    monkeypatch.setattr(differences, "CHUNK_BYTES", window)
    monkeypatch.setattr(squeezing, "CHUNK_BYTES", window)

    # Digested items are no numbers, so with tiny windows only text may be compared.
    is_text_only = window < 64

    @settings(max_examples=300, deadline=None)
    @given(files=similar_files(), comparison=comparisons)
    @example(files=(b"aa\xff", b"aa"), comparison=LENIENT)
    def check(files: tuple[bytes, bytes], comparison: OutputComparison) -> None:
        if is_text_only:
            comparison = OutputComparison(
                case_sensitive=comparison.case_sensitive,
                space_change_sensitive=comparison.space_change_sensitive,
            )
        output, answer = files
        assert accepts(output, answer, comparison) is oracle(output, answer, comparison)

    check()


@settings(max_examples=300, deadline=None)
@given(content=contents, comparison=comparisons)
def test_a_file_always_equals_itself(content: bytes, comparison: OutputComparison) -> None:
    assert accepts(content, content, comparison)


# --- large files ----------------------------------------------------------------------------------------

WINDOW = lexing.WINDOW_BYTES
CHUNK = squeezing.CHUNK_BYTES


@pytest.mark.parametrize(
    "at", [WINDOW - 1, WINDOW, WINDOW + 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + WINDOW]
)
def test_differences_around_the_boundaries(at: int) -> None:
    answer = b"7 " * (at // 2) + b"\n" * (at % 2) + b"42 9\n"
    assert accepts(b" " + answer, answer, LENIENT)
    assert not accepts(b" " + answer.replace(b"42", b"43"), answer, LENIENT)
    assert accepts(answer.replace(b"42", b"42.0000000001"), answer, FLOATS)
    assert not accepts(answer.replace(b"42", b"4 2"), answer, LENIENT)
    assert not accepts(answer.replace(b"42", b"4 2"), answer, SPACES)


@pytest.mark.parametrize("length", [WINDOW - 1, WINDOW, WINDOW + 1, 100_000, 2 * WINDOW, 5 * WINDOW + 3])
@pytest.mark.parametrize("shift", [0, 1, 60_000])
def test_tokens_longer_than_a_window(length: int, shift: int) -> None:
    """The two sides see the token at different places of their windows and must still agree."""
    token = b"aB" * (length // 2) + b"c" * (length % 2)
    answer = b"1 " + token + b" 2\n"
    output = b"1 " + b" " * shift + b" " + token.upper() + b"\n2"
    assert accepts(output, answer, LENIENT)
    assert not accepts(output, answer, CASE)
    assert not accepts(output[:-3] + b"y\n2", answer, LENIENT)  # its last letter is another
    assert not accepts(output[:-3] + b"\n2", answer, LENIENT)


@pytest.mark.parametrize("length", [WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW])
def test_white_space_longer_than_a_window(length: int) -> None:
    answer = b"a" + b" " * length + b"b"
    assert accepts(b"A" + b" " * length + b"b", answer, SPACES)
    assert not accepts(b"A" + b" " * (length + 1) + b"b", answer, SPACES)
    assert not accepts(b"A" + b" " * (length - 1) + b"\tb", answer, SPACES)
    assert accepts(b"A b", answer, LENIENT)
    floats = OutputComparison(space_change_sensitive=True, float_absolute_tolerance=0.1)
    numbers = b"1" + b" " * length + b"2"
    assert accepts(b"1.05" + b" " * length + b"2.05", numbers, floats)  # the windows end at other places
    assert not accepts(b"1.05" + b" " * (length - 1) + b"2", numbers, floats)


def test_a_token_of_100_mb_takes_little_memory() -> None:
    megabyte = b"x" * 1_000_000
    with (
        file_of(b"\n", *([megabyte] * 100)) as output,
        file_of(*([megabyte] * 100), b"\n") as answer,
        file_of(b"\n", *([megabyte] * 99), megabyte[1:], b"y") as wrong,
    ):
        tracemalloc.start()
        try:
            assert find_difference(output, answer, LENIENT) is None
            assert find_difference(wrong, answer, LENIENT) is not None
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 8_000_000


def test_file_positions_do_not_matter() -> None:
    with file_of(b"1 2") as output, file_of(b"1 2\n") as answer:
        os.lseek(output, 2, os.SEEK_SET)
        assert find_difference(output, answer, LENIENT) is None
        assert os.lseek(output, 0, os.SEEK_CUR) == 2


# --- what is told ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "answer", "line", "expected", "got"),
    [
        (b"1\n2\n41 5\n", b"1\n2\n42 5\n", 3, b"42", b"41"),
        (b"1\n\n\n2\n", b"1\n3\n", 4, b"3", b"2"),
        (b"1\n", b"1\n3\n", 2, b"3", None),
        (b"1\nfoo", b"1\n", 2, None, b"foo"),
        (b"No\n", b"YES\n", 1, b"YES", b"No"),
        (b"a" * 50 + b"x", b"a" * 50 + b"y", 1, b"..." + b"a" * 12 + b"y", b"..." + b"a" * 12 + b"x"),
        (b"1" * 90, b"2 3", 1, b"2", b"1" * 40 + b"..."),
    ],
)
def test_first_difference(
    output: bytes, answer: bytes, line: int, expected: bytes | None, got: bytes | None
) -> None:
    assert difference(output, answer, LENIENT) == Difference(
        line=line, expected=expected, got=got, is_output_empty=False
    )


def test_a_difference_far_into_the_file_is_found_there() -> None:
    lines = [b"%d" % number for number in range(200_000)]
    answer = b"\n".join(lines)
    lines[150_000] = b"oops"
    found = difference(b"\r\n".join(lines), answer, LENIENT)
    assert found == Difference(line=150_001, expected=b"150000", got=b"oops", is_output_empty=False)


def test_empty_output_is_said_to_be_empty() -> None:
    found = difference(b"", b"1\n", LENIENT)
    assert found == Difference(line=1, expected=b"1", got=None, is_output_empty=True)
