"""The file of a backup: plain entries one after the other, written once and read with suspicion.

Nothing is unpacked: an entry is a range of bytes in the file. A header that is damaged hides its entry, and
the next one is looked for behind it, so that one look finds all damage.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
import hashlib
import io
import os
import re
import tarfile

BLOCK = tarfile.BLOCKSIZE
CHUNK_BYTES = 1 << 20
ENTRIES_MAX = 4_000_000  # a hundred bytes each while they are read
ENTRY_BYTES_MAX = (1 << 33) - 1  # what the header's eleven octal digits say; test files have 2 GiB at most

_ZEROS = bytes(BLOCK)
_NAME = re.compile(
    r"(assay-backup|settings|manifest)\.json|manifest\.sha256|"
    r"tables/[a-z_]{1,40}/[0-9]{6,9}\.jsonl\.gz|blobs/[0-9a-f]{2}/[0-9a-f]{62}"
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """An entry that is in the file now."""

    size_bytes: int
    sha256: str


class ArchiveWriter:
    """Appends entries to a new file. Raises OSError when the disk is full."""

    def __init__(self, fd: int, *, at_seconds: int) -> None:
        """`at_seconds` since 1970: the time that all entries bear."""
        self._fd = fd
        self._at_seconds = at_seconds
        self.size_bytes = 0

    def add(self, name: str, content: bytes) -> Written:
        self._begin(name, len(content))
        self._write(content)
        self._pad()
        return Written(size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())

    def add_file(self, name: str, source: int, *, sha256: str) -> int | None:
        """All that a descriptor has, unless it is not what its digest says: then nothing, and None.

        Its size otherwise.
        """
        before = self.size_bytes
        size = os.fstat(source).st_size
        self._begin(name, size)
        digest = hashlib.sha256()
        offset = 0
        while offset < size and (chunk := os.pread(source, min(CHUNK_BYTES, size - offset), offset)):
            digest.update(chunk)
            self._write(chunk)
            offset += len(chunk)
        if offset != size or digest.hexdigest() != sha256:
            os.ftruncate(self._fd, before)
            os.lseek(self._fd, before, os.SEEK_SET)
            self.size_bytes = before
            return None
        self._pad()
        return size

    def finish(self) -> None:
        self._write(2 * _ZEROS)

    def _begin(self, name: str, size: int) -> None:
        if not _NAME.fullmatch(name) or size > ENTRY_BYTES_MAX:
            raise ValueError(f"{name}, {size} bytes: no entry of a backup")
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, self._at_seconds
        self._write(info.tobuf(tarfile.USTAR_FORMAT))

    def _pad(self) -> None:
        self._write(bytes(-self.size_bytes % BLOCK))

    def _write(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            written = os.write(self._fd, view)
            view = view[written:]
            self.size_bytes += written


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an entry's bytes are."""

    offset: int
    size_bytes: int


class Archive:
    """A file that is there, by its descriptor, which stays the caller's."""

    def __init__(self, fd: int) -> None:
        """Walk over all headers. `damage` is what was not as it should be, as (where, what)."""
        self._fd = fd
        self.size_bytes = os.fstat(fd).st_size
        self.entries: dict[str, Entry] = {}
        self.damage: list[tuple[str, str]] = []
        self._walk()

    def read(self, name: str, *, bytes_max: int) -> bytes | None:
        """An entry's bytes, if it is there and not larger than that."""
        entry = self.entries.get(name)
        if entry is None or entry.size_bytes > bytes_max:
            return None
        return b"".join(self.chunks(entry))

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        offset, end = entry.offset, entry.offset + entry.size_bytes
        while offset < end and (chunk := os.pread(self._fd, min(CHUNK_BYTES, end - offset), offset)):
            yield chunk
            offset += len(chunk)

    def sha256(self, entry: Entry, *, tell: Callable[[int], None]) -> str:
        """`tell` hears of each piece's size."""
        digest = hashlib.sha256()
        for chunk in self.chunks(entry):
            digest.update(chunk)
            tell(len(chunk))
        return digest.hexdigest()

    def open(self, entry: Entry) -> io.BufferedReader:
        """The entry's bytes as a file of their own."""
        return io.BufferedReader(_Range(self._fd, entry), CHUNK_BYTES)

    def _walk(self) -> None:
        at = 0
        while at < self.size_bytes:
            block = os.pread(self._fd, BLOCK, at)
            if block == _ZEROS:
                break
            info = _header(block)
            at += BLOCK
            if info is None:
                self._damaged(
                    f"byte {at - BLOCK}", "no entry of a backup begins here, or its head is damaged"
                )
                at = self._next_header(at)
            elif at + info.size > self.size_bytes:
                self._damaged(info.name, "is cut off: the file ends too early")
                return
            else:
                self._note(info, at)
                at += info.size
                padding = -info.size % BLOCK
                if os.pread(self._fd, padding, at).strip(b"\0"):
                    self._damaged(info.name, "has something behind it where nothing belongs")
                at += padding
        self._check_end(at)

    def _note(self, info: tarfile.TarInfo, at: int) -> None:
        if info.name in self.entries:
            self._damaged(info.name, "is there twice")
        elif len(self.entries) >= ENTRIES_MAX:
            if len(self.entries) == ENTRIES_MAX:
                self._damaged(info.name, f"there are more than {ENTRIES_MAX} entries")
        else:
            self.entries[info.name] = Entry(at, info.size)

    def _check_end(self, at: int) -> None:
        rest = os.pread(self._fd, 2 * BLOCK, at)
        if rest != 2 * _ZEROS[: len(rest)] or len(rest) < 2 * BLOCK:
            self._damaged("the end", "is missing or damaged: the file ends too early")
        elif self.size_bytes > at + 2 * BLOCK:
            self._damaged("the end", "there is more behind it")

    def _next_header(self, at: int) -> int:
        while at < self.size_bytes:
            block = os.pread(self._fd, BLOCK, at)
            is_end = block == _ZEROS and at + 2 * BLOCK >= self.size_bytes
            if is_end or _header(block) is not None:
                return at
            at += BLOCK
        return at

    def _damaged(self, where: str, what: str) -> None:
        self.damage.append((where, what))


class _Range(io.RawIOBase):
    """A part of a file, read by position."""

    def __init__(self, fd: int, entry: Entry) -> None:
        self._fd = fd
        self._at, self._end = entry.offset, entry.offset + entry.size_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a bytearray or array never comes
        count = min(len(buffer), self._end - self._at)
        read = os.preadv(self._fd, [buffer[:count]], self._at) if count > 0 else 0
        self._at += read
        return read


def _header(block: bytes) -> tarfile.TarInfo | None:
    """Of a plain file with one of our names; None for everything else that tar files may have."""
    if block[257:263] != b"ustar\0":
        return None
    try:
        info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.TarError, ValueError):
        return None
    is_ours = (
        info.type == tarfile.REGTYPE and _NAME.fullmatch(info.name) and 0 <= info.size <= ENTRY_BYTES_MAX
    )
    return info if is_ours else None
