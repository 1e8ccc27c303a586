"""Files that others made: evidence, tree heads, public keys. Parsed as an ordinary user, and not believed.

They are opened before, as whoever types the command: an exported file is readable by its owner alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
import os
from pathlib import Path
from typing import BinaryIO

from assay.assessments.evidence.canonical import FILE_BYTES_MAX
from assay.assessments.evidence.signing import public_keys_from_pem
from assay.cli.house import settle_in
from assay.errors import EvidenceUnreadable, UsageError
from assay.settings import Settings, read_settings

KEYS_BYTES_MAX = 1 << 20


class Opened:
    """Files by the paths that they were named by."""

    def __init__(self, files: Mapping[Path, BinaryIO]) -> None:
        self._files = files

    def content(self, path: Path, *, bytes_max: int = FILE_BYTES_MAX) -> bytes:
        """Raises `UsageError`, and `EvidenceUnreadable` for a file that is too large to be one of ours."""
        try:
            content = self._files[path].read(bytes_max + 1)
        except OSError as error:
            raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error
        if len(content) > bytes_max:
            raise EvidenceUnreadable(f"{path}: more than {bytes_max} bytes: no such file is so large")
        return content

    def keys(self, path: Path) -> dict[str, bytes]:
        """The public keys in a PEM file. Raises `UsageError`."""
        return public_keys_from_pem(self.content(path, bytes_max=KEYS_BYTES_MAX), name=str(path))


@contextmanager
def opened(paths: Sequence[Path], settings: Settings | None = None) -> Iterator[Opened]:
    """Open files, then become an ordinary user: with `settings`, the one whose data folder it is.

    Raises `UsageError` for what cannot be opened.
    """
    with opened_as_we_are(paths) as files:
        settled = read_settings(os.environ) if settings is None else settings
        settle_in(settled, readable=[], keeps_data=settings is not None)
        yield files


@contextmanager
def opened_as_we_are(paths: Sequence[Path]) -> Iterator[Opened]:
    """Open files, for who becomes an ordinary user in another way. Raises `UsageError`."""
    with ExitStack() as stack:
        try:
            files = {path: stack.enter_context(path.open("rb")) for path in paths}
        except OSError as error:
            raise UsageError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error
        yield Opened(files)
