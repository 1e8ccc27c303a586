"""DMOJ's ways to compare, each against a reference that reads both files whole."""

from collections import Counter
from collections.abc import Callable
import re
import tracemalloc

from hypothesis import example, given, settings
import pytest

from assay.domain.problem import ComparisonMethod, OutputComparison
from assay.judging import lexing
from assay.judging.compare import Difference, find_difference
from assay.judging.comparisons import difference as differences
from assay.judging.comparisons import in_any_order, squeezing
from tests.unit.judging.comparing import accepts, difference, file_of, similar_files

Reference = Callable[[bytes, bytes], bool]
SPACE = b" \t\n\v\f\r"


def by(method: ComparisonMethod, tolerance: float | None = None) -> OutputComparison:
    """As a DMOJ problem has it: letter case counts."""
    return OutputComparison(method=method, case_sensitive=True, float_absolute_tolerance=tolerance)


STANDARD = by(ComparisonMethod.LINES_OF_TOKENS)
FLOATS = by(ComparisonMethod.LINES_OF_TOKENS, 0.05)
IDENTICAL = by(ComparisonMethod.IDENTICAL)
EASY = by(ComparisonMethod.CHARACTERS)
SORTED = by(ComparisonMethod.SORTED_LINES)
UNORDERED = by(ComparisonMethod.SORTED_TOKENS)
LINECOUNT = by(ComparisonMethod.LINE_SHARE)


# --- the references -------------------------------------------------------------------------------------


def lines_of_tokens(content: bytes) -> list[list[bytes]]:
    return [line.split() for line in re.split(rb"[\r\n]", content) if line.strip()]


def full_lines(content: bytes) -> list[bytes]:
    return [line.strip() for line in re.split(rb"[\r\n]", content) if line]


def standard(output: bytes, answer: bytes) -> bool:
    return lines_of_tokens(output) == lines_of_tokens(answer)


def floats(output: bytes, answer: bytes) -> bool:
    ours, theirs = lines_of_tokens(output), lines_of_tokens(answer)
    return [len(line) for line in ours] == [len(line) for line in theirs] and all(
        near(got, expected)
        for line, other in zip(ours, theirs, strict=True)
        for got, expected in zip(line, other, strict=True)
    )


def near(got: bytes, expected: bytes) -> bool:
    number = re.compile(rb"[+-]?([0-9]*\.[0-9]+|[0-9]+\.|[0-9]+)([eE][+-]?[0-9]+)?")
    if number.fullmatch(expected) and abs(float(expected)) != float("inf"):
        return number.fullmatch(got) is not None and abs(float(got) - float(expected)) <= 0.05
    return got == expected


def identical(output: bytes, answer: bytes) -> bool:
    return output == answer


def easy(output: bytes, answer: bytes) -> bool:
    return Counter(output.translate(None, SPACE).lower()) == Counter(answer.translate(None, SPACE).lower())


def sorted_lines(output: bytes, answer: bytes) -> bool:
    return sorted(lines_of_tokens(output)) == sorted(lines_of_tokens(answer))


def unordered(output: bytes, answer: bytes) -> bool:
    return sorted(output.split()) == sorted(answer.split())


def linecount(output: bytes, answer: bytes) -> bool:
    return full_lines(output) == full_lines(answer)


REFERENCES: list[tuple[OutputComparison, Reference]] = [
    (STANDARD, standard),
    (FLOATS, floats),
    (IDENTICAL, identical),
    (EASY, easy),
    (SORTED, sorted_lines),
    (UNORDERED, unordered),
    (LINECOUNT, linecount),
]


