"""The only access to a package's files. A stranger wrote them: nothing is followed, everything is bounded.

Every file is opened name by name relative to its folder's descriptor, with O_NOFOLLOW, so that neither a
symbolic link nor one that is put there in the meantime leads outside. The specification allows links within
the package; Assay refuses them all, by name, because a copy does as well and cannot lead anywhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import re
import stat

from assay.domain.problem import DataRef
from assay.problems.package import Report

ENTRIES_MAX = 20_000  # files and folders; the largest known packages have some thousand
DEPTH_MAX = 12  # data/secret/<group>/<folder>/<test>.in is 4
NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}")  # specification: general requirements
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # a surrogate is a byte that is not UTF-8
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # non-blocking: opening a FIFO must not wait
_TIMELIMIT = ".timelimit"  # the one hidden file with a meaning, by convention of the legacy format's tools


class PackageFolder:
    """A package's regular files, found once by `scan`, read through the folder's descriptor."""

    def __init__(self, root_fd: int, report: Report, *, any_name: bool = False) -> None:
        """`any_name`: of a format that, unlike the package format, allows all names (but hidden ones)."""
        self._root_fd = root_fd
        self._any_name = any_name
        self._report = report
        self._count = 0
        self.sizes: dict[str, int] = {}
        self.folders: set[str] = set()

    def scan(self) -> None:
        """Find every file and folder; report links, devices, impossible names, and too much of anything."""
        self._scan(self._root_fd, "", 1)

    def files_below(self, folder: str) -> list[str]:
        """Paths of all files below a folder, ordered by path components."""
        return sorted((path for path in self.sizes if path.startswith(f"{folder}/")), key=path_order)

    def names_in(self, folder: str) -> list[str]:
        """Names of the files and folders directly in a folder, ordered."""
        prefix = f"{folder}/"
        paths = [*self.sizes, *self.folders]
        return sorted(p[len(prefix) :] for p in paths if p.startswith(prefix) and "/" not in p[len(prefix) :])

    def read(self, path: str, *, bytes_max: int) -> bytes | None:
        """A file's content; None, reported, when it is larger than `bytes_max` or cannot be read."""
        if self.sizes[path] > bytes_max:
            self._report.error(path, f"is {self.sizes[path]} bytes; at most {bytes_max} are allowed here")
            return None
        try:
            fd = open_below(self._root_fd, path)
        except OSError as error:
            self._report.error(path, unreadable(error))
            return None
        with os.fdopen(fd, "rb") as file:
            return file.read(bytes_max)

    def read_text(self, path: str, *, bytes_max: int) -> str | None:
        """A file's text; None, reported, if not UTF-8. A byte-order mark is dropped, with a warning."""
        content = self.read(path, bytes_max=bytes_max)
        if content is None:
            return None
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._report.error(path, "is not UTF-8; save it as UTF-8", line=line)
            return None
        if text.startswith("\ufeff"):
            self._report.warn(path, "begins with a byte-order mark, which the specification forbids", line=1)
        return text.removeprefix("\ufeff").replace("\r\n", "\n")

    def open(self, path: str) -> int:
        """A descriptor of a file that the scan found. The caller closes it. Raises OSError."""
        return open_below(self._root_fd, path)

    def _scan(self, folder_fd: int, folder: str, depth: int) -> None:
        with os.scandir(folder_fd) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            self._count += 1
            if self._count > ENTRIES_MAX:
                if self._count == ENTRIES_MAX + 1:
                    self._report.error(
                        folder or ".", f"more than {ENTRIES_MAX} files and folders in the package"
                    )
                return
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name[0] in ".-" and path != _TIMELIMIT:
                continue  # specification: to be treated as if removed
            if not self._is_name_usable(path, entry.name):
                continue
            self._scan_entry(folder_fd, path, entry, depth)

    def _scan_entry(self, folder_fd: int, path: str, entry: os.DirEntry[str], depth: int) -> None:
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            self.sizes[path] = status.st_size
        elif stat.S_ISLNK(status.st_mode):
            self._report.error(path, "is a symbolic link; put a copy of the file in its place")
        elif not stat.S_ISDIR(status.st_mode):
            self._report.error(path, "is neither a file nor a folder; remove it")
        elif depth >= DEPTH_MAX:
            self._report.error(path, f"folders are nested more than {DEPTH_MAX} deep")
        else:
            self.folders.add(path)
            try:
                inner_fd = os.open(entry.name, _READ_FLAGS | os.O_DIRECTORY, dir_fd=folder_fd)
            except OSError as error:
                self._report.error(path, unreadable(error))
                return
            try:
                self._scan(inner_fd, path, depth + 1)
            finally:
                os.close(inner_fd)

    def _is_name_usable(self, path: str, name: str) -> bool:
        if _CONTROL.search(name):
            self._report.error(printable(path), "the name has control characters or is not UTF-8; rename it")
            return False
        if self._any_name or NAME.fullmatch(name) or path.startswith("submissions/") or path == _TIMELIMIT:
            return True  # a submission's files have whatever names its author chose
        allowed = "allowed are letters, digits, '_', '.' and '-'"
        if path.startswith("data/") and name.endswith((".in", ".ans")):
            # The specification would have it ignored; a test that silently vanishes makes wrong verdicts.
            self._report.error(path, f"the name has characters that the format forbids; {allowed}")
        else:
            self._report.warn(
                path, f"ignored, because its name has characters that the format forbids; {allowed}"
            )
        return False


class PackageData:
    """Opens the test files of a package that is still a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, ref: DataRef) -> int:
        """A read-only descriptor, never through a link. The caller closes it. Raises OSError."""
        with _folder_fd(self._root) as root_fd:
            return open_below(root_fd, ref)


@contextmanager
def open_package(path: Path, report: Report, *, any_name: bool = False) -> Iterator[PackageFolder]:
    """The package at `path`, scanned. Raises OSError when that is no folder."""
    with _folder_fd(path) as root_fd:
        folder = PackageFolder(root_fd, report, any_name=any_name)
        folder.scan()
        yield folder


def open_below(root_fd: int, path: str) -> int:
    """Open a regular file below a folder, name by name. Raises OSError for anything else, `..` included."""
    *folders, name = path.split("/")
    if any(part in ("", ".", "..") for part in (*folders, name)):
        raise OSError(f"not a path below the package: {path!r}")
    current = os.dup(root_fd)
    try:
        for part in folders:
            inner = os.open(part, _READ_FLAGS | os.O_DIRECTORY, dir_fd=current)
            os.close(current)
            current = inner
        fd = os.open(name, _READ_FLAGS, dir_fd=current)
    finally:
        os.close(current)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(f"not a regular file: {path!r}")
    return fd


def path_order(path: str) -> list[str]:
    """Sorts paths as a walk does: by name within each folder (specification: lexicographical order)."""
    return path.split("/")


def unreadable(error: OSError) -> str:
    """What to say of a file or folder that cannot be opened. We read as an ordinary user: modes count."""
    remedy = "; 'chmod -R o+rX' on the package helps" if isinstance(error, PermissionError) else ""
    return f"cannot be read: {error.strerror}{remedy}"


def printable(text: str) -> str:
    """The text with control characters and stray bytes escaped, fit for a message."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


@contextmanager
def _folder_fd(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield fd
    finally:
        os.close(fd)
