"""Reading a zip file with suspicion. The rules for what it may hold are in unpacking.py.

Sizes and counts that the file states are not believed. The table of contents is measured before it is parsed,
because the parser holds all of it in memory. Refused besides: encryption, rare compressions (slow code, not
much tested), Zip64 (a package never needs it), bytes before the first or behind the last (readers disagree
about such files), and members that share bytes (the densest bombs do).
"""

import errno
from pathlib import Path
import stat
import struct
from typing import IO
import zipfile
import zlib

from assay.problems import unpacking
from assay.problems.unpacking import Entry, Kind, Outlet, check_entries, refusal

DIRECTORY_BYTES_MAX = 8 * 1024 * 1024  # the table of contents: 20,000 entries with names of 350 bytes

_END_RECORD = struct.Struct("<4s4H2LH")  # APPNOTE.TXT 4.3.16
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_LOCATOR_SIGNATURE = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
_LOCAL_HEADER_BYTES = 30  # 4.3.7, without name and extra field
_COMMENT_BYTES_MAX = (1 << 16) - 1
_ENCRYPTED_OR_PATCHED = 0x61  # general purpose bits 0, 5 and 6 (4.4.4)
_IS_UTF8 = 0x800  # bit 11
_UNIX = 3  # 4.4.2: "version made by"; others have no modes
_LINK_BYTES_MAX = 4096  # PATH_MAX

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


def unpack_zip(archive: IO[bytes], into: Path) -> None:
    """Unpack into the existing empty folder `into`. Raises `PackageInvalid`; `into` may then hold a part."""
    size_bytes = _check_end(archive)
    try:
        with zipfile.ZipFile(archive) as opened:
            _unpack_all(opened, size_bytes, into)
    except _DAMAGE as error:
        raise refusal("the archive", f"is not a sound zip file: {error}") from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # a full disk is our own trouble
            raise
        raise refusal("the archive", "is not a sound zip file: an offset lies outside") from None


def _check_end(archive: IO[bytes]) -> int:
    """Find the end record just as `zipfile` does, and refuse a table of contents that is too long to read.

    Returns the file's size.
    """
    size_bytes = archive.seek(0, 2)
    start = max(0, size_bytes - _END_RECORD.size - _COMMENT_BYTES_MAX)
    archive.seek(start)
    tail = archive.read()
    archive.seek(0)
    at = len(tail) - _END_RECORD.size
    if at < 0 or tail[at : at + 4] != _END_SIGNATURE or tail[-2:] != b"\0\0":
        at = tail.rfind(_END_SIGNATURE)
    if at < 0 or at + _END_RECORD.size > len(tail):
        raise refusal("the archive", "is not a zip file, or its end is missing")
    if tail[max(0, at - _ZIP64_LOCATOR_BYTES) : at].startswith(_ZIP64_LOCATOR_SIGNATURE):
        raise refusal("the archive", "is in the Zip64 form, which a package never needs")
    _, _, _, _, entries, directory_bytes, directory_at, comment_bytes = _END_RECORD.unpack_from(tail, at)
    if entries > unpacking.ENTRIES_MAX or directory_bytes > DIRECTORY_BYTES_MAX:
        raise refusal(
            "the archive", f"has more than {unpacking.ENTRIES_MAX} entries, or a table of contents too long"
        )
    if at + _END_RECORD.size + comment_bytes != len(tail):
        raise refusal("the archive", "has bytes behind its end, or lacks some of its end; pack it again")
    if directory_at + directory_bytes != start + at:
        raise refusal("the archive", "has bytes before its beginning; pack it again")
    return size_bytes


def _unpack_all(opened: zipfile.ZipFile, packed_bytes: int, into: Path) -> None:
    members = opened.infolist()
    if len(members) > unpacking.ENTRIES_MAX:
        raise refusal("the archive", f"has more than {unpacking.ENTRIES_MAX} entries")
    _check_overlaps(members)
    found = [(member, _entry_of(opened, member)) for member in members]
    found = [(member, entry) for member, entry in found if not entry.is_passed_over]
    check_entries([entry for _, entry in found])
    outlet = Outlet(into, bytes_max=unpacking.bytes_allowed(packed_bytes))
    for member, entry in found:
        if entry.kind is Kind.FOLDER:
            outlet.folder(entry)
        elif entry.kind is Kind.LINK:
            outlet.link(entry)
        else:
            with opened.open(member) as source:
                outlet.file(entry, source)
    outlet.finish()


def _check_overlaps(members: list[zipfile.ZipInfo]) -> None:
    """No two members may share bytes. A local header is at least as long as its fixed part."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise refusal(member.filename, "overlaps another member")
        end = member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size


def _entry_of(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Entry:
    name = _name_of(member)
    mode = member.external_attr >> 16 if member.create_system == _UNIX else 0
    fault = None
    if member.flag_bits & _ENCRYPTED_OR_PATCHED:
        fault = "is encrypted, or a patch"
    elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        fault = "is compressed in a way other than deflate"
    kind, target = Kind.FILE, ""
    if name.endswith("/"):
        kind = Kind.FOLDER
    elif stat.S_IFMT(mode) == stat.S_IFLNK:
        kind = Kind.LINK
        if fault is None:
            with opened.open(member) as source:
                target = source.read(_LINK_BYTES_MAX).decode()
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        kind = Kind.OTHER
    return Entry(
        name=name.removesuffix("/"),
        kind=kind,
        is_executable=bool(mode & stat.S_IXUSR),
        target=target,
        fault=fault,
    )


def _name_of(member: zipfile.ZipInfo) -> str:
    """The name in UTF-8 where its bytes are that, whether the flag says so or not (macOS sets none), else in
    code page 437, as the standard has it (APPNOTE.TXT, appendix D)."""
    # orig_filename: `filename` ends at a NUL, which has no place in a name.
    if member.flag_bits & _IS_UTF8:
        return member.orig_filename
    try:
        return member.orig_filename.encode("cp437").decode()
    except UnicodeDecodeError:
        return member.orig_filename
