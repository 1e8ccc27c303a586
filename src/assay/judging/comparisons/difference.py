"""Where an output is wrong, and what is there."""

from dataclasses import dataclass

from assay.judging.lexing import read_at

CHUNK_BYTES = 1 << 18  # two of them stay in a core's cache
EXCERPT_BYTES_MAX = 40
_CONTEXT_BYTES = 12  # how much of a long token's equal part is shown before the difference


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The first place where an output is not as expected.

    `line` counts from 1 in the output; 0 when the order does not matter and no place can be named. `expected`
    and `got` are the differing items, bounded and cut to the place where they differ; `None` means that the
    file ends there (or has no item too few, or too many). `share` is the part of the points that the output
    is worth all the same, from 0 to 1. `is_space_only`: it is as expected but for white space, where that
    matters.
    """

    line: int
    expected: bytes | None
    got: bytes | None
    is_output_empty: bool
    share: float = 0.0
    is_space_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """Offsets of the first differing items; `None` where a file has no more items."""

    answer: int | None
    output: int | None


def describe(place: Place, output_fd: int, answer_fd: int) -> Difference:
    """What is at the place. The output is read once more up to there, to count its lines."""
    equal = 0
    if place.answer is not None and place.output is not None:
        equal = _equal_length(output_fd, place.output, answer_fd, place.answer)
    skipped = max(0, equal - _CONTEXT_BYTES)
    return Difference(
        line=1 + _newlines_before(output_fd, place.output),
        expected=None if place.answer is None else _excerpt(answer_fd, place.answer, skipped),
        got=None if place.output is None else _excerpt(output_fd, place.output, skipped),
        is_output_empty=is_empty(output_fd),
    )


def somewhere(output_fd: int) -> Difference:
    """That there is a difference, when it has no place."""
    return Difference(line=0, expected=None, got=None, is_output_empty=is_empty(output_fd))


def is_empty(fd: int) -> bool:
    return not read_at(fd, 0, 1)


def first_unequal_chunk(one_fd: int, other_fd: int) -> int | None:
    """Offset of the first chunk in which the files are not equal, `None` when they are the same."""
    offset = 0
    while True:
        one, other = read_at(one_fd, offset, CHUNK_BYTES), read_at(other_fd, offset, CHUNK_BYTES)
        if one != other:
            return offset
        if len(one) < CHUNK_BYTES:
            return None
        offset += CHUNK_BYTES


def _equal_length(one_fd: int, one_start: int, other_fd: int, other_start: int) -> int:
    """How many bytes are the same from the two places on (it stops at the latest where the items differ)."""
    length = 0
    while True:
        one = read_at(one_fd, one_start + length, CHUNK_BYTES)
        other = read_at(other_fd, other_start + length, CHUNK_BYTES)
        if one != other or not one:
            return length + next(
                (index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
                min(len(one), len(other)),
            )
        length += len(one)


def _excerpt(fd: int, start: int, skipped: int) -> bytes:
    """The item at `start` from just before the difference on; dots stand for what is left out."""
    content = read_at(fd, start + skipped, EXCERPT_BYTES_MAX + 1)
    if content[:1].isspace():
        item = content[: len(content) - len(content.lstrip())]
    else:
        item = content.split(None, 1)[0] if content else b""
    return (b"..." if skipped else b"") + cut(item)


def cut(item: bytes) -> bytes:
    """At most EXCERPT_BYTES_MAX of it; dots stand for the rest."""
    if len(item) <= EXCERPT_BYTES_MAX:
        return item
    end = EXCERPT_BYTES_MAX
    while end > EXCERPT_BYTES_MAX - 4 and item[end] & 0xC0 == 0x80:  # do not cut a UTF-8 character
        end -= 1
    return item[:end] + b"..."


def _newlines_before(fd: int, offset: int | None) -> int:
    """Newlines in the file up to `offset` (its end when `None`)."""
    count = position = 0
    while chunk := read_at(
        fd, position, CHUNK_BYTES if offset is None else min(CHUNK_BYTES, offset - position)
    ):
        count += chunk.count(b"\n")
        position += len(chunk)
    return count
