"""Line by line and word by word, without lines that have no words."""

from __future__ import annotations

from .lines import lines


def check(process_output: str | bytes, judge_output: str | bytes, **_: object) -> bool:
    return _words(process_output) == _words(judge_output)


def _words(output: str | bytes) -> list[list[bytes]]:
    return [words for line in lines(output) if (words := line.split())]
