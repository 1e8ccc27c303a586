"""The default output validator of the ICPC/Kattis problem package format, streaming.

Source: https://www.kattis.com/problem-package-format/spec/2025-09.html, "Default output validator
specification"; the legacy format's section says the same in fewer words. Where they leave room, the newer
one's text decides: letter case is ASCII only, numbers are decimal (no hexadecimal, no inf or nan), all bytes
count (NUL too).

Both files are read by offset, never as a whole. Nearly all outputs are right and equal byte for byte, which
is right under every flag, so that is what is tried first, at the speed of memcmp. From the first difference
on, beginning with the token that it lies in, the files are compared token by token.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import math

from assay.domain.problem import OutputComparison
from assay.judging.lexing import LexingRules, Window, read_at, read_windows, start_of_token

CHUNK_BYTES = 1 << 18  # two of them stay in a core's cache
NUMBER_BYTES_MAX = (
    4096  # longer is not a number but text; the exact decimals of a double need at most 1,100 digits
)
EXCERPT_BYTES_MAX = 40
_CONTEXT_BYTES = 12  # how much of a long token's equal part is shown before the difference


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The first place where an output is not as expected.

    `line` counts from 1 in the output. `expected` and `got` are the differing items, bounded and cut to the
    place where they differ; `None` means that the file ends there.
    """

    line: int
    expected: bytes | None
    got: bytes | None
    is_output_empty: bool


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Offsets of the first differing items; `None` where a file has no more items."""

    answer: int | None
    output: int | None


def find_difference(output_fd: int, answer_fd: int, comparison: OutputComparison) -> Difference | None:
    """Compare a program's output with the test's answer; `None` when the output is right.

    Both descriptors must be of regular files (or memory files) and are read by offset; their positions do not
    matter or change. Blocking. Raises `OSError` when a file cannot be read.
    """
    offset = _first_unequal_chunk(output_fd, answer_fd)
    if offset is None:
        return None
    offset = start_of_token(answer_fd, offset)
    rules = LexingRules(
        fold_case=not comparison.case_sensitive, keep_spaces=comparison.space_change_sensitive
    )
    answer = _Cursor(read_windows(answer_fd, offset, rules))
    output = _Cursor(read_windows(output_fd, offset, rules))
    place = _first_mismatch(answer, output, comparison)
    return None if place is None else _describe(place, output_fd, answer_fd)


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


def is_within_tolerance(expected: float, got: float, comparison: OutputComparison) -> bool:
    """Within either of the tolerances that are set; the relative one is relative to the answer."""
    error = abs(got - expected)
    absolute, relative = comparison.float_absolute_tolerance, comparison.float_relative_tolerance
    return (absolute is not None and error <= absolute) or (
        relative is not None and error <= relative * abs(expected)
    )


class _Cursor:
    """A place in a stream of windows."""

    def __init__(self, windows: Iterator[Window]) -> None:
        self._windows = windows
        self._window: Window | None = next(windows, None)
        self._index = 0

    def available(self) -> int:
        """How many items can be had at once; 0 only at the end of the file."""
        while self._window is not None:
            left = len(self._window.items) - self._index
            if left > 0:
                return left
            self._window, self._index = next(self._windows, None), 0
        return 0

    def peek(self, count: int) -> list[bytes]:
        """The next items, no more than are `available`."""
        return [] if self._window is None else self._window.items[self._index : self._index + count]

    def skip(self, count: int) -> None:
        self._index += count

    def offset(self) -> int | None:
        """Where the next item begins, `None` at the end of the file."""
        if not self.available() or self._window is None:
            return None
        return self._window.offset_of(self._index)


def _first_unequal_chunk(one_fd: int, other_fd: int) -> int | None:
    """Offset of the first chunk in which the files are not equal, `None` when they are the same."""
    offset = 0
    while True:
        one, other = read_at(one_fd, offset, CHUNK_BYTES), read_at(other_fd, offset, CHUNK_BYTES)
        if one != other:
            return offset
        if len(one) < CHUNK_BYTES:
            return None
        offset += CHUNK_BYTES


def _first_mismatch(answer: _Cursor, output: _Cursor, comparison: OutputComparison) -> _Place | None:
    while count := min(answer.available(), output.available()):
        equal = _equal_items(answer.peek(count), output.peek(count), comparison)
        answer.skip(equal)
        output.skip(equal)
        if equal < count:
            break
    if answer.available() or output.available():
        return _Place(answer=answer.offset(), output=output.offset())
    return None


def _equal_items(expected: list[bytes], got: list[bytes], comparison: OutputComparison) -> int:
    """How many items of two lists of one length agree, up to the first that do not."""
    if expected == got or (comparison.compares_floats and _are_all_close(expected, got, comparison)):
        return len(expected)
    for index, (one, other) in enumerate(zip(expected, got, strict=True)):
        if one != other and not (comparison.compares_floats and _are_close(one, other, comparison)):
            return index
    return len(expected)


def _are_all_close(expected: list[bytes], got: list[bytes], comparison: OutputComparison) -> bool:
    """Whether both are lists of numbers that agree one by one; False when that takes a closer look.

    The usual case of numbers that are formatted differently, five times as fast as one by one.
    """
    if any(
        len(max(tokens, key=len)) > NUMBER_BYTES_MAX or b"_" in b"".join(tokens) for tokens in (expected, got)
    ):
        return False
    try:
        wanted, values = list(map(float, expected)), list(map(float, got))
    except ValueError:
        return False
    if not math.isfinite(sum(wanted)) or not math.isfinite(sum(values)):  # infinities and nan are text
        return False
    absolute = comparison.float_absolute_tolerance or 0.0  # none set: no error but 0, which any other allows
    relative = comparison.float_relative_tolerance or 0.0
    return all(
        abs(value - number) <= absolute or abs(value - number) <= relative * abs(number)
        for number, value in zip(wanted, values, strict=True)
    )


def _are_close(expected: bytes, got: bytes, comparison: OutputComparison) -> bool:
    """The answer's token decides whether numbers are compared: one that is no number has to match as text."""
    expected_value = parse_number(expected)
    if expected_value is None:
        return False
    got_value = parse_number(got)
    return got_value is not None and is_within_tolerance(expected_value, got_value, comparison)


