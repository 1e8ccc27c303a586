"""Item by item: tokens, and where they count the line ends or all white space.

Source: https://www.kattis.com/problem-package-format/spec/2025-09.html, "Default output validator
specification"; the legacy format's section says the same in fewer words. Where they leave room, the newer
one's text decides: letter case is ASCII only, numbers are decimal, all bytes count (NUL too).

Nearly all outputs are right and equal byte for byte, which is right under every flag, so that is what is
tried first, at the speed of memcmp; then whether only line ends differ. From the first difference on,
beginning with the token (or line) that it lies in, the files are compared item by item.
"""

from collections.abc import Iterator
from dataclasses import replace

from assay.domain.problem import ComparisonMethod, OutputComparison
from assay.judging.comparisons import squeezing
from assay.judging.comparisons.difference import Difference, Place, describe, first_unequal_chunk
from assay.judging.comparisons.tolerance import are_all_close, are_close
from assay.judging.lexing import LexingRules, Window, read_windows, start_of_line, start_of_token

_SAME_TOKENS = OutputComparison(case_sensitive=True)
_SAME_BYTES = replace(_SAME_TOKENS, space_change_sensitive=True)


def find_in_tokens(output_fd: int, answer_fd: int, comparison: OutputComparison) -> Difference | None:
    """By the flags of the package format; with `LINES_OF_TOKENS`, tokens on other lines differ, too."""
    offset = first_unequal_chunk(output_fd, answer_fd)
    if offset is None:
        return None
    mark_lines = comparison.method is ComparisonMethod.LINES_OF_TOKENS
    rules = LexingRules(
        fold_case=not comparison.case_sensitive,
        keep_spaces=comparison.space_change_sensitive and not mark_lines,
        mark_lines=mark_lines,
    )
    start_of_item = start_of_line if mark_lines else start_of_token
    offset = start_of_item(answer_fd, offset)
    output_offset = answer_offset = offset
    if not rules.keep_spaces:
        parting = squeezing.first_unequal(output_fd, answer_fd, offset, fold_case=rules.fold_case)
        if parting is None:
            return None
        output_offset = start_of_item(output_fd, parting.output)
        answer_offset = start_of_item(answer_fd, parting.answer)
    answer = _Cursor(read_windows(answer_fd, answer_offset, rules))
    output = _Cursor(read_windows(output_fd, output_offset, rules))
    place = _first_mismatch(answer, output, comparison)
    return None if place is None else describe(place, output_fd, answer_fd)


def find_in_bytes(output_fd: int, answer_fd: int) -> Difference | None:
    """Every byte counts. Says whether the tokens are the same, so that only white space differs."""
    difference = find_in_tokens(output_fd, answer_fd, _SAME_BYTES)
    if difference is None:
        return None
    is_space_only = find_in_tokens(output_fd, answer_fd, _SAME_TOKENS) is None
    return replace(difference, is_space_only=is_space_only)


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


def _first_mismatch(answer: _Cursor, output: _Cursor, comparison: OutputComparison) -> Place | None:
    while count := min(answer.available(), output.available()):
        equal = _equal_items(answer.peek(count), output.peek(count), comparison)
        answer.skip(equal)
        output.skip(equal)
        if equal < count:
            break
    if answer.available() or output.available():
        return Place(answer=answer.offset(), output=output.offset())
    return None


def _equal_items(expected: list[bytes], got: list[bytes], comparison: OutputComparison) -> int:
    """How many items of two lists of one length agree, up to the first that do not."""
    if expected == got or (comparison.compares_floats and are_all_close(expected, got, comparison)):
        return len(expected)
    for index, (one, other) in enumerate(zip(expected, got, strict=True)):
        if one != other and not (comparison.compares_floats and are_close(one, other, comparison)):
            return index
    return len(expected)
