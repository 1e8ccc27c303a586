"""The same things in whatever order.

Two multisets are compared without keeping either: what both files have at the same place is left out, and of
the rest the sums of keyed hashes are compared. The key is drawn for each comparison, so that no output can be
made to fit: two that differ have one sum with a probability of 2^-64.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import compress, repeat
from operator import ne
import os

from assay.domain.problem import ComparisonMethod, OutputComparison
from assay.judging.comparisons.by_line import LineForm, read_lines, side_by_side
from assay.judging.comparisons.difference import (
    CHUNK_BYTES,
    Difference,
    cut,
    first_unequal_chunk,
    is_empty,
    somewhere,
)
from assay.judging.lexing import LexingRules, read_at, read_windows

KEY_BYTES = 16
NAMED_BYTES_MAX = 1 << 20  # of an output and its answer, so that the item that is wrong is looked for
_SPACE = b" \t\n\v\f\r"
_DELETIONS_MAX = 24  # past so many different characters, counting one by one is faster


def find_in_any_order(output_fd: int, answer_fd: int, comparison: OutputComparison) -> Difference | None:
    """Whether both have the same lines or tokens. Which one is wrong is said of small files only."""
    if first_unequal_chunk(output_fd, answer_fd) is None:
        return None
    key = os.urandom(KEY_BYTES)
    expected_sum = got_sum = balance = 0
    for expected, got in side_by_side(_items(answer_fd, comparison), _items(output_fd, comparison)):
        balance += len(expected) - len(got)
        # where one of them has ended, what is left of the other differs from nothing
        unequal = list(map(ne, expected, got)) if len(expected) == len(got) else repeat(True)
        expected_sum += sum(map(hash, map(key.__add__, compress(expected, unequal))))
        got_sum += sum(map(hash, map(key.__add__, compress(got, unequal))))
    if balance == 0 and expected_sum == got_sum:
        return None
    if os.fstat(output_fd).st_size + os.fstat(answer_fd).st_size > NAMED_BYTES_MAX:
        return somewhere(output_fd)
    return _name(output_fd, answer_fd, comparison)


def find_in_characters(output_fd: int, answer_fd: int) -> Difference | None:
    """Whether both have each character as often, ASCII letter case and white space aside."""
    if first_unequal_chunk(output_fd, answer_fd) is None:
        return None
    return None if _count(output_fd) == _count(answer_fd) else somewhere(output_fd)


def _items(fd: int, comparison: OutputComparison) -> Iterator[list[bytes]]:
    fold_case = not comparison.case_sensitive
    if comparison.method is ComparisonMethod.SORTED_LINES:
        for lines in read_lines(fd, LineForm.TOKENS, fold_case=fold_case):
            yield list(filter(None, lines))
    else:
        for window in read_windows(fd, 0, LexingRules(fold_case=fold_case)):
            yield window.items


def _name(output_fd: int, answer_fd: int, comparison: OutputComparison) -> Difference:
    """The first item in the output that the answer has less often, and the first of the answer that the
    output has less often."""
    output = [item for items in _items(output_fd, comparison) for item in items]
    answer = [item for items in _items(answer_fd, comparison) for item in items]
    got = _first_surplus(output, answer)
    expected = _first_surplus(answer, output)
    return Difference(line=0, expected=expected, got=got, is_output_empty=is_empty(output_fd))


def _first_surplus(items: list[bytes], others: list[bytes]) -> bytes | None:
    left = Counter(others)
    for item in items:
        if left[item] == 0:
            return cut(item)
        left[item] -= 1
    return None


def _count(fd: int) -> Counter[int]:
    """How often each byte occurs."""
    counts: Counter[int] = Counter()
    offset = 0
    while chunk := read_at(fd, offset, CHUNK_BYTES):
        offset += len(chunk)
        rest = chunk.lower().translate(None, _SPACE)
        for _ in range(_DELETIONS_MAX):
            if not rest:
                break
            less = rest.translate(None, rest[:1])
            counts[rest[0]] += len(rest) - len(less)
            rest = less
        counts.update(rest)
    return counts
