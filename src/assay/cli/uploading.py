"""A package on its way to a server: checked, then packed as a zip."""

from dataclasses import dataclass
import io
import os
from pathlib import Path
import shutil
import zipfile

from assay.cli.house import local_testlib
from assay.domain.limits import BYTES_PER_MIB
from assay.errors import Finding, PackageInvalid
from assay.problems.archives import unpack
from assay.problems.folder import open_package
from assay.problems.package import Report
from assay.problems.private import private_folder
from assay.problems.sources import Opening, check_complete, opened

_READABLE, _EXECUTABLE = 0o100644, 0o100755
_MODE_SHIFT = 16  # zip: a Unix mode is in the upper half of the external attributes


@dataclass(frozen=True, kw_only=True)
class Packed:
    """A zip of a package, its problem's id, and what was noticed when it was read."""

    archive: bytes
    problem_id: str
    warnings: tuple[Finding, ...]


def zip_package(directory: Path) -> bytes:
    """The package in a folder, as an archive for upload. Raises as `pack`."""
    return pack(directory, Opening(testlib=local_testlib())).archive


def pack(place: Path, opening: Opening) -> Packed:
    """The package in a folder or an archive. Raises `PackageInvalid` first: nothing broken travels, and
    nothing of which something is still to be made. Raises OSError for a file that vanishes on the way."""
    with opened(place, opening=opening) as package:
        check_complete(package)
    problem_id = package.problem.id
    if place.is_dir():
        archive = _zipped(place, problem_id)
    else:
        with private_folder("upload") as folder:
            archive = _zipped(unpack(place, folder), problem_id)
    return Packed(archive=archive, problem_id=problem_id, warnings=package.warnings)


def wishes_of(opening: Opening) -> dict[str, str]:
    """What the server is told beside the package: see its API."""
    wishes = {"format": opening.format.value}
    if opening.cpu_time_ms is not None:
        wishes["time_limit_ms"] = str(opening.cpu_time_ms)
    if opening.memory_bytes is not None:
        wishes["memory_mib"] = str(opening.memory_bytes // BYTES_PER_MIB)
    return wishes


def _zipped(folder: Path, name: str) -> bytes:
    """Links become what they lead to, within the package."""
    buffer, report = io.BytesIO(), Report()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        open_package(folder, report, any_name=True) as files,
    ):
        for path in sorted(files.sizes):
            info = zipfile.ZipInfo(f"{name}/{path}")
            info.compress_type = zipfile.ZIP_DEFLATED
            mode = _EXECUTABLE if path in files.executables else _READABLE
            info.external_attr = mode << _MODE_SHIFT
            with os.fdopen(files.open(path), "rb") as source, archive.open(info, "w") as target:
                shutil.copyfileobj(source, target)
    if report.errors:
        raise PackageInvalid(str(folder), report.errors)
    return buffer.getvalue()
