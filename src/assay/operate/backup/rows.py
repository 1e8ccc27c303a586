"""Rows of a table as text: one JSON list a line, compressed part by part.

Bytes are {"b": base64}; everything else is JSON's own. Text in one database may be bytes in the other: who
loads rows knows what its columns are, and `as_kind` makes it so.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from enum import StrEnum
import gzip
import json
from typing import IO, TypeAlias, assert_never
import zlib

Value: TypeAlias = str | int | float | bool | bytes | None
Row: TypeAlias = Sequence[Value]

PART_BYTES = 4 << 20  # of text; then the next part begins. Compressed it is in memory whole
ROW_BYTES_MAX = 128 << 20  # of text; the largest is an answer of 16 MiB, spelt in base64
COMPRESSION = 4  # of 1 to 9; more takes twice the time for a twentieth of the bytes


class Kind(StrEnum):
    """What a column of a database takes."""

    TEXT = "text"
    BYTES = "bytes"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"


class Damaged(Exception):
    """A part cannot be what was written. The message says why."""


class PartWriter:
    """Gathers rows until there are enough for a part."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self.rows = 0
        self.text_bytes = 0

    @property
    def is_full(self) -> bool:
        return self.text_bytes >= PART_BYTES

    def add(self, row: Row) -> None:
        """Raises ValueError for a row that no reader would take."""
        line = encode_row(row)
        if len(line) > ROW_BYTES_MAX:
            raise ValueError(f"a row of {len(line)} bytes is longer than {ROW_BYTES_MAX}")
        self._lines.append(line)
        self.rows += 1
        self.text_bytes += len(line)

    def packed(self) -> bytes:
        return gzip.compress(b"".join(self._lines), COMPRESSION, mtime=0)


def encode_row(row: Row) -> bytes:
    values = [{"b": b64encode(value).decode()} if isinstance(value, bytes) else value for value in row]
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def read_rows(packed: IO[bytes], *, width: int) -> Iterator[tuple[list[Value], int]]:
    """Each row of a part, and the length of its line. Takes a line at a time. Raises `Damaged`."""
    try:
        with gzip.open(packed) as text:
            while line := text.readline(ROW_BYTES_MAX + 1):
                if len(line) > ROW_BYTES_MAX:
                    raise Damaged(f"a row has more than {ROW_BYTES_MAX} bytes")
                yield _decode_row(line, width), len(line)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Damaged(f"cannot be decompressed: {error}") from None


def _decode_row(line: bytes, width: int) -> list[Value]:
    try:
        values = json.loads(line)
        if not isinstance(values, list) or len(values) != width:
            raise Damaged(f"a row is no list of {width} values")
        return [_decode(value) for value in values]
    except (ValueError, RecursionError):
        raise Damaged("a row is no JSON") from None


def _decode(value: object) -> Value:
    if isinstance(value, dict):
        encoded = value.get("b")
        if not isinstance(encoded, str) or len(value) != 1:
            raise Damaged("a row has a value of no kind that is known")
        return b64decode(encoded, validate=True)
    if value is None or isinstance(value, str | int | float):
        return value
    raise Damaged("a row has a value of no kind that is known")


def as_kind(value: Value, kind: Kind) -> Value:
    """The value as a column of that kind takes it. Raises ValueError when it cannot."""
    if value is None:
        return None
    match kind:
        case Kind.TEXT:
            if isinstance(value, str | bytes):
                return value.decode() if isinstance(value, bytes) else value
        case Kind.BYTES:
            if isinstance(value, str | bytes):
                return value.encode() if isinstance(value, str) else value
        case Kind.INTEGER:
            if isinstance(value, int):
                return int(value)
        case Kind.REAL:
            if isinstance(value, int | float):
                return float(value)
        case Kind.BOOLEAN:
            if isinstance(value, int) and value in (0, 1):
                return bool(value)
        case _:
            assert_never(kind)
    raise ValueError(f"{type(value).__name__} where {kind} belongs")
