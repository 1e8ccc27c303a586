"""A package's files, and others beside them."""

from collections.abc import Mapping
import os

from assay.domain.jury import DataRef
from assay.judging.capture import memory_file
from assay.problems.package import PackageFiles


class MoreFiles:
    """The package's files, some that are held in memory, and some under another name."""

    def __init__(
        self,
        files: PackageFiles,
        contents: Mapping[DataRef, bytes],
        aliases: Mapping[DataRef, DataRef] | None = None,
    ) -> None:
        self._files = files
        self._contents = contents
        self._aliases = aliases or {}

    def open(self, ref: DataRef) -> int:
        """A read-only descriptor. The caller closes it. Raises OSError."""
        content = self._contents.get(ref)
        if content is None:
            return self._files.open(self._aliases.get(ref, ref))
        with memory_file("made") as fd:
            os.write(fd, content)
            return os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)
