"""Lines one after another, and the share of them that are right."""

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto
import hashlib
from itertools import islice
from operator import eq
import re

from assay.domain.problem import OutputComparison
from assay.judging import lexing
from assay.judging.comparisons.difference import Difference, Place, describe, first_unequal_chunk
from assay.judging.lexing import digested, read_at

_LINE_ENDS_TO_NEWLINES = bytes.maketrans(b"\r", b"\n")
_LINE_END = re.compile(rb"[\n\r]")
_LINE = re.compile(rb"[^\n\r]+")
_NO_SPACE = re.compile(rb"[^ \t\n\v\f\r]")


class LineForm(Enum):
    """What of a line counts."""

    STRIPPED = auto()  # from its first to its last byte that is no white space
    TOKENS = auto()  # its tokens, with one space between


def read_lines(fd: int, form: LineForm, *, fold_case: bool) -> Iterator[list[bytes]]:
    """The lines that have at least one byte, some at a time, each in its form.

    What ends a line is a newline or a carriage return. A form above ITEM_BYTES_MAX is represented by its
    length and digest, whatever the length of the line itself.
    """
    offset, carry = 0, b""
    while chunk := read_at(fd, offset, lexing.WINDOW_BYTES):
        offset += len(chunk)
        head, end, carry = (carry + _plain(chunk, fold_case).translate(_LINE_ENDS_TO_NEWLINES)).rpartition(
            b"\n"
        )
        if end:
            yield _short_lines(head, form)
        if len(carry) > lexing.ITEM_BYTES_MAX:
            start = offset - len(carry)
            offset, carry = _end_of_line(fd, start), b""
            yield [_long_line(fd, start, offset, form, fold_case)]
    if carry:
        yield _short_lines(carry, form)


def side_by_side(
    one: Iterator[list[bytes]], other: Iterator[list[bytes]]
) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Two streams of items in pieces of one length; what one has left in the end comes beside nothing."""
    ours: list[bytes] | None = []
    theirs: list[bytes] | None = []
    while True:
        while ours is not None and not ours:
            ours = next(one, None)
        while theirs is not None and not theirs:
            theirs = next(other, None)
        if ours is None and theirs is None:
            return
        if ours is None or theirs is None:
            yield ours or [], theirs or []
            ours, theirs = ours and [], theirs and []
            continue
        count = min(len(ours), len(theirs))
        yield ours[:count], theirs[:count]
        ours, theirs = ours[count:], theirs[count:]


def find_wrong_lines(output_fd: int, answer_fd: int, comparison: OutputComparison) -> Difference | None:
    """Line by line, white space around each and empty lines aside.

    The difference is the first wrong line; its share is that of the answer's lines that the output has
    right, nothing when the output has more lines.
    """
    if first_unequal_chunk(output_fd, answer_fd) is None:
        return None
    fold_case = not comparison.case_sensitive
    right = total = got_total = 0
    first_wrong: int | None = None
    for wanted, got in side_by_side(
        read_lines(answer_fd, LineForm.STRIPPED, fold_case=fold_case),
        read_lines(output_fd, LineForm.STRIPPED, fold_case=fold_case),
    ):
        agree = list(map(eq, wanted, got))
        if first_wrong is None and not (all(agree) and len(wanted) == len(got)):
            first_wrong = total + (agree.index(False) if False in agree else len(agree))
        right += sum(agree)
        total += len(wanted)
        got_total += len(got)
    if first_wrong is None:
        return None
    place = Place(
        answer=_start_of_line(answer_fd, first_wrong), output=_start_of_line(output_fd, first_wrong)
    )
    share = right / total if got_total <= total else 0.0
    return replace(describe(place, output_fd, answer_fd), share=share)


def _plain(content: bytes, fold_case: bool) -> bytes:
    return content.lower() if fold_case else content


def _short_lines(content: bytes, form: LineForm) -> list[bytes]:
    lines = filter(None, content.split(b"\n"))
    formed = list(
        map(bytes.strip, lines) if form is LineForm.STRIPPED else map(b" ".join, map(bytes.split, lines))
    )
    if formed and len(formed[0]) > lexing.ITEM_BYTES_MAX:  # all others began within the last read
        formed[0] = _bounded(iter(formed[:1]))
    return formed


def _long_line(fd: int, start: int, end: int, form: LineForm, fold_case: bool) -> bytes:
    parts: Iterator[bytes]
    match form:
        case LineForm.STRIPPED:
            parts = _parts(fd, *_stripped(fd, start, end))
        case LineForm.TOKENS:
            parts = _tokens_of(_parts(fd, start, end))
    return _bounded(_plain(part, fold_case) for part in parts)


def _bounded(parts: Iterator[bytes]) -> bytes:
    """The parts together, or what stands for them: which of them depends on their length alone."""
    short, length, digest = b"", 0, hashlib.blake2b(digest_size=32)
    for part in parts:
        length += len(part)
        digest.update(part)
        short = short + part if length <= lexing.ITEM_BYTES_MAX else b""
    return short if length <= lexing.ITEM_BYTES_MAX else digested(length, digest.digest())


def _parts(fd: int, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        part = read_at(fd, start, min(lexing.WINDOW_BYTES, end - start))
        yield part
        start += len(part)


def _tokens_of(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts of a line with one space for each white space between tokens."""
    has_begun = is_in_token = False
    for part in parts:
        tokens = part.split()
        if tokens:
            goes_on = is_in_token and not part[:1].isspace()
            yield (b" " if has_begun and not goes_on else b"") + b" ".join(tokens)
            has_begun = True
        is_in_token = not part[-1:].isspace()


def _stripped(fd: int, start: int, end: int) -> tuple[int, int]:
    """The range without the white space at both its ends; an empty one when there is nothing else."""
    for part in _parts(fd, start, end):
        match = _NO_SPACE.search(part)
        if match is not None:
            start += match.start()
            break
        start += len(part)
    while start < end:
        at = max(start, end - lexing.WINDOW_BYTES)
        part = read_at(fd, at, end - at)
        end = at + len(part.rstrip())
        if end > at:
            break
    return start, end


def _end_of_line(fd: int, offset: int) -> int:
    while chunk := read_at(fd, offset, lexing.WINDOW_BYTES):
        match = _LINE_END.search(chunk)
        if match is not None:
            return offset + match.start()
        offset += len(chunk)
    return offset


def _start_of_line(fd: int, index: int) -> int | None:
    """Where the line with that index begins, of those that have a byte; None past the last one."""
    offset, is_in_line = 0, False
    while chunk := read_at(fd, offset, lexing.WINDOW_BYTES):
        goes_on = is_in_line and _LINE.match(chunk) is not None
        lines = chunk.translate(_LINE_ENDS_TO_NEWLINES).split(b"\n")
        begun = sum(map(bool, lines)) - goes_on
        if index < begun:
            match = next(islice(_LINE.finditer(chunk), index + goes_on, None))
            return offset + match.start()
        index -= begun
        is_in_line = bool(lines[-1])
        offset += len(chunk)
    return None
