"""What files hold, as SHA-256 in hex: by this a problem's version knows them."""

from collections.abc import Callable
import hashlib
import os

from assay.domain.jury import DataRef
from assay.problems.folder import unreadable
from assay.problems.package import PackageFiles, Report


def digest_of(files: PackageFiles, ref: DataRef) -> str:
    """Of one of a package's files, which is not read into memory. Raises OSError when it cannot be opened."""
    with os.fdopen(files.open(ref), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def reported_digests(files: PackageFiles, report: Report) -> Callable[[DataRef], str]:
    """`digest_of` these files; "" for one that cannot be opened, which is reported."""

    def digest(ref: DataRef) -> str:
        try:
            return digest_of(files, ref)
        except OSError as error:
            report.error(ref, unreadable(error))
            return ""

    return digest
