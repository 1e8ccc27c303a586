"""Outputs as lines."""

from __future__ import annotations

import re

_LINE_END = re.compile(rb"[\r\n]")


def all_lines(output: str | bytes) -> list[bytes]:
    content = output.encode() if isinstance(output, str) else output
    return _LINE_END.split(content)


def lines(output: str | bytes) -> list[bytes]:
    """Those that are not empty."""
    return [line for line in all_lines(output) if line]
