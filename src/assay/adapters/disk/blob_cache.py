"""Blobs of a distant store, kept on this machine's disk while there is room (room.py).

A blob's name is the digest of its bytes, and a problem's version is made of its blobs' names. So nothing here
can be out of date: another version of a problem names other blobs, and the old ones grow old and go.

Each file is hashed when it is fetched, before it has its name, and once more by each process that uses it, at
its first use: that finds what a crash or a disk has done to it, and nothing has to be synced. Inode, size and
time of modification as they were then are compared at each use: whoever writes to it, cuts it short or puts
another one in its place changes one of them. A damaged file is removed and fetched again. What a disk does
to a file after its first use, and hides, is found by the next process alone.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
import errno
import hashlib
import os
from pathlib import Path
import re
import shutil
import stat
import threading
import time
from typing import Protocol

from assay.adapters.disk.room import Room, locked
from assay.domain.problem import DataRef
from assay.errors import Unavailable

CHUNK_BYTES = 1 << 20
FETCHES_MAX = 8  # at once for one submission: round trips, not the wire, are what small files wait for
KNOWN_MAX = 1 << 16  # files remembered as sound; past this all are hashed again: a few MB of memory
TRIES_MAX = 5  # to open or hold what was there a moment ago: others may remove it, but not that often

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_Marks = tuple[int, int, int]  # inode, bytes, time of modification


class UnusableBlob(Unavailable):
    """Neither another try nor another machine helps: it is damaged where it comes from, or too large."""


class Origin(Protocol):
    """Where the blobs are. Calls block; threads may share it."""

    def put(self, content: int | bytes) -> DataRef:
        """See `BlobStore.put`."""
        ...

    def fetch(self, ref: DataRef) -> tuple[int, Iterator[bytes]]:
        """Its size, and its bytes, which nobody has hashed. Raises `FileNotFoundError`, `Unavailable`."""
        ...


class CachedBlobs:
    """The `BlobStore` port. Threads and processes may share the folder, which may be deleted at any time."""

    def __init__(self, origin: Origin, root: Path, *, bytes_max: int) -> None:
        self._origin = origin
        self._root = root
        self._bytes_max = bytes_max
        self._room = Room(root, bytes_max=bytes_max)
        self._lock = threading.Lock()
        self._known: dict[DataRef, _Marks] = {}
        self._fetching: dict[DataRef, Future[None]] = {}

    def put(self, content: int | bytes) -> DataRef:
        """Into the distant store. Raises `Unavailable`."""
        return self._origin.put(content)

    def open(self, ref: DataRef) -> int:
        """A read-only, close-on-exec descriptor, which stays good whatever is removed.

        Raises `FileNotFoundError`, and `Unavailable` when it can be neither found here nor fetched.
        """
        if not _SHA256_HEX.fullmatch(ref):
            raise FileNotFoundError(f"{ref!r} names no blob: it is not a SHA-256 in hex")
        for _ in range(TRIES_MAX):
            descriptor = self._open_known(ref)
            if descriptor is not None:
                return descriptor
            self._bring(ref)
        raise Unavailable(f"{self._root} loses its files as soon as they are there")

    def is_here(self, ref: DataRef) -> bool:
        """Whether `open` would find it without fetching or hashing."""
        descriptor = self._open_known(ref)
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is not None

    def hold(self, refs: Iterable[DataRef]) -> "Held":
        """Have these here until `release`: opening them asks no other machine. Nothing is done yet."""
        return Held(self, self._room, {ref: self._place(ref) for ref in refs})

    def close(self) -> None:
        """Let go of all that is held."""
        self._room.close()

    def _open_known(self, ref: DataRef) -> int | None:
        """Open it if it is here, and as it was when its bytes were last hashed; note that it is used."""
        try:
            descriptor = os.open(self._place(ref), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            return None  # a link
        status = os.fstat(descriptor)
        if self._known.get(ref) != _marks(status):
            os.close(descriptor)
            return None
        os.utime(descriptor, ns=(time.time_ns(), status.st_mtime_ns))
        return descriptor

    def _bring(self, ref: DataRef) -> None:
        """Make it here and sound. Of many who want it at once one does the work, and all have its trouble."""
        mine: Future[None] = Future()
        with self._lock:
            first = self._fetching.setdefault(ref, mine)
        if first is not mine:
            first.result()
            return
        try:
            with _full_disk_named():
                self._fetch_unless_sound(ref)
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(None)
        finally:
            with self._lock:
                del self._fetching[ref]

    def _fetch_unless_sound(self, ref: DataRef) -> None:
        place = self._place(ref)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(place.parent):  # one fetch also for many processes
            if self._is_sound(ref):
                return
            size, chunks = self._origin.fetch(ref)
            if size > self._bytes_max:
                raise UnusableBlob(
                    f"blob {ref} has {size} bytes, more than the whole cache: raise ASSAY_BLOB_CACHE_BYTES"
                )
            descriptor, unfinished = self._room.take(size)
            try:
                if _write(descriptor, chunks, size) != ref:
                    raise UnusableBlob(
                        f"blob {ref} is damaged in the store of test data; import its problem again"
                    )
                os.fchmod(descriptor, 0o444)
                self._remember(ref, os.fstat(descriptor))
                unfinished.rename(place)
            finally:
                unfinished.unlink(missing_ok=True)
                os.close(descriptor)

    def _is_sound(self, ref: DataRef) -> bool:
        """Whether it is here with all its bytes, hashed now. What is there instead is removed."""
        place = self._place(ref)
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return False
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            place.unlink()
            return False
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode) and hashlib.file_digest(file, "sha256").hexdigest() == ref:
                self._remember(ref, status)
                return True
        place.unlink()
        return False

    def _remember(self, ref: DataRef, status: os.stat_result) -> None:
        with self._lock:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[ref] = _marks(status)

    def _place(self, ref: DataRef) -> Path:
        return self._root / ref[:2] / ref[2:]


class Held:
    """Blobs that stay here as long as they are needed. `release` whatever became of `fill`."""

    def __init__(self, cache: CachedBlobs, room: Room, places: dict[DataRef, Path]) -> None:
        self._cache = cache
        self._room = room
        self._places = places
        self._folder: Path | None = None
        self._filling = threading.Lock()
        self._is_given_up = threading.Event()

    def fill(self) -> None:
        """Fetch what is not here. Blocks. Raises what `CachedBlobs.open` raises."""
        with self._filling, _full_disk_named():
            if not self._is_given_up.is_set():
                self._folder = self._room.holder()
                self._fill(self._folder)

    def release(self) -> None:
        """They may go now. Blocks for a moment; while another thread fills, until that has noticed."""
        self._is_given_up.set()
        with self._filling:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _fill(self, folder: Path) -> None:
        wanted = dict(self._places)
        for _ in range(TRIES_MAX):
            if not wanted or self._is_given_up.is_set():
                return
            absent = [ref for ref in wanted if not self._cache.is_here(ref)]
            if absent:
                self._fetch(absent)
            gone = set(self._room.hold(wanted.values(), folder))
            wanted = {ref: place for ref, place in wanted.items() if place in gone}
        if wanted:
            raise Unavailable(f"{folder.parent.parent.parent} loses its files as soon as they are there")

    def _fetch(self, refs: list[DataRef]) -> None:
        with ThreadPoolExecutor(FETCHES_MAX, thread_name_prefix="blobs") as threads:
            tasks = [threads.submit(self._fetch_one, ref) for ref in refs]
            try:
                for task in tasks:
                    task.result()
            except BaseException:
                self._is_given_up.set()  # the others need not be fetched, either
                raise

    def _fetch_one(self, ref: DataRef) -> None:
        if not self._is_given_up.is_set():
            os.close(self._cache.open(ref))


@contextmanager
def _full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Unavailable(f"the cache of test data cannot be written: {error.strerror}") from error


def _write(descriptor: int, chunks: Iterator[bytes], size: int) -> str:
    """Write them, and return their SHA-256 (hex). More than `size` are not written."""
    digest = hashlib.sha256()
    done = 0
    for chunk in chunks:
        digest.update(chunk)
        if done + len(chunk) > size:
            break
        written = 0
        while written < len(chunk):
            written += os.pwrite(descriptor, chunk[written:], done + written)
        done += len(chunk)
    return digest.hexdigest() if done == size else ""


def _marks(status: os.stat_result) -> _Marks:
    return status.st_ino, status.st_size, status.st_mtime_ns
