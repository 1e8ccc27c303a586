"""Distant stores that count who asks them, and that fail, wait or lie when told to."""

from collections.abc import Callable, Iterator
import hashlib
from pathlib import Path
import sys
import threading

from assay.adapters.disk.blob_cache import CachedBlobs
from assay.domain.problem import DataRef
from assay.errors import Unavailable


class Origin:
    """In memory. `is_gone`: nobody can be asked; `before`: called with each chunk that is given out."""

    def __init__(self) -> None:
        self.blobs: dict[DataRef, bytes] = {}
        self.fetched: list[DataRef] = []
        self.is_gone = False
        self.before: Callable[[], object] = lambda: None
        self._lock = threading.Lock()

    def put(self, content: int | bytes) -> DataRef:
        assert isinstance(content, bytes)
        ref = DataRef(hashlib.sha256(content).hexdigest())
        self.blobs[ref] = content
        return ref

    def fetch(self, ref: DataRef) -> tuple[int, Iterator[bytes]]:
        with self._lock:
            self.fetched.append(ref)
        if self.is_gone:
            self.before()
            raise Unavailable("the store is gone")
        if ref not in self.blobs:
            raise FileNotFoundError(ref)
        return len(self.blobs[ref]), self._chunks(self.blobs[ref])

    def _chunks(self, content: bytes) -> Iterator[bytes]:
        for start in range(0, len(content), 4096):
            self.before()
            yield content[start : start + 4096]


class FolderOrigin:
    """Files of a folder, for several processes: each fetch is a line in `log`, and waits for `gate`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: int | bytes) -> DataRef:
        assert isinstance(content, bytes)
        ref = DataRef(hashlib.sha256(content).hexdigest())
        (self.folder / ref).write_bytes(content)
        return ref

    def fetch(self, ref: DataRef) -> tuple[int, Iterator[bytes]]:
        with (self.folder / "log").open("a") as log:
            log.write(f"{ref}\n")
        return (self.folder / ref).stat().st_size, self._chunks(ref)

    def _chunks(self, ref: DataRef) -> Iterator[bytes]:
        content = (self.folder / ref).read_bytes()
        yield content[:10]
        with (self.folder / "gate").open("rb") as gate:  # a pipe: it opens when somebody writes
            gate.read()
        yield content[10:]


if __name__ == "__main__":  # a process: origin, cache, what to do, blobs
    folder, root, verb, *refs = sys.argv[1:]
    cache = CachedBlobs(FolderOrigin(Path(folder)), Path(root), bytes_max=1 << 20)
    if verb == "hold":
        cache.hold([DataRef(ref) for ref in refs]).fill()
        print("held", flush=True)
        sys.stdin.read()
    for ref in refs:
        cache.open(DataRef(ref))
