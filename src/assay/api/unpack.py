"""Unpacking an uploaded zip into a folder, when whoever made it may mean harm.

What is refused, and why: links and devices (a zip can hold links), absolute names and `..` (they leave the
folder), two entries of one name (readers disagree about which counts), encryption, rare compressions (slow
code, rarely tested), too many entries, too many bytes, and too much from too little. Sizes that the archive
states are not believed: bytes are counted as they come out. The table of contents is measured before it is
parsed, because the parser holds all of it in memory.
"""

import errno
from pathlib import Path
import stat
import struct
from typing import IO
import zipfile
import zlib

from assay.errors import Finding, PackageInvalid

ENTRIES_MAX = 10_000  # the largest public packages have some hundreds of tests, two files each
DIRECTORY_BYTES_MAX = 4 * 1024 * 1024  # the table of contents: 10,000 entries with names of 350 bytes
UNPACKED_BYTES_MAX = 2 * 1024**3  # the largest public packages have some hundred MiB of tests
RATIO_MAX = 200  # of unpacked to packed; deflate reaches 1032 on zeros, real tests 10 to 50
RATIO_FREE_BYTES = (
    64 * 1024 * 1024
)  # below this a ratio harms nobody, and a test of equal numbers packs very well
NAME_BYTES_MAX = 1024  # PATH_MAX is 4096, and the folder's own path comes before
DEPTH_MAX = 16

_END_RECORD = struct.Struct("<4s4H2LH")  # APPNOTE.TXT 4.3.16
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_LOCATOR_SIGNATURE = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
_COMMENT_BYTES_MAX = (1 << 16) - 1
_CHUNK_BYTES = 1 << 16
_ENCRYPTED_OR_PATCHED = 0x61  # general purpose bits 0, 5 and 6 (4.4.4)

# What the parser meets damage with, as found by damaging archives at random (the tests do).
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,  # a version or feature of the future
    ValueError,  # names that are not UTF-8, offsets below zero
    OverflowError,
)


def unpack(archive: Path, into: Path) -> Path:
    """Unpack the package in `archive` into the existing empty folder `into`. Blocking.

    Returns the package's folder: `into` itself, or the only folder in it when the package was packed with its
    folder. Raises `PackageInvalid`; `into` may then hold a part.
    """
    with archive.open("rb") as packed:
        _check_directory_size(packed)
        try:
            with zipfile.ZipFile(packed) as unpacked:
                _unpack_all(unpacked, archive.stat().st_size, into)
        except _DAMAGE as error:
            raise _refusal("the archive", f"is not a sound zip file: {error}") from None
        except OSError as error:
            if error.errno != errno.EINVAL:  # a full disk is our own trouble
                raise
            raise _refusal("the archive", "is not a sound zip file: an offset lies outside") from None
    inside = sorted(into.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else into


def _check_directory_size(packed: IO[bytes]) -> None:
    """Find the end record just as `zipfile` does, and refuse a table of contents that is too long to read."""
    size_bytes = packed.seek(0, 2)
    start = max(0, size_bytes - _END_RECORD.size - _COMMENT_BYTES_MAX)
    packed.seek(start)
    tail = packed.read()
    packed.seek(0)
    at = len(tail) - _END_RECORD.size
    if at < 0 or tail[at : at + 4] != _END_SIGNATURE or tail[-2:] != b"\0\0":
        at = tail.rfind(_END_SIGNATURE)
    if at < 0 or at + _END_RECORD.size > len(tail):
        raise _refusal("the archive", "is not a zip file")
    if tail[max(0, at - _ZIP64_LOCATOR_BYTES) : at].startswith(_ZIP64_LOCATOR_SIGNATURE):
        raise _refusal("the archive", "is in the Zip64 form, which a package never needs")
    _, _, _, _, entries, directory_bytes, _, _ = _END_RECORD.unpack_from(tail, at)
    if entries > ENTRIES_MAX or directory_bytes > DIRECTORY_BYTES_MAX:
        raise _refusal("the archive", f"has more than {ENTRIES_MAX} entries, or a table of contents too long")


def _unpack_all(unpacked: zipfile.ZipFile, packed_bytes: int, into: Path) -> None:
    entries = unpacked.infolist()
    if len(entries) > ENTRIES_MAX:
        raise _refusal("the archive", f"has more than {ENTRIES_MAX} entries")
    findings = [finding for entry in entries if (finding := _finding_about(entry)) is not None]
    names = [entry.filename.rstrip("/") for entry in entries]
    findings += [
        Finding(path=name, field=None, message="is there twice") for name in sorted(_repeated(names))
    ]
    if findings:
        raise PackageInvalid("upload", findings)
    left_bytes = min(UNPACKED_BYTES_MAX, max(RATIO_FREE_BYTES, RATIO_MAX * packed_bytes))
    for entry in entries:
        target = into.joinpath(*_parts_of(entry.filename))
        try:
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            left_bytes -= _copy(unpacked, entry, target, left_bytes)
        except (FileExistsError, NotADirectoryError):
            raise _refusal(entry.filename, "is both a file and a folder") from None


def _copy(unpacked: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, bytes_max: int) -> int:
    """The number of bytes that came out. Never follows or replaces anything: the file must be new."""
    written_bytes = 0
    with unpacked.open(entry) as source, target.open("xb") as copy:
        while chunk := source.read(_CHUNK_BYTES):
            written_bytes += len(chunk)
            if written_bytes > bytes_max:
                raise _refusal(entry.filename, "unpacks to more than the archive may")
            copy.write(chunk)
    return written_bytes


def _finding_about(entry: zipfile.ZipInfo) -> Finding | None:
    """Why this entry is refused, judging by its head alone."""
    name = entry.filename
    mode = entry.external_attr >> 16
    message = None
    if _has_bad_name(name):
        message = 'has a name that is not plain: absolute, with "..", a backslash, too long or unprintable'
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        message = "is a link or a special file; a package has only files and folders"
    elif entry.flag_bits & _ENCRYPTED_OR_PATCHED:
        message = "is encrypted, or a patch"
    elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        message = "is compressed in a way other than deflate"
    return None if message is None else Finding(path=printable(name), field=None, message=message)


def _has_bad_name(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return (
        any(part in ("", ".", "..") for part in parts)
        or len(parts) > DEPTH_MAX
        or "\\" in name
        or not name.isprintable()
        or len(name.encode(errors="replace")) > NAME_BYTES_MAX
        or any(len(part.encode(errors="replace")) > 255 for part in parts)
    )


def _parts_of(name: str) -> list[str]:
    return name.removesuffix("/").split("/")


def _repeated(names: list[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]


def printable(name: str) -> str:
    """A stranger's file name, fit for a message."""
    return name[:100].encode("unicode_escape").decode()


def _refusal(path: str, message: str) -> PackageInvalid:
    return PackageInvalid("upload", [Finding(path=printable(path), field=None, message=message)])
