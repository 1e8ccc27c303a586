"""The same lines, or the same words, in whatever order."""

from __future__ import annotations

import builtins

from ..error import InternalError
from .lines import lines


def check(
    process_output: str | bytes, judge_output: str | bytes, split_on: str = "lines", **_: object
) -> bool:
    return _parts(process_output, split_on) == _parts(judge_output, split_on)


def _parts(output: str | bytes, split_on: str) -> list[list[bytes]]:
    found = [line.split() for line in lines(output)]
    if split_on == "lines":
        return builtins.sorted(found)
    if split_on == "whitespace":
        return builtins.sorted([word] for words in found for word in words)
    raise InternalError("invalid `split_on` mode")