def _describe(place: _Place, output_fd: int, answer_fd: int) -> Difference:
    equal = 0
    if place.answer is not None and place.output is not None:
        equal = _equal_length(output_fd, place.output, answer_fd, place.answer)
    skipped = max(0, equal - _CONTEXT_BYTES)
    return Difference(
        line=1 + _newlines_before(output_fd, place.output),
        expected=None if place.answer is None else _excerpt(answer_fd, place.answer, skipped),
        got=None if place.output is None else _excerpt(output_fd, place.output, skipped),
        is_output_empty=not read_at(output_fd, 0, 1),
    )


def _equal_length(one_fd: int, one_start: int, other_fd: int, other_start: int) -> int:
    """How many bytes are the same from the two places on (it stops at the latest where the items differ)."""
    length = 0
    while True:
        one = read_at(one_fd, one_start + length, CHUNK_BYTES)
        other = read_at(other_fd, other_start + length, CHUNK_BYTES)
        if one != other or not one:
            return length + next(
                (index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
                min(len(one), len(other)),
            )
        length += len(one)


def _excerpt(fd: int, start: int, skipped: int) -> bytes:
    """The item at `start` from just before the difference on; dots stand for what is left out."""
    content = read_at(fd, start + skipped, EXCERPT_BYTES_MAX + 1)
    if content[:1].isspace():
        item = content[: len(content) - len(content.lstrip())]
    else:
        item = content.split(None, 1)[0] if content else b""
    head = b"..." if skipped else b""
    if len(item) <= EXCERPT_BYTES_MAX:
        return head + item
    end = EXCERPT_BYTES_MAX
    while end > EXCERPT_BYTES_MAX - 4 and item[end] & 0xC0 == 0x80:  # do not cut a UTF-8 character
        end -= 1
    return head + item[:end] + b"..."


def _newlines_before(fd: int, offset: int | None) -> int:
    """Newlines in the file up to `offset` (its end when `None`)."""
    count = position = 0
    while chunk := read_at(
        fd, position, CHUNK_BYTES if offset is None else min(CHUNK_BYTES, offset - position)
    ):
        count += chunk.count(b"\n")
        position += len(chunk)
    return count
