"""Packages in archives: zip, and tar plain or compressed with gzip, bzip2 or xz.

    archives.py    the verb: an archive becomes a folder
    zips.py  tars.py  reading each kind with suspicion
    unpacking.py   what an archive may hold, and how it is written

An archive inside an archive stays a file.
"""

from pathlib import Path

from assay.errors import PackageInvalid
from assay.problems.tars import is_tar, unpack_tar
from assay.problems.unpacking import printable, refusal
from assay.problems.zips import unpack_zip

_HEAD_BYTES = 512
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")  # the second: of an empty one
SUFFIXES = (".zip", ".kpp", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".txz", ".tar")


def is_archive(path: Path) -> bool:
    """Whether a file's first bytes are those of an archive. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return head.startswith(_ZIP_MAGICS) or is_tar(head)


def unpack(archive: Path, into: Path) -> Path:
    """Unpack the package in `archive` into the existing empty folder `into`. Blocking.

    Returns the package's folder: `into` itself, or the only folder in it when the package was packed with its
    folder. Raises `PackageInvalid` with everything that is refused; `into` may then hold a part. Raises
    OSError when the disk is full.
    """
    try:
        with archive.open("rb") as packed:
            head = packed.read(_HEAD_BYTES)
            packed.seek(0)
            if head.startswith(_ZIP_MAGICS):
                unpack_zip(packed, into)
            elif is_tar(head):
                unpack_tar(packed, into)
            else:
                raise refusal("the archive", "is neither a zip nor a tar file")
    except PackageInvalid as invalid:
        raise PackageInvalid(printable(archive.name), invalid.findings) from None
    inside = sorted(into.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and not inside[0].is_symlink():
        return inside[0]
    return into


def stem_of(name: str) -> str:
    """An archive's name without the ending that says so."""
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name
