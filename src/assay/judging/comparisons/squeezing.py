"""Whether two files are the same but for how their lines end, at nearly the speed of reading them.

    output   17 4␣\r\n23\r\n5…       squeezed   17 4\n23\n5…     each chunk without the carriage returns and
    answer   17 4\n23\n5…            squeezed   17 4\n23\n5…     the last space before its newlines

What is taken away stands right before a newline, so the tokens stay, and so do the lines that they are in;
and between two newlines a place is found again by counting. Where the squeezed files differ, the files may
still be equal by the rules of tokens, which take over there.
"""

from dataclasses import dataclass
from itertools import islice
import re

from assay.judging.lexing import read_at

CHUNK_BYTES = 1 << 18  # two of them stay in a core's cache
_NEWLINE = re.compile(rb"\n")


@dataclass(frozen=True, kw_only=True)
class Parting:
    """Offsets up to which both files are the same when squeezed. What follows has to be looked at closely."""

    output: int
    answer: int


def first_unequal(output_fd: int, answer_fd: int, offset: int, *, fold_case: bool) -> Parting | None:
    """Where the files part that are equal before `offset`, a token's beginning; None when they never do."""
    output, answer = _Squeezed(output_fd, offset), _Squeezed(answer_fd, offset)
    while True:
        one, other = output.rest(), answer.rest()
        if not one and not other:
            return None
        count = min(len(one), len(other))
        one, other = one[:count], other[:count]
        if count == 0 or (one != other and not (fold_case and one.lower() == other.lower())):
            return Parting(output=output.offset(), answer=answer.offset())
        output.skip(count)
        answer.skip(count)


class _Squeezed:
    """A place in a file that is squeezed chunk by chunk."""

    def __init__(self, fd: int, offset: int) -> None:
        self._fd = fd
        self._start = offset  # of the chunk
        self._chunk = self._content = b""  # as it is in the file, and squeezed
        self._used = 0  # bytes of the squeezed content

    def rest(self) -> bytes:
        """What is left of the current chunk, or all of the next one; empty at the end of the file."""
        if self._used == len(self._content):
            self._start += len(self._chunk)
            chunk = read_at(self._fd, self._start, CHUNK_BYTES)
            if len(chunk) == CHUNK_BYTES:  # a line end that is cut in two is left to the next chunk
                chunk = chunk[: len(chunk.rstrip(b" \r"))] or chunk
            self._chunk, self._content, self._used = chunk, squeeze(chunk), 0
            return self._content
        return self._content[self._used :]

    def skip(self, count: int) -> None:
        self._used += count

    def offset(self) -> int:
        """Where in the file this place is."""
        head = self._content[: self._used]
        newlines = head.count(b"\n")
        if not newlines:
            return self._start + self._used
        last = next(islice(_NEWLINE.finditer(self._chunk), newlines - 1, None))
        return self._start + last.end() + self._used - (head.rfind(b"\n") + 1)


def squeeze(content: bytes) -> bytes:
    """Without carriage returns, if all are before newlines, and without one space before each newline."""
    if b"\r" in content:
        shorter = content.translate(None, b"\r")
        if len(content) - len(shorter) == content.count(b"\r\n"):
            content = shorter
    return content.replace(b" \n", b"\n")