@pytest.mark.parametrize("window", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(("comparison", "reference"), REFERENCES)
def test_agrees_with_the_reference_wherever_windows_end(
    window: int, comparison: OutputComparison, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    if comparison is FLOATS and window < 64:
        window = 64  # digested items are no numbers
    for module in (differences, squeezing, in_any_order):
        monkeypatch.setattr(module, "CHUNK_BYTES", window)
    monkeypatch.setattr(lexing, "WINDOW_BYTES", window)
    monkeypatch.setattr(lexing, "ITEM_BYTES_MAX", window)

    @settings(max_examples=300, deadline=None)
    @given(files=similar_files())
    @example(files=(b"a b\n \nc", b"a b\nc"))
    @example(files=(b"a  b", b"a \nb"))
    @example(files=(b"a\t\tb", b"a\t\nb"))
    @example(files=(b"\r\r \n a", b"a\n\v\n"))
    @example(files=(b"b a\na  b", b"a b\nb a\n"))
    @example(files=(b"a a b", b"a b b"))
    @example(files=(b"a" * 9 + b" " * 9 + b"b", b"a" * 9 + b" b"))
    @example(files=(b" " * 9 + b"a" * 9, b"a" * 9 + b" " * 9))
    def check(files: tuple[bytes, bytes]) -> None:
        output, answer = files
        assert accepts(output, answer, comparison) is reference(output, answer)

    check()


@settings(max_examples=300, deadline=None)
@given(files=similar_files())
def test_letter_case_is_folded_where_it_does_not_count(files: tuple[bytes, bytes]) -> None:
    output, answer = files
    for comparison, reference in REFERENCES:
        if comparison in (STANDARD, SORTED, UNORDERED, LINECOUNT):
            folding = OutputComparison(method=comparison.method)
            assert accepts(output, answer, folding) is reference(output.lower(), answer.lower())


@settings(max_examples=300, deadline=None)
@given(files=similar_files())
def test_equal_but_for_white_space_is_said_of_what_had_to_be_identical(files: tuple[bytes, bytes]) -> None:
    output, answer = files
    found = difference(output, answer, IDENTICAL)
    if found is not None:
        assert found.is_space_only is (output.split() == answer.split())


@settings(max_examples=500, deadline=None)
@given(files=similar_files())
def test_the_share_is_that_of_right_lines(files: tuple[bytes, bytes]) -> None:
    output, answer = files
    found = difference(output, answer, LINECOUNT)
    ours, theirs = full_lines(output), full_lines(answer)
    if found is not None:
        right = sum(got == expected for got, expected in zip(ours, theirs, strict=False))
        assert found.share == (right / len(theirs) if len(ours) <= len(theirs) else 0.0)


@pytest.mark.parametrize("chunk", range(1, 24))
def test_a_place_is_found_again_behind_other_line_ends(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of the two files end at different places, in the middle of lines and of line ends."""
    monkeypatch.setattr(squeezing, "CHUNK_BYTES", chunk)
    monkeypatch.setattr(differences, "CHUNK_BYTES", chunk)
    answer = b"12 34 56\n" * 6
    crlf = b" \r\n".join(answer.split(b"\n"))
    for at in range(len(crlf)):
        if crlf[at : at + 1] == b" ":
            output = crlf[:at] + b" " + crlf[at:]
            assert accepts(output, answer, STANDARD)
            assert accepts(output, answer, OutputComparison())
            wrong = output[: at + 3] + b"7" + output[at + 3 :]
            assert not accepts(wrong, answer, STANDARD)
            assert not accepts(wrong, answer, OutputComparison())


# --- what is told ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparison", "files", "line", "expected", "got"),
    [
        (STANDARD, (b"1 2\n\n3\n4", b"1 2\n3 4\n"), 3, b"4", b"\n"),
        (STANDARD, (b"1 2 3\n", b"1 2\n3\n"), 1, b"\n", b"3"),
        (STANDARD, (b"1\r\n2 x\r\n", b"1\n2 y\n"), 2, b"y", b"x"),
        (IDENTICAL, (b"1  2\n", b"1 2\n"), 1, b" ", b"  "),
        (LINECOUNT, (b"1\n\n2\n7\n4\n", b"1\n2\n3\n4\n"), 4, b"3", b"7"),
        (LINECOUNT, (b"1\n", b"1\n2\n"), 2, b"2", None),
        (LINECOUNT, (b"1\n2\n3\n", b"1\n2\n"), 3, None, b"3"),
        (SORTED, (b"c d\na b\nb a", b"a b\nc d\nx\n"), 0, b"x", b"b a"),
        (SORTED, (b"a b\n", b"a b\na  b\n"), 0, b"a b", None),
        (UNORDERED, (b"3 2 2", b"1 2 3"), 0, b"1", b"2"),
        (EASY, (b"abc", b"abd"), 0, None, None),
    ],
)
def test_first_difference(
    comparison: OutputComparison,
    files: tuple[bytes, bytes],
    line: int,
    expected: bytes | None,
    got: bytes | None,
) -> None:
    found = difference(*files, comparison)
    assert found is not None
    assert (found.line, found.expected, found.got) == (line, expected, got)


def test_of_large_files_in_any_order_no_item_is_named() -> None:
    lines = [b"%06d" % number for number in range(100_000)]
    shuffled = sorted(lines, key=lambda line: line[::-1])
    assert accepts(b"\n".join(shuffled), b"\n".join(lines), SORTED)
    shuffled[500] = b"oops"
    found = difference(b"\n".join(shuffled), b"\n".join(lines), SORTED)
    assert found == Difference(line=0, expected=None, got=None, is_output_empty=False)


# --- large files ----------------------------------------------------------------------------------------

WINDOW = lexing.WINDOW_BYTES


@pytest.mark.parametrize("length", [WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW + 5])
@pytest.mark.parametrize("comparison", [SORTED, LINECOUNT, STANDARD])
def test_lines_longer_than_a_window(length: int, comparison: OutputComparison) -> None:
    """White space decides on which side the line is long; its form must be the same all the same."""
    word = b"x" * length
    answer = b"1\n" + word + b" y\n"
    assert accepts(b"1\n" + b" " * length + word + b" y" + b" " * length, answer, comparison)
    assert not accepts(b"1\n" + b" " * length + word[1:] + b"z y\n", answer, comparison)
    short = b"1\nx y\n"
    wide = b"1\nx" + b" " * length + b"y\n"
    assert accepts(wide, short, comparison) is (comparison is not LINECOUNT)
    assert not accepts(wide[:-2] + b"z\n", short, comparison)


@pytest.mark.parametrize("method", list(ComparisonMethod))
def test_eight_megabytes_take_little_memory(method: ComparisonMethod) -> None:
    """Of lines in another order, with no place where both files agree, and of one endless line."""
    block = b"".join(b"%d %d\n" % (number, number * 7919 % 10**9) for number in range(40_000))
    blank = b" " * len(block)
    with (
        file_of(b"0 0\n", *([block] * 12)) as output,
        file_of(*([block] * 12), b"0 0 \n") as answer,
        file_of(b"7", *([blank] * 12), b"8") as wide,
        file_of(b"7", *([blank] * 12), b"9") as other,
    ):
        tracemalloc.start()
        try:
            found = find_difference(output, answer, by(method))
            assert find_difference(wide, other, by(method)) is not None
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    in_any_order = (
        ComparisonMethod.CHARACTERS,
        ComparisonMethod.SORTED_LINES,
        ComparisonMethod.SORTED_TOKENS,
    )
    assert (found is None) is (method in in_any_order)
    assert peak < 6_000_000
