"""problem.yaml: which dialect it is in, and what it says."""

from dataclasses import dataclass

from assay.domain.problem import About, FileWriting
from assay.languages.catalogue import LanguageCatalogue
from assay.problems import legacy, standard
from assay.problems.constants import Constants, read_constants
from assay.problems.credits import check_rights, read_legacy_about, read_standard_about
from assay.problems.documents import YAML_BYTES_MAX, parse_document
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.legacy import LegacyJudging
from assay.problems.limits import ProblemLimits, read_limits
from assay.problems.package import PackageFormat, Report
from assay.problems.standard import Kind

PROBLEM_FILE = "problem.yaml"


@dataclass(frozen=True, kw_only=True)
class GivenArguments:
    """Arguments for a program of the setter's, and where they are given, for messages."""

    path: str
    field: str
    line: int | None
    values: tuple[str, ...]


NO_ARGUMENTS = GivenArguments(path="", field="", line=None, values=())


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What problem.yaml says. `names` are by language tag.

    `validator_arguments` are the output validators', for all tests. `legacy` is None in the 2025-09 dialect.
    `languages` are the ids of those that may be used, None for all.
    """

    format: PackageFormat
    kind: Kind
    names: dict[str, str]
    about: About
    limits: ProblemLimits
    languages: tuple[str, ...] | None = None
    file_writing: FileWriting = FileWriting.SCRATCH
    constants: Constants
    legacy: LegacyJudging | None = None
    validator_arguments: GivenArguments = NO_ARGUMENTS


def read_metadata(
    folder: PackageFolder, languages: LanguageCatalogue, report: Report, *, can_measure: bool
) -> Metadata | None:
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
    if package_format is PackageFormat.STANDARD_2025_09:
        _check_line_ends(folder.read(PROBLEM_FILE, bytes_max=YAML_BYTES_MAX) or b"", report)
    limits = read_limits(fields, folder, package_format, report, can_measure=can_measure)
    if package_format is PackageFormat.LEGACY:
        metadata = _read_legacy(fields, limits)
    else:
        metadata = _read_standard(fields, limits, languages)
    check_rights(fields, metadata.about)
    fields.finish()
    return metadata


def _check_line_ends(content: bytes, report: Report) -> None:
    """Specification: "General requirements"."""
    lines, carriage_return, _ = content.partition(b"\r\n")
    if carriage_return:
        message = "has lines that end in CR LF; in this format text files have Unix line ends"
        report.warn(PROBLEM_FILE, message, line=lines.count(b"\n") + 1)


def _read_legacy(fields: Fields, limits: ProblemLimits) -> Metadata:
    judging = legacy.read_judging(fields)
    return Metadata(
        format=PackageFormat.LEGACY,
        kind=judging.kind,
        names=standard.read_names(fields),  # older tools write several, as 2025-09 does
        about=read_legacy_about(fields),
        limits=limits,
        constants=Constants(),
        legacy=judging,
        validator_arguments=GivenArguments(
            path=PROBLEM_FILE,
            field="validator_flags",
            line=fields.line("validator_flags"),
            values=judging.arguments,
        ),
    )


def _read_standard(fields: Fields, limits: ProblemLimits, languages: LanguageCatalogue) -> Metadata:
    kind = standard.read_kind(fields)
    if limits.passes_max is not None and not kind.is_multi_pass:
        fields.warn("limits.validation_passes", "ignored: it is for multi-pass problems only")
    names = standard.read_names(fields)
    if not names and fields.value("name") is None:
        fields.error("name", "is missing; give the problem's name")
    return Metadata(
        format=PackageFormat.STANDARD_2025_09,
        kind=kind,
        names=names,
        about=read_standard_about(fields),
        limits=limits,
        languages=standard.read_languages(fields, languages),
        file_writing=standard.read_file_writing(fields),
        constants=read_constants(fields),
    )


def _read_format(fields: Fields) -> PackageFormat | None:
    match fields.text("problem_format_version"):
        case None | "legacy":
            return PackageFormat.LEGACY
        case "legacy-icpc" as subset:
            if fields.text("type") == "scoring":
                fields.warn("type", f"{subset} has no scoring problems; 'problem_format_version: legacy' has")
            return PackageFormat.LEGACY
        case "2025-09":
            return PackageFormat.STANDARD_2025_09
        case other:
            message = (
                f"{other!r} is not supported; supported are 2025-09, legacy and legacy-icpc; say the one "
                "whose rules the package keeps"
            )
            fields.error("problem_format_version", message)
            return None
