"""Reading a tar file, plain or compressed, with suspicion. What it may hold: see unpacking.py.

A compressed one is decompressed first, up to the bound on all that may come out, into a file without a name.
Then all headers are walked by their sizes alone, before the library parses them, because it holds long names
and attributes of an entry in memory whole, and takes a file that ends too early for one that ends there.
"""

import bz2
from collections.abc import Iterator
import gzip
import lzma
from pathlib import Path
import tarfile
from tempfile import TemporaryFile
from typing import IO
import zlib

from assay.problems import unpacking
from assay.problems.unpacking import Entry, Kind, Outlet, check_entries, refusal

_BLOCK = tarfile.BLOCKSIZE
_ZEROS = bytes(_BLOCK)
_CHUNK_BYTES = 1 << 20
_ATTRIBUTES_BYTES_MAX = 64 * 1024  # of one entry's long name or attributes: names have up to 1024 bytes
_LZMA_MEMORY_BYTES_MAX = 256 * 1024 * 1024  # xz -9 needs 65 MiB; a header may ask for 4 GiB
_ATTRIBUTES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_GZIP_MAGIC, _BZIP2_MAGIC, _XZ_MAGIC = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"

# What library and decompressors meet damage with (found by damaging files at random).
_DAMAGE = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError, OverflowError, IndexError)


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so (with 512 bytes or all it has) may be a tar file, compressed or not."""
    if head.startswith((_GZIP_MAGIC, _BZIP2_MAGIC, _XZ_MAGIC, _ZSTD_MAGIC)):
        return True
    return len(head) >= _BLOCK and _header(head[:_BLOCK]) is not None


def unpack_tar(archive: IO[bytes], into: Path) -> None:
    """Unpack into the existing empty folder `into`. Raises `PackageInvalid`; `into` may then hold a part."""
    packed_bytes = archive.seek(0, 2)
    archive.seek(0)
    bytes_max = unpacking.bytes_allowed(packed_bytes)
    try:
        with TemporaryFile(dir=into.parent) as plain:
            tar: IO[bytes] = archive
            if _is_compressed(archive):
                _decompress(archive, plain, bytes_max)
                tar = plain
            _unpack_plain(tar, into, bytes_max)
    except _DAMAGE as error:
        raise refusal("the archive", f"is not a sound tar file: {error or type(error).__name__}") from None


def _is_compressed(archive: IO[bytes]) -> bool:
    head = archive.read(len(_XZ_MAGIC))
    archive.seek(0)
    if head.startswith(_ZSTD_MAGIC):
        raise refusal("the archive", "is compressed with zstd, which is not read here; use gzip or xz")
    return head.startswith((_GZIP_MAGIC, _BZIP2_MAGIC, _XZ_MAGIC))


def _decompress(archive: IO[bytes], plain: IO[bytes], bytes_max: int) -> None:
    left_bytes = bytes_max
    for chunk in _pieces(archive):
        left_bytes -= len(chunk)
        if left_bytes < 0:
            raise refusal("the archive", "unpacks to more than it may")
        plain.write(chunk)
    plain.seek(0)


def _pieces(archive: IO[bytes]) -> Iterator[bytes]:
    head = archive.read(len(_XZ_MAGIC))
    archive.seek(0)
    if head == _XZ_MAGIC:
        yield from _pieces_of_xz(archive)
        return
    with gzip.open(archive) if head.startswith(_GZIP_MAGIC) else bz2.open(archive) as opened:
        while True:
            try:
                chunk = opened.read(_CHUNK_BYTES)
            except OSError as error:  # of both modules, for damage; reading the file itself gives an errno
                if error.errno is not None:
                    raise
                raise refusal("the archive", f"is damaged: {error}") from None
            if not chunk:
                return
            yield chunk


def _pieces_of_xz(archive: IO[bytes]) -> Iterator[bytes]:
    """The module's own file object has no bound on memory."""
    decompressor = lzma.LZMADecompressor(memlimit=_LZMA_MEMORY_BYTES_MAX)
    while not decompressor.eof:
        fresh = archive.read(_CHUNK_BYTES) if decompressor.needs_input else b""
        if decompressor.needs_input and not fresh:
            raise refusal("the archive", "is damaged: its end is missing")
        if chunk := decompressor.decompress(fresh, _CHUNK_BYTES):
            yield chunk
    if decompressor.unused_data.strip(b"\0") or archive.read(1):
        raise refusal("the archive", "has bytes behind its end; pack it again")


