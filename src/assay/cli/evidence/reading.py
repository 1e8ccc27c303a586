"""Files that others made: evidence, tree heads, public keys. Read as an ordinary user, and not believed."""

from collections.abc import Sequence
import os
from pathlib import Path

from assay.assessments.evidence.canonical import FILE_BYTES_MAX
from assay.assessments.evidence.signing import public_keys_from_pem
from assay.cli.house import settle_in
from assay.errors import EvidenceUnreadable, UsageError
from assay.settings import Settings, read_settings

KEYS_BYTES_MAX = 1 << 20


def settle_to_read(paths: Sequence[Path]) -> None:
    """Become an ordinary user who can read these. Raises `UsageError`."""
    settle_in(read_settings(os.environ), readable=paths, keeps_data=False)


def settle_with_data(settings: Settings, paths: Sequence[Path] = ()) -> None:
    """Become the user whose data folder it is, and who can read these. Raises `UsageError`."""
    settle_in(settings, readable=paths, keeps_data=True)


def content_of(path: Path, *, bytes_max: int = FILE_BYTES_MAX) -> bytes:
    """Raises `UsageError`, and `EvidenceUnreadable` for a file that is too large to be one of ours."""
    try:
        with path.open("rb") as file:
            content = file.read(bytes_max + 1)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    if len(content) > bytes_max:
        raise EvidenceUnreadable(f"{path}: more than {bytes_max} bytes: no such file is so large")
    return content


def keys_in(path: Path) -> dict[str, bytes]:
    """The public keys in a PEM file. Raises `UsageError`."""
    return public_keys_from_pem(content_of(path, bytes_max=KEYS_BYTES_MAX), name=str(path))
