"""Compilations on disk, as many bytes as are allowed, the longest unused given up first.

    root/                       0700
        incoming/               unfinished; what a crash leaves here grows old and goes like an entry
        ab/cdef…                one compilation, under its key: first two digits, the other 62

    an entry      "assay compilation 1 " SHA-256 (hex) of all that follows "\\n"
                  JSON: key, bytes of output, name, bytes and mode of each artefact "\\n"
                  output, artefacts

A file's time of change is that of its last use. Nothing is synced: what a crash leaves unfinished under its
name does not have its digest, and is as good as absent.
"""

from contextlib import suppress
import hashlib
import json
import os
from pathlib import Path
import re
import stat
import tempfile
import threading

from assay.judging.compile_cache import Artefact, Compiled

ENTRY_SHARE = 4  # no entry larger than this fraction of the whole
KEPT_PERCENT = 90  # of the bytes allowed, once something has to go: not each new entry shall look for room
LOOK_EVERY = 500  # entries kept; others may use the folder, too

_MAGIC = b"assay compilation 1 "
_KEY = re.compile(r"[0-9a-f]{64}")
_HEAD_BYTES = len(_MAGIC) + 64 + 1


class DiskCompileCache:
    """The `CompileCache` port. Threads and processes may share the folder."""

    def __init__(self, root: Path, *, bytes_max: int) -> None:
        self._root = root
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        self._added_bytes = bytes_max  # unknown: the first that is kept looks
        self._kept = 0

    def find(self, key: str) -> Compiled | None:
        place = self._place(key)
        try:
            entry = _read_regular(place, self._bytes_max)
        except OSError:
            return None
        compiled = decode(key, entry)
        with suppress(OSError):
            if compiled is None:
                place.unlink()
            else:
                os.utime(place)
        return compiled

    def keep(self, key: str, compiled: Compiled) -> None:
        entry, place = encode(key, compiled), self._place(key)
        if len(entry) > self._bytes_max // ENTRY_SHARE:
            return
        with suppress(OSError):
            self._write(place, entry)
            with self._lock:
                self._added_bytes += len(entry)
                self._kept += 1
                if self._added_bytes > self._bytes_max or self._kept % LOOK_EVERY == 0:
                    self._make_room()

    def clear(self) -> int:
        """Remove what is kept; how many there were. Raises OSError for what cannot be removed."""
        found = [*self._root.glob("??/*"), *self._root.glob("incoming/*")]
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _write(self, place: Path, entry: bytes) -> None:
        incoming = self._root / "incoming"
        for folder in (self._root, incoming, place.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(entry)
            Path(name).rename(place)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _make_room(self) -> None:
        """Look at all entries; when they are too many bytes, remove those that were not used for longest."""
        found = []
        for path in (*self._root.glob("??/*"), *self._root.glob("incoming/*")):
            with suppress(OSError):
                status = path.stat(follow_symlinks=False)
                found.append((status.st_mtime_ns, status.st_size, path))
        total = sum(size for _, size, _ in found)
        allowed = self._bytes_max * KEPT_PERCENT // 100 if total > self._bytes_max else self._bytes_max
        for _, size, path in sorted(found):
            if total <= allowed:
                break
            with suppress(OSError):
                path.unlink()
            total -= size
        self._added_bytes = total

    def _place(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a SHA-256 in hex")
        return self._root / key[:2] / key[2:]


def encode(key: str, compiled: Compiled) -> bytes:
    """An entry's bytes. Pure."""
    described = {
        "key": key,
        "output": len(compiled.output),
        "artefacts": [[each.name, len(each.content), each.executable] for each in compiled.artefacts],
    }
    contents = b"".join(each.content for each in compiled.artefacts)
    body = json.dumps(described).encode() + b"\n" + compiled.output + contents
    return _MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def decode(key: str, entry: bytes) -> Compiled | None:
    """None when a byte is not as it was written, or it was written under another key. Pure."""
    body = entry[_HEAD_BYTES:]
    if entry[:_HEAD_BYTES] != _MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n":
        return None
    described, _, rest = body.partition(b"\n")
    header = json.loads(described)  # no surprises: what has its digest was written by `encode`
    if header["key"] != key:
        return None
    output, start = rest[: header["output"]], header["output"]
    artefacts = []
    for name, size, executable in header["artefacts"]:
        artefacts.append(Artefact(name=name, content=rest[start : start + size], executable=executable))
        start += size
    return Compiled(artefacts=tuple(artefacts), output=output)


def _read_regular(path: Path, bytes_max: int) -> bytes:
    """Raises OSError for anything but a regular file of at most that size. Never waits, follows no link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > bytes_max:
            raise OSError(f"{path} is no entry")
        return file.read(bytes_max)
