"""How often each character occurs, white space and letter case aside."""

from __future__ import annotations

from collections import Counter


def check(process_output: str | bytes, judge_output: str | bytes, **_: object) -> bool:
    return _characters(process_output) == _characters(judge_output)


def _characters(output: str | bytes) -> Counter[int]:
    content = output.encode() if isinstance(output, str) else output
    return Counter(b"".join(content.split()).lower())
