"""Exporting, for tests: what is written where, and what is told."""

from dataclasses import replace
import hashlib
import os
from pathlib import Path

import pytest

from assay.domain.jury import DataRef
from assay.domain.problem import (
    Problem,
)
from assay.problems.codec import version_of
from assay.problems.export import Loss, export_package
from assay.problems.package import Package, PackageFormat
from assay.problems.sources import opened
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files

LANGUAGES = foreign.languages()
BOTH = pytest.mark.parametrize("dialect", [PackageFormat.STANDARD_2025_09, PackageFormat.LEGACY])


class Contents:
    """Files that are nothing but their names: each holds its own."""

    def open(self, ref: DataRef) -> int:
        fd = os.memfd_create("content")
        os.write(fd, ref.encode())
        os.lseek(fd, 0, os.SEEK_SET)
        return fd


def export(root: Path, package: Package, dialect: PackageFormat) -> tuple[Path, tuple[Loss, ...]]:
    into = root / package.problem.id
    into.mkdir(parents=True)
    return into, export_package(package, into, dialect=dialect, languages=LANGUAGES)


def package_of(problem: Problem) -> Package:
    """A complete package of a problem, whose files are their names."""
    version = version_of(problem, lambda ref: hashlib.sha256(ref.encode()).hexdigest())
    return Package(
        path=Path("any"),
        format=PackageFormat.STANDARD_2025_09,
        problem=replace(problem, version=version),
        submissions=(),
        warnings=(),
        files=Contents(),
    )


def losses_of(tmp_path: Path, files: Files, dialect: PackageFormat) -> tuple[Path, dict[str, str]]:
    with opened(foreign.write(tmp_path / "double", files), languages=LANGUAGES) as package:
        into, losses = export(tmp_path / "out", package, dialect)
    return into, {loss.what: loss.why for loss in losses}
