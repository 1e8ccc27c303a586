"""Passages that are there twice in one program, token by token. Pure.

Windows of DUPLICATE_TOKENS_MIN tokens are found again by a rolling hash (Karp and Rabin, 1987), compared, and
grown to their ends. Names count as they are written: what differs in a name is no copy here.
"""

from dataclasses import dataclass

from assay.analysis.measures.measured_rules import (
    DUPLICATE_LINES_MIN,
    DUPLICATE_TOKENS_MIN,
    DUPLICATED_CODE,
)
from assay.analysis.syntax import COMMENTS, Syntax
from assay.domain.finding import Finding

_PRIME = (1 << 61) - 1
_BASE = 1_000_003
_WORDS_SHARE_MIN = 0.3  # of a passage: tables of numbers and texts repeat themselves rightly


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token: its text and where it begins and ends, in lines from 1."""

    text: bytes
    start_line: int
    end_line: int


@dataclass(frozen=True, kw_only=True)
class Copy:
    """Tokens from `copy` on are those from `original` on, `length` of them. The original comes first."""

    original: int
    copy: int
    length: int


def duplication(syntax: Syntax, *, path: str) -> tuple[dict[str, float], list[Finding]]:
    """How many lines are in later copies of others, and where these are."""
    tokens = tokens_of(syntax)
    findings: list[Finding] = []
    lines: set[int] = set()
    for copy in copies(tokens):
        first, last = tokens[copy.copy], tokens[copy.copy + copy.length - 1]
        if last.end_line - first.start_line + 1 < DUPLICATE_LINES_MIN:
            continue
        passage = tokens[copy.copy : copy.copy + copy.length]
        words = sum(token.text[:1].isalpha() or token.text[:1] == b"_" for token in passage)
        if words < _WORDS_SHARE_MIN * len(passage):
            continue
        lines.update(range(first.start_line, last.end_line + 1))
        begin = tokens[copy.original].start_line
        end = tokens[copy.original + copy.length - 1].end_line
        detail = f"These lines are those from {begin} to {end} again: "
        findings.append(
            DUPLICATED_CODE.finding(
                path=path, start_line=first.start_line, end_line=last.end_line, detail=detail
            )
        )
    return {"duplicated_lines": float(len(lines))}, findings


def tokens_of(syntax: Syntax) -> list[Token]:
    """The leaves of the tree, without comments."""
    return [
        Token(
            text=syntax.text[step.node.start_byte : step.node.end_byte],
            start_line=step.node.start_point.row + 1,
            end_line=step.node.end_point.row + 1,
        )
        for step in syntax.steps
        if step.node.child_count == 0 and step.kind not in COMMENTS
    ]


def copies(tokens: list[Token], window: int = DUPLICATE_TOKENS_MIN) -> list[Copy]:
    """The later copies, from the first to the last; none overlaps another or what it is a copy of."""
    numbers: dict[bytes, int] = {}
    coded = [numbers.setdefault(token.text, len(numbers)) for token in tokens]
    first_at: dict[int, int] = {}
    found: list[Copy] = []
    free_from = 0
    for at, value in enumerate(_rolling(coded, window)):
        earlier = first_at.setdefault(value, at)
        if at < free_from or earlier + window > at:
            continue
        if coded[earlier : earlier + window] != coded[at : at + window]:
            continue
        length = window
        while (
            at + length < len(coded)
            and earlier + length < at
            and coded[earlier + length] == coded[at + length]
        ):
            length += 1
        found.append(Copy(original=earlier, copy=at, length=length))
        free_from = at + length
    return found


def _rolling(coded: list[int], window: int) -> list[int]:
    """The hash of each window, from left to right."""
    if len(coded) < window:
        return []
    value, highest = 0, pow(_BASE, window - 1, _PRIME)
    for number in coded[:window]:
        value = (value * _BASE + number + 1) % _PRIME
    hashes = [value]
    for leaving, coming in zip(coded, coded[window:], strict=False):
        value = ((value - (leaving + 1) * highest) * _BASE + coming + 1) % _PRIME
        hashes.append(value)
    return hashes
