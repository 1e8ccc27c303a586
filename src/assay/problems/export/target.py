"""The folder that is written to. Nothing in it is replaced."""

from collections.abc import Mapping
import os
from pathlib import Path

import yaml

from assay.domain.jury import DataRef
from assay.problems.package import PackageFiles

_CHUNK_BYTES = 1 << 20


class Target:
    """Writes a package's files. `files` opens what is copied."""

    def __init__(self, root: Path, files: PackageFiles) -> None:
        self._root = root
        self._files = files

    def write(self, path: str, content: str | bytes, *, executable: bool = False) -> None:
        place = self._place(path)
        with place.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        if executable:
            place.chmod(0o755)

    def write_yaml(self, path: str, document: Mapping[str, object]) -> None:
        """Write a mapping, unless it is empty."""
        if document:
            text: str = yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, width=100)
            self.write(path, text)

    def copy(self, ref: DataRef, path: str, *, executable: bool = False) -> None:
        """Copy one of the package's files. Raises OSError when it is not there."""
        place = self._place(path)
        with os.fdopen(self._files.open(ref), "rb") as source, place.open("xb") as file:
            while chunk := source.read(_CHUNK_BYTES):
                file.write(chunk)
        if executable:
            place.chmod(0o755)

    def read(self, ref: DataRef, *, bytes_max: int) -> bytes:
        """The beginning of one of the package's files."""
        with os.fdopen(self._files.open(ref), "rb") as source:
            return source.read(bytes_max)

    def open(self, ref: DataRef) -> int:
        """One of the package's files, to be read. The caller closes it. Raises OSError."""
        return self._files.open(ref)

    def has(self, path: str) -> bool:
        return (self._root / path).exists()

    def _place(self, path: str) -> Path:
        place = self._root.joinpath(*path.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        return place
