"""The comparison of a program's output with the test's answer, by the method that the problem asks for."""

from typing import assert_never

from assay.domain.problem import ComparisonMethod, OutputComparison
from assay.judging.comparisons.by_line import find_wrong_lines
from assay.judging.comparisons.difference import Difference
from assay.judging.comparisons.in_any_order import find_in_any_order, find_in_characters
from assay.judging.comparisons.in_order import find_in_bytes, find_in_tokens

__all__ = ["Difference", "find_difference"]


def find_difference(output_fd: int, answer_fd: int, comparison: OutputComparison) -> Difference | None:
    """Compare a program's output with the test's answer; `None` when the output is right.

    Both descriptors must be of regular files (or memory files) and are read by offset; their positions do not
    matter or change. Blocking. Raises `OSError` when a file cannot be read.

    Which flags count: all of them with `TOKENS`; letter case and tolerances with `LINES_OF_TOKENS`; letter
    case with `SORTED_LINES`, `SORTED_TOKENS` and `LINE_SHARE`; none with `IDENTICAL` and `CHARACTERS`.
    """
    match comparison.method:
        case ComparisonMethod.TOKENS | ComparisonMethod.LINES_OF_TOKENS:
            return find_in_tokens(output_fd, answer_fd, comparison)
        case ComparisonMethod.IDENTICAL:
            return find_in_bytes(output_fd, answer_fd)
        case ComparisonMethod.CHARACTERS:
            return find_in_characters(output_fd, answer_fd)
        case ComparisonMethod.SORTED_LINES | ComparisonMethod.SORTED_TOKENS:
            return find_in_any_order(output_fd, answer_fd, comparison)
        case ComparisonMethod.LINE_SHARE:
            return find_wrong_lines(output_fd, answer_fd, comparison)
        case _:
            assert_never(comparison.method)
