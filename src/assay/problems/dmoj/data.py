"""The files that init.yml names: in the package's folder, or else in the archive that it names.

DMOJ gives programs texts with plain newlines, whatever the files have, and with one at the end; only where a
test says `binary_data` are they as they are. So is it done here: a file that has other line ends is copied.
"""

import os
from pathlib import Path
import re

from assay.domain.jury import DataRef
from assay.errors import PackageInvalid
from assay.problems.archives import unpack
from assay.problems.conversion import Conversion, made
from assay.problems.dmoj.config import Node

_ARCHIVE = "archive"
_TEXTS = "texts"
_CHUNK_BYTES = 1 << 20
_LINE_END = re.compile(rb"\r\n?")


class DataFiles:
    """Finds files by the names that init.yml uses."""

    def __init__(self, conversion: Conversion, init: Node) -> None:
        self._conversion = conversion
        self._inside: dict[str, DataRef] = {}
        self._texts: dict[DataRef, DataRef] = {}
        self.archive = init.text("archive")
        if self.archive is not None:
            self._open_archive(init, self.archive)

    @property
    def names_in_archive(self) -> list[str]:
        return sorted(self._inside)

    def find(self, name: str) -> DataRef | None:
        """The file of this name; None when there is none."""
        if name in self._conversion.folder.sizes:
            return DataRef(name)
        return self._inside.get(name)

    def text(self, ref: DataRef) -> DataRef:
        """The file with plain newlines: itself, or a copy. Blocking."""
        if ref not in self._texts:
            self._texts[ref] = self._normalised(ref, f"{_TEXTS}/{len(self._texts)}")
        return self._texts[ref]

    def empty(self) -> DataRef:
        return self._conversion.workspace.put("empty", b"")

    def _open_archive(self, init: Node, name: str) -> None:
        if name not in self._conversion.folder.sizes:
            init.error("archive", f"names {name[:60]!r}, which is not in the package")
            return
        workspace = self._conversion.workspace.made
        into = workspace / _ARCHIVE
        into.mkdir()
        copy = workspace / "archive.zip"
        with os.fdopen(self._conversion.folder.open(name), "rb") as source, copy.open("xb") as target:
            while chunk := source.read(_CHUNK_BYTES):
                target.write(chunk)
        try:
            unpack(copy, into)
        except PackageInvalid as invalid:
            for finding in invalid.findings:
                self._conversion.report.error(f"{name}!/{finding.path}", finding.message)
        finally:
            copy.unlink()
        for path in _files_below(into):
            self._inside[path] = made(f"{_ARCHIVE}/{path}")

    def _normalised(self, ref: DataRef, name: str) -> DataRef:
        with os.fdopen(self._conversion.workspace.open(ref), "rb") as source:
            if _is_plain(source.fileno()):
                return ref
            source.seek(0)
            target = self._conversion.workspace.made / name
            target.parent.mkdir(exist_ok=True)
            with target.open("xb") as copy:
                left, last = b"", b""
                while chunk := source.read(_CHUNK_BYTES):
                    chunk = left + chunk
                    left = b"\r" if chunk.endswith(b"\r") else b""  # its newline may be in the next
                    last = _LINE_END.sub(b"\n", chunk.removesuffix(left) if left else chunk)
                    copy.write(last)
                if left or not last.endswith(b"\n"):
                    copy.write(b"\n")
        return made(name)


def _is_plain(fd: int) -> bool:
    """Whether a file has plain newlines, and one at its end (or nothing at all)."""
    end = b"\n"
    offset = 0
    while chunk := os.pread(fd, _CHUNK_BYTES, offset):
        if b"\r" in chunk:
            return False
        offset += len(chunk)
        end = chunk[-1:]
    return end == b"\n"


def _files_below(folder: Path) -> list[str]:
    """Regular files, through no link: what a link leads to has its own name."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )
