"""The verb: a folder in the problem package format becomes a Package, or PackageInvalid says why not."""

from collections.abc import Sequence
from dataclasses import replace
import hashlib
import os
from pathlib import Path

from assay.domain.problem import Problem
from assay.errors import Finding, PackageInvalid
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.problems.codec import version_of
from assay.problems.folder import (
    NAME,
    PackageData,
    PackageFolder,
    open_package,
    path_order,
    printable,
    unreadable,
)
from assay.problems.groups import NO_ARGUMENTS
from assay.problems.metadata import read_metadata
from assay.problems.package import UNMADE, Package, PackageFormat, PackageSubmission, Report
from assay.problems.standard import ID
from assay.problems.statements import problem_name, read_statements
from assay.problems.submissions import Judged, read_submissions
from assay.problems.testdata import read_tests

# Folders whose programs would have a say in a verdict: to leave them out would be to judge wrongly.
_UNSUPPORTED_FOLDERS = {
    PackageFormat.LEGACY: {"include": "included code", "graders": "custom graders"},
    PackageFormat.STANDARD_2025_09: {
        "include": "included files",
        "output_validator": "custom output validators",
        "output_validators": "custom output validators",
        "static_validator": "static validators",
    },
}


def read_package(path: Path, *, languages: LanguageCatalogue | None = None) -> Package:
    """Read the package in the folder `path`. Reads every test file once, for its digest.

    `languages` are those of the installation unless given. Raises PackageInvalid with every finding.
    """
    report = Report()
    root = path.resolve()
    languages = languages or load_catalogue()
    try:
        with open_package(root, report) as folder:
            package = _read(root, folder, languages, report)
    except (FileNotFoundError, NotADirectoryError):
        report.error(".", "is no folder; a package is a folder with a problem.yaml")
        package = None
    except PermissionError as error:
        report.error(".", unreadable(error))
        package = None
    if package is None or report.errors:
        raise PackageInvalid(printable(str(path)), sorted(report.errors, key=_finding_order))
    return package


def _read(root: Path, folder: PackageFolder, languages: LanguageCatalogue, report: Report) -> Package | None:
    _check_id(root.name, report)
    metadata = read_metadata(folder, report)
    # A broken problem.yaml does not keep us from the rest; most of it is the same in both dialects.
    package_format = _guess_format(folder) if metadata is None else metadata.format
    arguments = NO_ARGUMENTS if metadata is None else metadata.validator_arguments
    tests = read_tests(folder, package_format, arguments, report)
    statements = read_statements(folder, package_format, report)
    names = tuple(test.name for test in tests)
    submissions = read_submissions(folder, package_format, languages, Judged(test_names=names), report)
    if metadata is not None:
        _check_sizes(submissions, metadata.limits.source_bytes, report)
    _check_folders(folder, package_format, report)
    if metadata is None or report.errors:
        return None
    problem = Problem(
        id=root.name,
        version=UNMADE,
        name=problem_name(metadata.names, statements, root.name),
        limits=metadata.limits,
        tests=tests,
        statements=statements,
    )
    problem = replace(problem, version=version_of(problem, lambda ref: _digest(folder, ref, report)))
    if report.errors:
        return None
    return Package(
        path=root,
        format=metadata.format,
        problem=problem,
        submissions=submissions,
        warnings=tuple(sorted(report.warnings, key=_finding_order)),
        files=PackageData(root),
    )


def _guess_format(folder: PackageFolder) -> PackageFormat:
    return PackageFormat.STANDARD_2025_09 if "statement" in folder.folders else PackageFormat.LEGACY


def _check_id(name: str, report: Report) -> None:
    """The folder's name is the problem's id. The specification allows a-z and 0-9; much in use has more."""
    if not NAME.fullmatch(name):
        message = f"{printable(name)!r} cannot be a problem's id; name the folder with letters and digits"
        report.error(".", message, field="short name")
    elif not ID.fullmatch(name):
        message = f"{name!r} should have lower-case letters and digits only (specification)"
        report.warn(".", message, field="short name")


def _check_sizes(submissions: Sequence[PackageSubmission], source_bytes_max: int, report: Report) -> None:
    """The jury may write more than it takes from others, but will hardly mean to."""
    for submission in submissions:
        size_bytes = sum(len(file.content) for file in submission.files)
        if size_bytes > source_bytes_max:
            message = (
                f"has {size_bytes} bytes; no contestant may submit more than {source_bytes_max} (limits.code)"
            )
            report.warn(submission.path, message)


def _check_folders(folder: PackageFolder, package_format: PackageFormat, report: Report) -> None:
    for name, meaning in _UNSUPPORTED_FOLDERS[package_format].items():
        if folder.files_below(name) or name in folder.sizes:
            report.error(name, f"{meaning} are not supported yet")
    if package_format is PackageFormat.LEGACY and folder.files_below("output_validators"):
        report.warn("output_validators", "ignored, as problem.yaml does not say 'validation: custom'")
    if not folder.files_below("input_validators") and not folder.files_below("input_format_validators"):
        report.warn(
            "input_validators", "is missing; the specification wants at least one, Assay does not need it"
        )


def _digest(folder: PackageFolder, path: str, report: Report) -> str:
    try:
        fd = folder.open(path)
    except OSError as error:
        report.error(path, unreadable(error))
        return ""
    with os.fdopen(fd, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _finding_order(finding: Finding) -> tuple[list[str], int]:
    return path_order(finding.path), finding.line or 0
