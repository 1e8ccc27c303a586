"""problem.yaml: which dialect it is in, and what of it a judge needs."""

from dataclasses import dataclass
import re

from assay.domain.limits import Limits
from assay.problems import legacy, standard
from assay.problems.documents import YAML_BYTES_MAX, parse_document
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.groups import ValidatorArguments
from assay.problems.limits import read_limits
from assay.problems.package import PackageFormat, Report

PROBLEM_FILE = "problem.yaml"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LICENSES = ("unknown", "public domain", "cc0", "cc by", "cc by-sa", "educational", "permission")


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a judge needs of problem.yaml.

    `names` are by language tag. `validator_arguments` are the default output validator's, for all tests.
    """

    format: PackageFormat
    names: dict[str, str]
    limits: Limits
    validator_arguments: ValidatorArguments


def read_metadata(folder: PackageFolder, report: Report) -> Metadata | None:
    """Read problem.yaml. None, reported, when there is none, it is no YAML or of an unknown version."""
    if PROBLEM_FILE not in folder.sizes:
        report.error(PROBLEM_FILE, "is missing; every package has one")
        return None
    text = folder.read_text(PROBLEM_FILE, bytes_max=YAML_BYTES_MAX)
    document = None if text is None else parse_document(PROBLEM_FILE, text, report)
    if document is None:
        return None
    fields = Fields(PROBLEM_FILE, document, report)
    package_format = _read_format(fields)
    if package_format is None:
        return None
    names: dict[str, str]
    arguments: tuple[str, ...] = ()
    limits = read_limits(fields, folder, package_format, report)
    _read_license(fields)
    match package_format:
        case PackageFormat.LEGACY:
            names, arguments = legacy.read_fields(fields)
        case PackageFormat.STANDARD_2025_09:
            names = standard.read_fields(fields)
    _check_uuid(fields, required=package_format is PackageFormat.STANDARD_2025_09)
    fields.finish()
    return Metadata(
        format=package_format,
        names=names,
        limits=limits,
        validator_arguments=ValidatorArguments(
            path=PROBLEM_FILE,
            field="validator_flags",
            line=fields.line("validator_flags"),
            values=arguments,
        ),
    )


def _read_format(fields: Fields) -> PackageFormat | None:
    match fields.text("problem_format_version"):
        case None | "legacy" | "legacy-icpc":
            return PackageFormat.LEGACY
        case "2025-09":
            return PackageFormat.STANDARD_2025_09
        case other:
            message = f"{other!r} is not supported; supported are 2025-09, legacy and legacy-icpc"
            fields.error("problem_format_version", message)
            return None


def _read_license(fields: Fields) -> None:
    """Of no consequence for a verdict, so never more than a warning."""
    license_name = fields.text("license") or "unknown"
    if license_name not in _LICENSES:
        fields.warn("license", f"{license_name!r} is none of: {', '.join(_LICENSES)}")
    if fields.text("rights_owner") is not None and license_name == "public domain":
        fields.warn("rights_owner", "must not be set when the license is 'public domain'")


def _check_uuid(fields: Fields, *, required: bool) -> None:
    uuid = fields.text("uuid")
    if uuid is None:
        if required:
            fields.warn("uuid", "is missing, which the specification does not allow; Assay does not need it")
    elif not _UUID.fullmatch(uuid):
        fields.warn("uuid", f"{uuid[:40]!r} is not a UUID")
