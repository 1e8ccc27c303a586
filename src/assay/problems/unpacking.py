"""What an archive may hold, and how it is written to disk. Whoever made it may mean harm.

What is refused, and why: devices and the like; links that lead outside; absolute names, drive letters, `..`
and backslashes (they leave the folder, on some system or other); two entries of one name, or a file where
another entry needs a folder (readers disagree about which counts); too many entries, too many bytes, and too
much from too little. All entries are checked before the first is written.

Names that differ in letter case alone are two files, as everywhere on Linux. Owners, dates and modes are
dropped, but for whether the owner may execute. What macOS adds beside the files is passed over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
import re
from typing import IO

from assay.errors import Finding, PackageInvalid

ENTRIES_MAX = 20_000  # as of a folder (folder.py)
UNPACKED_BYTES_MAX = 2 * 1024**3  # the largest public packages have some hundred MiB of tests
RATIO_MAX = 200  # of unpacked to packed; deflate reaches 1032 on zeros, real tests 10 to 50
# Below this a ratio harms nobody, and a test of equal numbers packs very well.
RATIO_FREE_BYTES = 64 * 1024 * 1024
NAME_BYTES_MAX = 1024  # PATH_MAX is 4096, and the folder's own path comes before
PART_BYTES_MAX = 255  # NAME_MAX
DEPTH_MAX = 16
_FINDINGS_MAX = 100  # whoever reads more of them reads none
_CHUNK_BYTES = 1 << 16
_DRIVE = re.compile(r"[A-Za-z]:")


class Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "symbolic link"
    HARD_LINK = "hard link"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry. `name` is without a slash at its end. `target` is of a link: as it is written there.

    `fault` says why the archive's own kind of entry cannot be taken.
    """

    name: str
    kind: Kind
    is_executable: bool = False
    target: str = ""
    fault: str | None = None

    @property
    def is_passed_over(self) -> bool:
        """Whether it is one of those that macOS adds for itself."""
        parts = self.name.split("/")
        return parts[0] == "__MACOSX" or parts[-1] == ".DS_Store" or parts[-1].startswith("._")


def check_entries(entries: Sequence[Entry]) -> None:
    """Raises `PackageInvalid` with all that is wrong with these entries."""
    findings = [
        Finding(path=printable(entry.name), field=None, message=fault)
        for entry in entries
        if (fault := entry.fault or _fault_of(entry)) is not None
    ]
    findings += _clashes(entries)
    if len(findings) > _FINDINGS_MAX:
        more = f"and {len(findings) - _FINDINGS_MAX} more entries are refused"
        findings[_FINDINGS_MAX:] = [Finding(path="the archive", field=None, message=more)]
    if findings:
        raise PackageInvalid("the archive", findings)


def bytes_allowed(packed_bytes: int) -> int:
    """How much an archive of this size may unpack to."""
    return min(UNPACKED_BYTES_MAX, max(RATIO_FREE_BYTES, RATIO_MAX * packed_bytes))


class Outlet:
    """Writes checked entries below a folder that was empty. Never follows or replaces anything."""

    def __init__(self, into: Path, *, bytes_max: int) -> None:
        self._into = into
        self._left_bytes = bytes_max
        self._links: list[Entry] = []

    def folder(self, entry: Entry) -> None:
        self._place(entry).mkdir(parents=True, exist_ok=True)

    def file(self, entry: Entry, source: IO[bytes]) -> None:
        """Copy `source` to its end, counting what comes out: the sizes that it states are not believed."""
        target = self._place(entry)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as copy:
            while chunk := source.read(_CHUNK_BYTES):
                self._left_bytes -= len(chunk)
                if self._left_bytes < 0:
                    raise refusal(entry.name, "unpacks to more than the archive may")
                copy.write(chunk)
        if entry.is_executable:
            target.chmod(target.stat().st_mode | 0o111)

    def copy(self, entry: Entry, of: Entry) -> None:
        """A hard link to an earlier file becomes a copy of it."""
        with self._place(of).open("rb") as source:
            self.file(entry, source)

    def link(self, entry: Entry) -> None:
        """Links are made last, by `finish`, so that nothing is ever written through one."""
        self._links.append(entry)

    def finish(self) -> None:
        for entry in self._links:
            place = self._place(entry)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(entry.target)

    def _place(self, entry: Entry) -> Path:
        return self._into.joinpath(*entry.name.split("/"))


def refusal(path: str, message: str) -> PackageInvalid:
    return PackageInvalid("the archive", [Finding(path=printable(path), field=None, message=message)])


def printable(name: str) -> str:
    """A stranger's file name, fit for a message."""
    return name[:100].encode("unicode_escape").decode()


def _fault_of(entry: Entry) -> str | None:
    if _has_bad_name(entry.name):
        return 'has a name that is not plain: absolute, with "..", a backslash, too long or unprintable'
    match entry.kind:
        case Kind.OTHER:
            return "is a device or another special file; a package has only files, folders and links"
        case Kind.LINK | Kind.HARD_LINK if not _leads_inside(entry):
            return "is a link that leads out of the package; put a copy of the file in its place"
        case _:
            return None


def _has_bad_name(name: str) -> bool:
    parts = name.split("/")
    return (
        any(part in ("", ".", "..") for part in parts)
        or len(parts) > DEPTH_MAX
        or "\\" in name
        or _DRIVE.match(name) is not None
        or not name.isprintable()
        or len(name.encode(errors="replace")) > NAME_BYTES_MAX
        or any(len(part.encode(errors="replace")) > PART_BYTES_MAX for part in parts)
    )


def _leads_inside(entry: Entry) -> bool:
    """Whether a link's words stay below the archive's top. Where other links on its way lead, the package's
    reader finds out, which follows none that leads outside."""
    target = entry.target
    if not target or target.startswith("/") or "\\" in target or not target.isprintable():
        return False
    if len(target.encode(errors="replace")) > NAME_BYTES_MAX:
        return False
    depth = 0 if entry.kind is Kind.HARD_LINK else entry.name.count("/")
    for part in target.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return False
    return True


def _clashes(entries: Iterable[Entry]) -> list[Finding]:
    kinds: dict[str, Kind] = {}
    findings = []
    for entry in entries:
        if entry.name in kinds:
            both = entry.kind is not kinds[entry.name]
            message = "is both a file and a folder" if both else "is there twice"
            findings.append(Finding(path=printable(entry.name), field=None, message=message))
        kinds[entry.name] = entry.kind
    for name in kinds:
        above = name
        while (above := above.rpartition("/")[0]) in kinds:
            if kinds[above] is not Kind.FOLDER:
                findings.append(
                    Finding(path=printable(above), field=None, message="is both a file and a folder")
                )
                break
    return findings
