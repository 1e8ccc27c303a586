"""The only access to a package's files. A stranger wrote them: nothing leads outside, everything is bounded.

Symbolic links are resolved by hand (links.py), and only within the package. To whoever reads it, a link is
what it leads to: the file under its own name, or the folder with all that is in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
import fcntl
import os
from pathlib import Path
import re
import stat

from assay.domain.problem import DataRef
from assay.errors import Finding
from assay.problems.links import LeadsOutside, TooManyLinks, find_below, open_file_below
from assay.problems.package import Report

ENTRIES_MAX = 20_000  # files and folders; the largest known packages have some thousand
DEPTH_MAX = 12  # data/secret/<group>/<folder>/<test>.in is 4
NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}")  # specification: general requirements
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # a surrogate is a byte that is not UTF-8
_TIMELIMIT = ".timelimit"  # the one hidden file with a meaning, by convention of the legacy format's tools


class PackageFolder:
    """A package's regular files, found once by `scan`, read through the folder's descriptor.

    `overlay` holds the files that are not as on the disk, or not there at all: contents by path.
    """

    def __init__(self, root_fd: int, report: Report, *, any_name: bool = False) -> None:
        """`any_name`: of a format that, unlike the package format, allows all names (but hidden ones)."""
        self._root_fd = root_fd
        self._any_name = any_name
        self._report = report
        self._count = 0
        self.sizes: dict[str, int] = {}
        self.folders: set[str] = set()
        self.executables: set[str] = set()
        self.overlay: dict[str, bytes] = {}

    def scan(self) -> None:
        """Find every file and folder; report devices, links that lead astray, impossible names, too much."""
        self._scan(self._root_fd, "", ("",))

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
        size = len(self.overlay[path]) if path in self.overlay else self.sizes[path]
        if size > bytes_max:
            self._report.error(path, f"is {size} bytes; at most {bytes_max} are allowed here")
            return None
        try:
            fd = self.open(path)
        except OSError as error:
            self._report.error(path, unreadable(error))
            return None
        with os.fdopen(fd, "rb") as file:
            return file.read(bytes_max)

    def peek(self, path: str, *, bytes_max: int) -> bytes | None:
        """As `read`, but None without a report for a file that is larger."""
        return self.read(path, bytes_max=bytes_max) if self.sizes[path] <= bytes_max else None

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
        if path in self.overlay:
            return _open_bytes(self.overlay[path])
        return open_file_below(self._root_fd, path)

    def _scan(self, folder_fd: int, folder: str, way: tuple[str, ...]) -> None:
        """`way` are the real paths of the folders down to this one: a link to one of them is a circle."""
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
            is_hidden = entry.name.startswith(".") and path != _TIMELIMIT
            if is_hidden or (entry.name.startswith("-") and not _is_test(path)):
                continue  # specification: to be treated as if removed
            if self._is_name_usable(path, entry.name):
                self._scan_entry(path, entry, way)

    def _scan_entry(self, path: str, entry: os.DirEntry[str], way: tuple[str, ...]) -> None:
        status = entry.stat(follow_symlinks=False)
        is_link = stat.S_ISLNK(status.st_mode)
        if not is_link and not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            self._report.error(path, "is neither a file nor a folder; remove it")
            return
        if stat.S_ISREG(status.st_mode):
            self._add_file(path, status)
            return
        if len(way) >= DEPTH_MAX:
            self._report.error(path, f"folders are nested more than {DEPTH_MAX} deep")
            return
        try:
            found = find_below(self._root_fd, path)
        except OSError as error:
            self._report.error(path, _lost_link(error) if is_link else unreadable(error))
            return
        try:
            if is_link and any(part[0] in ".-" for part in found.path.split("/") if part):
                self._report.error(path, "is a symbolic link to a hidden file, which the format leaves out")
            elif stat.S_ISREG(found.status.st_mode):
                self._add_file(path, found.status)
            elif not stat.S_ISDIR(found.status.st_mode):
                self._report.error(path, "leads to what is neither a file nor a folder; remove it")
            elif found.path in way:
                self._report.error(path, "is a symbolic link to a folder around it; put a copy in its place")
            else:
                self.folders.add(path)
                self._scan(found.fd, path, (*way, found.path))
        finally:
            os.close(found.fd)

    def _add_file(self, path: str, status: os.stat_result) -> None:
        self.sizes[path] = status.st_size
        if status.st_mode & 0o111:
            self.executables.add(path)

    def _is_name_usable(self, path: str, name: str) -> bool:
        if _CONTROL.search(name):
            self._report.error(printable(path), "the name has control characters or is not UTF-8; rename it")
            return False
        if self._any_name or NAME.fullmatch(name) or path.startswith("submissions/") or path == _TIMELIMIT:
            return True  # a submission's files have whatever names its author chose
        allowed = "allowed are letters, digits, '_', '.' and '-'"
        if _is_test(path):
            # The specification would have it ignored; a test that silently vanishes makes wrong verdicts.
            self._report.error(path, f"the name has characters that the format forbids; {allowed}")
        else:
            self._report.warn(
                path, f"ignored, because its name has characters that the format forbids; {allowed}"
            )
        return False


def _is_test(path: str) -> bool:
    return path.startswith("data/") and path.endswith((".in", ".ans"))


class PackageData:
    """Opens the files of a package that is still a folder, those of its `overlay` as they are there."""

    def __init__(self, root: Path, overlay: Mapping[str, bytes] | None = None) -> None:
        self._root = root
        self._overlay = dict(overlay or {})

    def open(self, ref: DataRef) -> int:
        """A read-only descriptor of what is in the package. The caller closes it. Raises OSError."""
        if ref in self._overlay:
            return _open_bytes(self._overlay[ref])
        with _folder_fd(self._root) as root_fd:
            return open_file_below(root_fd, ref)


@contextmanager
def open_package(path: Path, report: Report, *, any_name: bool = False) -> Iterator[PackageFolder]:
    """The package at `path`, scanned. Raises OSError when that is no folder."""
    with _folder_fd(path) as root_fd:
        folder = PackageFolder(root_fd, report, any_name=any_name)
        folder.scan()
        yield folder


def path_order(path: str) -> list[str]:
    """Sorts paths as a walk does: by name within each folder (specification: lexicographical order)."""
    return path.split("/")


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once, by file as a walk meets them, and by line."""
    found = dict.fromkeys(findings)  # what holds for many tests may be found at each
    return tuple(sorted(found, key=lambda finding: (path_order(finding.path), finding.line or 0)))


def unreadable(error: OSError) -> str:
    """What to say of a file or folder that cannot be opened. We read as an ordinary user: modes count."""
    remedy = "; 'chmod -R o+rX' on the package helps" if isinstance(error, PermissionError) else ""
    return f"cannot be read: {error.strerror or error}{remedy}"


def printable(text: str) -> str:
    """The text with control characters and stray bytes escaped, fit for a message."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _lost_link(error: OSError) -> str:
    match error:
        case LeadsOutside():
            return "is a symbolic link out of the package; put a copy of the file in its place"
        case TooManyLinks():
            return "is a symbolic link that leads to ever more links; put a copy of the file in its place"
        case FileNotFoundError() | NotADirectoryError():
            return "is a symbolic link to nothing; remove it or put the file in its place"
        case _:
            return unreadable(error)


def _open_bytes(content: bytes) -> int:
    """A read-only descriptor of bytes: sealed, so that nobody who is handed it can change them."""
    fd = os.memfd_create("package", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(content)
    os.lseek(fd, 0, os.SEEK_SET)
    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
    return fd


@contextmanager
def _folder_fd(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield fd
    finally:
        os.close(fd)
