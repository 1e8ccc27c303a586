"""Blobs on disk, named by the SHA-256 of their bytes.

    root/                       0700
        incoming/               unfinished; whatever is here after a crash is rubbish
        ab/                     first two digits
            cdef…               the other 62; 0444, never changed once it has its name

A blob gets its name only when all its bytes are on the disk, and `put` returns only when the name is, too.
"""

import errno
import hashlib
import os
from pathlib import Path
import re
import stat
import tempfile

from assay.domain.problem import DataRef
from assay.errors import Unavailable

CHUNK_BYTES = 1 << 20

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


class DiskBlobStore:
    """The `BlobStore` port, and `TestData` of imported problems. Calls block; processes may share it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"

    def put(self, content: int | bytes) -> DataRef:
        """Raises `Unavailable` when the disk is full."""
        try:
            return self._put(content)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise Unavailable(f"the data folder cannot be written: {error.strerror}") from error

    def _put(self, content: int | bytes) -> DataRef:
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        unfinished = Path(name)
        try:
            ref = DataRef(_copy(content, descriptor))
            os.fchmod(descriptor, 0o444)
            os.fsync(descriptor)
            place = self._place(ref)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            if not place.exists():
                unfinished.rename(place)
            # also when it was there: whoever put it may not have come this far
            _sync_folder(place.parent)
            _sync_folder(self._root)
        finally:
            os.close(descriptor)
            unfinished.unlink(missing_ok=True)
        return ref

    def open(self, ref: DataRef) -> int:
        """A read-only, close-on-exec descriptor. `FileNotFoundError` for what is no digest or not here."""
        if not _SHA256_HEX.fullmatch(ref):
            raise FileNotFoundError(f"{ref!r} names no blob: it is not a SHA-256 in hex")
        descriptor = os.open(self._place(ref), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError(f"blob {ref} is not a regular file")
        return descriptor

    def _place(self, ref: DataRef) -> Path:
        return self._root / ref[:2] / ref[2:]


def _copy(content: int | bytes, target: int) -> str:
    """Write the content to the target descriptor and return its SHA-256 (hex)."""
    digest = hashlib.sha256()
    offset = 0
    while chunk := _chunk(content, offset):
        digest.update(chunk)
        offset += len(chunk)
        written = 0
        while written < len(chunk):
            written += os.write(target, chunk[written:])
    return digest.hexdigest()


def _chunk(content: int | bytes, offset: int) -> bytes:
    """The next bytes. A descriptor is read by position: where its owner stands in it stays untouched."""
    if isinstance(content, int):
        return os.pread(content, CHUNK_BYTES, offset)
    return content[offset : offset + CHUNK_BYTES]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
