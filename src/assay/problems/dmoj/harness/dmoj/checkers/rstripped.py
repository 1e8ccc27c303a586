"""Line by line, white space at their ends aside."""

from __future__ import annotations

from .lines import all_lines


def check(
    process_output: str | bytes, judge_output: str | bytes, filter_new_line: bool = False, **_: object
) -> bool:
    given = [line.rstrip() for line in all_lines(process_output) if line or not filter_new_line]
    wanted = [line.rstrip() for line in all_lines(judge_output) if line or not filter_new_line]
    return given == wanted
