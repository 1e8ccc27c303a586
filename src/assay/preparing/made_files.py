"""Files that are made for a package, in a private folder, beside those that it came with.

FOLDER/
    00001 00002 …       0600, one for each file that is being made or was
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
import os
from pathlib import Path

from assay.domain.jury import DataRef
from assay.problems.package import PackageFiles

MADE_BYTES_MAX = 4 << 30  # of one package together; the largest public ones have some hundred MiB of tests


class NewFile:
    """A file that is being made. `fd` is for writing and reading it."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self.fd = fd
        self.names: tuple[DataRef, ...] = ()

    def keep_as(self, names: Sequence[DataRef]) -> None:
        """It is what the package calls so; without any name it is thrown away."""
        self.names = tuple(names)


class MadeFiles:
    """Opens made files by the names that the package gives them, and all others in the package itself."""

    def __init__(self, folder: Path, package: PackageFiles) -> None:
        self._folder = folder
        self._package = package
        self._made: dict[DataRef, Path] = {}
        self._count = self._made_bytes = 0

    def open(self, ref: DataRef) -> int:
        made = self._made.get(ref)
        if made is None:
            return self._package.open(ref)
        return os.open(made, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)

    @contextmanager
    def new(self) -> Iterator[NewFile]:
        """An empty file, which is kept if it has a name when the block ends well."""
        self._count += 1
        path = self._folder / f"{self._count:05}"
        file = NewFile(path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        kept = False
        try:
            yield file
            kept = bool(file.names)
            if kept:
                self._made.update(dict.fromkeys(file.names, path))
                self._made_bytes += os.fstat(file.fd).st_size
        finally:
            os.close(file.fd)
            if not kept:
                path.unlink()

    def room(self) -> int:
        """How many bytes may still be made."""
        return MADE_BYTES_MAX - self._made_bytes
