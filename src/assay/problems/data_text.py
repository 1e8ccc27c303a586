"""Test data as text: what the package format asks of it, and which tests are the same."""

from dataclasses import dataclass
import hashlib
import os
import re

_CHUNK_BYTES = 1 << 20
_NON_ASCII = re.compile(rb"[^\x00-\x7f]")


@dataclass(frozen=True, kw_only=True)
class TextFacts:
    """What a file of test data looks like. Lines are counted from 1, None for none.

    `ends_open`: the last line has no newline, as every line must (specification: "General requirements").
    """

    sha256: str
    size_bytes: int
    carriage_return_line: int | None = None
    non_ascii_line: int | None = None
    nul_line: int | None = None
    ends_open: bool = False


def look_at(fd: int) -> TextFacts:
    """Look at a whole file, by offset. Blocking."""
    digest = hashlib.sha256()
    size, line, last = 0, 1, b"\n"
    first: dict[str, int] = {}
    while chunk := os.pread(fd, _CHUNK_BYTES, size):
        digest.update(chunk)
        size += len(chunk)
        last = chunk[-1:]
        for name, place in _places(chunk).items():
            first.setdefault(name, line + chunk.count(b"\n", 0, place))
        line += chunk.count(b"\n")
    return TextFacts(
        sha256=digest.hexdigest(),
        size_bytes=size,
        carriage_return_line=first.get("\r"),
        non_ascii_line=first.get("non-ascii"),
        nul_line=first.get("\0"),
        ends_open=last != b"\n",
    )


def _places(chunk: bytes) -> dict[str, int]:
    found = {"\r": chunk.find(b"\r"), "\0": chunk.find(b"\0")}
    if not chunk.isascii():
        found["non-ascii"] = _first_non_ascii(chunk)
    return {name: place for name, place in found.items() if place >= 0}


def _first_non_ascii(chunk: bytes) -> int:
    match = _NON_ASCII.search(chunk)
    return -1 if match is None else match.start()
