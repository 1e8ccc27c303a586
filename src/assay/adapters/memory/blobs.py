"""Blobs in memory, opened as anonymous files: whoever is handed one gets a descriptor like any other."""

import hashlib
import os

from assay.domain.problem import DataRef

CHUNK_BYTES = 1 << 20


class MemoryBlobStore:
    """The `BlobStore` port."""

    def __init__(self) -> None:
        self._blobs: dict[DataRef, bytes] = {}

    def put(self, content: int | bytes) -> DataRef:
        data = content if isinstance(content, bytes) else _read_all(content)
        ref = DataRef(hashlib.sha256(data).hexdigest())
        self._blobs[ref] = data
        return ref

    def open(self, ref: DataRef) -> int:
        if ref not in self._blobs:
            raise FileNotFoundError(f"there is no blob {ref!r}")
        writable = os.memfd_create(f"blob-{ref[:8]}", os.MFD_CLOEXEC)
        try:
            with os.fdopen(os.dup(writable), "wb") as file:
                file.write(self._blobs[ref])
            # opened anew: read-only, and at its start
            return os.open(f"/proc/self/fd/{writable}", os.O_RDONLY | os.O_CLOEXEC)
        finally:
            os.close(writable)


def _read_all(descriptor: int) -> bytes:
    chunks = []
    offset = 0
    while chunk := os.pread(descriptor, CHUNK_BYTES, offset):
        chunks.append(chunk)
        offset += len(chunk)
    return b"".join(chunks)
