"""Cutting a file of any size into tokens, a window at a time.

    file     … 17 4 23↵Yes↵ 0.5 0.2|5 ↵ …          | ends a read of WINDOW_BYTES
    window     [17, 4, 23, Yes, 0.5]  carry: 0.2     the unfinished token goes in front of the next read

A token is a run of bytes that are not white space. With `keep_spaces` the runs of white space are items
too; with `mark_lines` those with a line end in them are, each as one newline, but for those before the first
and after the last token. An item may be as long as the file. One above `ITEM_BYTES_MAX` is represented by its
length and digest,
so that memory stays bounded and equality of items still means equality of contents; which representation an
item gets depends on its length alone, never on where a window happened to end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import hashlib
from itertools import islice
import os
import re

WINDOW_BYTES = 1 << 16
ITEM_BYTES_MAX = WINDOW_BYTES  # not less: only then can just a window's first item be longer (see `_items`)

# The ICPC format's six white-space bytes (2025-09, "Output parsing"); bytes.split() means the same ones.
_TOKEN = re.compile(rb"[^ \t\n\v\f\r]+")
_TOKEN_OR_SPACES = re.compile(rb"[^ \t\n\v\f\r]+|[ \t\n\v\f\r]+")
_TOKEN_OR_LINE_END = re.compile(rb"([^ \t\n\v\f\r]+|[\n\r])(?:(?<=[\n\r])[ \t\n\v\f\r]+)?")
_LINE_ENDS_TO_NEWLINES = bytes.maketrans(b"\r", b"\n")
_SPACE = re.compile(rb"[ \t\n\v\f\r]")
LINE_MARK = b"\n"


@dataclass(frozen=True, kw_only=True)
class LexingRules:
    """`fold_case` maps A-Z to a-z and leaves every other byte; `keep_spaces` makes white space count,
    `mark_lines` makes line ends (`\\n`, `\\r`) count, however many there are between two tokens."""

    fold_case: bool
    keep_spaces: bool = False
    mark_lines: bool = False

    def __post_init__(self) -> None:
        if self.keep_spaces and self.mark_lines:
            raise ValueError("where all white space counts, line ends need no marks")

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """Matches the items one by one."""
        if self.keep_spaces:
            return _TOKEN_OR_SPACES
        return _TOKEN_OR_LINE_END if self.mark_lines else _TOKEN

    @property
    def has_items_of_space(self) -> bool:
        """Whether white space can be an item, so that at the end of a window more of it may follow."""
        return self.keep_spaces or self.mark_lines


@dataclass(frozen=True, kw_only=True)
class Window:
    """Consecutive items of a file. `start` is the offset of `content`, which is empty for a digested item."""

    start: int
    content: bytes
    items: list[bytes]
    rules: LexingRules

    def offset_of(self, index: int) -> int:
        """Where in the file item `index` begins. Searches, so for messages only."""
        match = next(islice(self.rules.pattern.finditer(self.content), index, None), None)
        return self.start if match is None else self.start + match.start()


def read_at(fd: int, offset: int, size: int) -> bytes:
    """Exactly `size` bytes from `offset`, fewer only at the end of the file."""
    content = os.pread(fd, size, offset)
    while content and len(content) < size:
        more = os.pread(fd, size - len(content), offset + len(content))
        if not more:
            break
        content += more
    return content


def read_windows(fd: int, offset: int, rules: LexingRules) -> Iterator[Window]:
    """The items from `offset` on, which must not lie inside an item."""
    if rules.mark_lines:
        offset = _skip_spaces(fd, offset)
    carry = b""
    while chunk := read_at(fd, offset, WINDOW_BYTES):
        start = offset - len(carry)
        offset += len(chunk)
        content = carry + (chunk.lower() if rules.fold_case else chunk)
        end = _end_of_finished_items(content, rules)
        carry = content[end:]
        if end:
            yield _window(start, content[:end], rules)
        if len(carry) > ITEM_BYTES_MAX:
            window, offset = _long_item(fd, offset - len(carry), rules)
            yield window
            carry = b""
    if carry and not (rules.mark_lines and carry.isspace()):
        yield _window(offset - len(carry), carry, rules)


def start_of_token(fd: int, offset: int) -> int:
    """The offset after the last white space before `offset`, 0 when there is none."""
    while offset > 0:
        start = max(0, offset - WINDOW_BYTES)
        content = read_at(fd, start, offset - start)
        tail = _unfinished_token(content)
        if tail < len(content):
            return offset - tail
        offset = start
    return 0


def start_of_line(fd: int, offset: int) -> int:
    """The offset after the last line end before `offset`, 0 when there is none."""
    while offset > 0:
        start = max(0, offset - WINDOW_BYTES)
        content = read_at(fd, start, offset - start)
        end = max(content.rfind(b"\n"), content.rfind(b"\r"))
        if end >= 0:
            return start + end + 1
        offset = start
    return 0


def digested(length: int, digest: bytes) -> bytes:
    """The stand-in of an item of `length` bytes. It holds both white space and not, as no real item does."""
    return b"long %d " % length + digest


def _window(start: int, content: bytes, rules: LexingRules) -> Window:
    return Window(start=start, content=content, items=_items(content, rules), rules=rules)


def _items(content: bytes, rules: LexingRules) -> list[bytes]:
    """All but the first item began within the last read, so only the first can be over-long."""
    if rules.mark_lines:
        items = _TOKEN_OR_LINE_END.findall(content.translate(_LINE_ENDS_TO_NEWLINES))
    else:
        items = _TOKEN_OR_SPACES.findall(content) if rules.keep_spaces else content.split()
    if items and len(items[0]) > ITEM_BYTES_MAX:
        digest = hashlib.blake2b(items[0], digest_size=32)
        items[0] = digested(len(items[0]), digest.digest())
    return items


def _end_of_finished_items(content: bytes, rules: LexingRules) -> int:
    """Where the last item begins, as more of it may follow (ignored white space is always finished)."""
    if content[-1:].isspace():
        return len(content.rstrip()) if rules.has_items_of_space else len(content)
    return len(content) - _unfinished_token(content)


def _unfinished_token(content: bytes) -> int:
    """Length of the token that `content` ends with."""
    if not content or content[-1:].isspace():
        return 0
    return len(content.rsplit(None, 1)[-1])


def _long_item(fd: int, start: int, rules: LexingRules) -> tuple[Window, int]:
    """Digest the item at `start` to its end. Returns its window and the offset where it ends."""
    is_space = read_at(fd, start, 1).isspace()
    other_kind = _TOKEN if is_space else _SPACE
    digest = hashlib.blake2b(digest_size=32)
    offset = start
    has_line_end = False
    while chunk := read_at(fd, offset, WINDOW_BYTES):
        match = other_kind.search(chunk)
        part = chunk if match is None else chunk[: match.start()]
        digest.update(part.lower() if rules.fold_case else part)
        has_line_end = has_line_end or b"\n" in part or b"\r" in part
        offset += len(part)
        if match is not None:
            break
    if is_space and rules.mark_lines:
        is_mark = has_line_end and bool(read_at(fd, offset, 1))
        items = [LINE_MARK] if is_mark else []
    else:
        items = [digested(offset - start, digest.digest())]
    return Window(start=start, content=b"", items=items, rules=rules), offset


def _skip_spaces(fd: int, offset: int) -> int:
    """Where the first token from `offset` on begins, or the end of the file."""
    while chunk := read_at(fd, offset, WINDOW_BYTES):
        match = _TOKEN.search(chunk)
        if match is not None:
            return offset + match.start()
        offset += len(chunk)
    return offset