def _unpack_plain(tar: IO[bytes], into: Path, bytes_max: int) -> None:
    starts = _walk(tar)
    tar.seek(0)
    with tarfile.open(fileobj=tar, mode="r:", encoding="utf-8", errors="surrogateescape") as opened:
        members = opened.getmembers()
        if [member.offset_data for member in members] != starts:
            raise refusal("the archive", "states two sizes for one entry")
        entries = [_entry_of(member) for member in members]
        found = [
            (member, entry)
            for member, entry in zip(members, entries, strict=True)
            if entry.name and not entry.is_passed_over
        ]
        check_entries([entry for _, entry in found])
        outlet = Outlet(into, bytes_max=bytes_max)
        files: dict[str, Entry] = {}
        for member, entry in found:
            _write(opened, member, entry, outlet, files)
        outlet.finish()


def _write(
    opened: tarfile.TarFile, member: tarfile.TarInfo, entry: Entry, outlet: Outlet, files: dict[str, Entry]
) -> None:
    match entry.kind:
        case Kind.FOLDER:
            outlet.folder(entry)
        case Kind.LINK:
            outlet.link(entry)
        case Kind.HARD_LINK:
            original = files.get(_plain_name(entry.target))
            if original is None:
                raise refusal(entry.name, "is a hard link to no file before it")
            outlet.copy(entry, original)
            files[entry.name] = entry
        case Kind.FILE | Kind.OTHER:  # there is no OTHER among checked entries
            source = opened.extractfile(member)
            assert source is not None  # noqa: S101  a regular file has content
            with source:
                outlet.file(entry, source)
            files[entry.name] = entry


def _walk(tar: IO[bytes]) -> list[int]:
    """Where the contents of all entries begin. Refuses what is damaged, cut off, or too long to be parsed."""
    size_bytes = tar.seek(0, 2)
    tar.seek(0)
    at = count = 0
    starts: list[int] = []
    while (block := tar.read(_BLOCK)) != _ZEROS:
        header = _header(block)
        if header is None:
            message = "its end is missing" if len(block) < _BLOCK else f"no header at byte {at}"
            raise refusal("the archive", f"is no tar file, or damaged: {message}")
        count += 1
        if count > 2 * unpacking.ENTRIES_MAX or len(starts) > unpacking.ENTRIES_MAX:
            raise refusal("the archive", f"has more than {unpacking.ENTRIES_MAX} entries")
        if header.type in _ATTRIBUTES and header.size > _ATTRIBUTES_BYTES_MAX:
            raise refusal(header.name, "has a name or attributes that are too long")
        at += _BLOCK
        if header.type not in _ATTRIBUTES:
            starts.append(at)
        if header.isreg() or header.type not in tarfile.SUPPORTED_TYPES or header.type in _ATTRIBUTES:
            at += -(-header.size // _BLOCK) * _BLOCK
        if at > size_bytes or header.size < 0:
            raise refusal(header.name, "is cut off: the archive's end is missing")
        tar.seek(at)
    while rest := tar.read(_CHUNK_BYTES):
        if rest.strip(b"\0"):
            raise refusal("the archive", "has bytes behind its end; pack it again")
    if len(starts) > unpacking.ENTRIES_MAX:
        raise refusal("the archive", f"has more than {unpacking.ENTRIES_MAX} entries")
    return starts


def _header(block: bytes) -> tarfile.TarInfo | None:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except _DAMAGE:
        return None


def _entry_of(member: tarfile.TarInfo) -> Entry:
    fault = None
    if member.isdir():
        kind = Kind.FOLDER
    elif member.issym():
        kind = Kind.LINK
    elif member.islnk():
        kind = Kind.HARD_LINK
    elif member.isreg():
        kind = Kind.FILE
        if member.issparse():
            fault = "is a sparse file; pack it without --sparse"
    else:
        kind = Kind.OTHER
    return Entry(
        name=_plain_name(member.name),
        kind=kind,
        is_executable=bool(member.mode & 0o100),
        target=member.linkname,
        fault=fault,
    )


def _plain_name(name: str) -> str:
    """Without the `./` that `tar` writes for the current folder; "" for that folder itself."""
    while name.startswith("./"):
        name = name[2:]
    return "" if name == "." else name
