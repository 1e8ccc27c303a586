"""A folder with room for so many bytes, shared by processes: the longest unused goes first, the held stay.

    root/                       0700
        room                    how many bytes are taken; locked by whoever changes that
        incoming/               being written, each file locked by its writer: one that is not is a crash's
        held/…/                 one folder a process, locked while that lives
            …/cdef…             a hard link to each file that one of its jobs needs
        ab/cdef…                the files, under their names

A file's time of access is that of its last use. A file that is held has more than one link, which every
process sees, and is not removed. The count may be too high after a crash, never too low: it is written before
the bytes are, and is put right by looking at what is there, which happens before anything is removed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
import fcntl
import os
from pathlib import Path
import shutil
import tempfile

from assay.errors import Unavailable

KEPT_PERCENT = 90  # of the bytes allowed, once something has to go: not each new file shall look for room

_UNKNOWN = -1


class Room:
    """Calls block; threads and processes may share the folder."""

    def __init__(self, root: Path, *, bytes_max: int) -> None:
        self._root = root
        self._bytes_max = bytes_max
        self._mine: Path | None = None
        self._lifeline = -1

    def take(self, size: int) -> tuple[int, Path]:
        """A new file of that size, for its writer to fill, name and close: a descriptor and its path.

        Raises `Unavailable` when there cannot be room, and OSError when the disk has none.
        """
        with self._counted() as counter:
            taken = _read(counter)
            if taken == _UNKNOWN or taken + size > self._bytes_max:
                taken = self._make_room(size)
            _write(counter, taken + size)
            descriptor, name = tempfile.mkstemp(dir=self._root / "incoming")
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if size:
                    os.posix_fallocate(descriptor, 0, size)
            except OSError:
                os.close(descriptor)
                Path(name).unlink()
                raise
            return descriptor, Path(name)

    def hold(self, files: Iterable[Path], folder: Path) -> list[Path]:
        """Keep these from being removed, by links in `folder` (see `holder`); those that are not there."""
        missing = []
        with self._counted():  # while nobody removes any
            for file in files:
                link = folder / (file.parent.name + file.name)
                with suppress(FileExistsError):
                    try:
                        link.hardlink_to(file)
                    except FileNotFoundError:
                        missing.append(file)
        return missing

    def holder(self) -> Path:
        """A new folder for links. Removing it lets go of them; so does the end of this process."""
        with self._counted():
            if self._mine is None or not self._mine.is_dir():  # somebody may have emptied the folder
                if self._lifeline >= 0:
                    os.close(self._lifeline)
                self._mine = Path(tempfile.mkdtemp(dir=self._root / "held"))
                self._lifeline = os.open(self._mine, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                fcntl.flock(self._lifeline, fcntl.LOCK_EX)
            return Path(tempfile.mkdtemp(dir=self._mine))

    def close(self) -> None:
        """Let go of all that is held."""
        if self._mine is not None:
            shutil.rmtree(self._mine, ignore_errors=True)
            os.close(self._lifeline)
            self._mine, self._lifeline = None, -1

    @contextmanager
    def _counted(self) -> Iterator[int]:
        for folder in (self._root, self._root / "incoming", self._root / "held"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self._root / "room", os.O_RDWR | os.O_CREAT) as counter:
            yield counter

    def _make_room(self, size: int) -> int:
        """Look at what is there, and remove what is neither held nor was used lately. The bytes left."""
        self._sweep()
        found = self._look()
        total = sum(size for _, size, _ in found.values())
        if total + size <= self._bytes_max:
            return total
        allowed = self._bytes_max * KEPT_PERCENT // 100 - size
        for _, freed, path in sorted((used, freed, path) for used, freed, path in found.values() if path):
            if total <= allowed:
                break
            path.unlink(missing_ok=True)
            total -= freed
        if total + size > self._bytes_max:
            raise Unavailable(
                f"no room for {size} bytes beside what is being judged: ASSAY_BLOB_CACHE_BYTES is "
                f"{self._bytes_max}. Make that larger, or ASSAY_SLOTS smaller"
            )
        return total

    def _look(self) -> dict[int, tuple[int, int, Path | None]]:
        """By inode: last use, bytes, and the path of what may be removed.

        A file may get its name meanwhile: it is looked for where it comes from before where it goes to, and
        is seen once or twice, but never missed.
        """
        found: dict[int, tuple[int, int, Path | None]] = {}
        for pattern in ("held/*/*/*", "incoming/*", "??/*"):
            for path in self._root.glob(pattern):
                with suppress(FileNotFoundError):
                    status = path.stat(follow_symlinks=False)
                    is_free = pattern == "??/*" and status.st_nlink == 1
                    found[status.st_ino] = (status.st_atime_ns, status.st_size, path if is_free else None)
        return found

    def _sweep(self) -> None:
        """Remove what the dead have left."""
        for path in self._root.glob("incoming/*"):
            if _is_left(path):
                path.unlink(missing_ok=True)
        for path in self._root.glob("held/*"):
            if _is_left(path):
                shutil.rmtree(path)


@contextmanager
def locked(path: Path, flags: int = os.O_RDONLY) -> Iterator[int]:
    """A descriptor that nobody else has locked: no other thread, and no other process."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_left(path: Path) -> bool:
    """Whether nobody has it locked any more."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:  # finished, and named, in the meantime
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _read(counter: int) -> int:
    text = os.pread(counter, 32, 0)
    return int(text) if text.isdigit() else _UNKNOWN


def _write(counter: int, taken: int) -> None:
    os.pwrite(counter, b"%020d" % taken, 0)
