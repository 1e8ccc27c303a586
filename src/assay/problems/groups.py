"""Settings of test groups and of single tests: which arguments the output validator gets, what is refused.

Legacy: testdata.yaml in any folder below data/. 2025-09: test_group.yaml in data/sample, data/secret and its
groups, and <test>.yaml. Arguments hold for everything below, until something nearer to the test gives others.
A data/test_group.yaml, of which 2025-09 says nothing, is read too: it is in use (BAPCtools), and to pass it
over would judge by the wrong rules.
"""

from dataclasses import dataclass
from typing import TypeAlias

from assay.problems.documents import YAML_BYTES_MAX, parse_document
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.package import Report

LEGACY_FILE = "testdata.yaml"
GROUP_FILE = "test_group.yaml"
_VERDICT_CHANGING_FLAGS = frozenset({"always_accept", "accept_if_any_accepted", "ignore_sample"})
_GRADER_FLAGS = frozenset({"worst_error", "first_error", "sum", "avg", "min", "max"})


@dataclass(frozen=True, kw_only=True)
class ValidatorArguments:
    """Arguments for the output validator, and where they are given, for messages."""

    path: str
    field: str
    line: int | None
    values: tuple[str, ...]


NO_ARGUMENTS = ValidatorArguments(path="", field="", line=None, values=())

Settings: TypeAlias = dict[str, ValidatorArguments]
"""By folder or test, as a path without ending below the package: "data/secret/group1"."""


def read_legacy_group(folder: PackageFolder, path: str, report: Report) -> ValidatorArguments | None:
    """One testdata.yaml. None when it gives no flags for the output validator."""
    fields = _open(folder, path, report)
    if fields is None:
        return None
    match fields.text("on_reject"):
        case None | "break":
            pass
        case "continue":
            fields.warn("on_reject", "ignored: judging ends with the first test that is not accepted")
        case other:
            fields.error("on_reject", f"must be break or continue, not {other!r}")
    if fields.text("grading") not in (None, "default"):
        fields.error("grading", "custom graders are not supported yet")
    for flag in (fields.text("grader_flags") or "").split():
        if flag in _VERDICT_CHANGING_FLAGS:
            fields.error("grader_flags", f"{flag} is not supported yet")
        elif flag not in _GRADER_FLAGS:
            fields.error("grader_flags", f"{flag!r} is no flag of the default grader")
    for scoring in ("accept_score", "reject_score", "range"):
        if fields.value(scoring) is not None:
            fields.warn(scoring, "ignored: it is for scoring problems only")
    fields.value("input_validator_flags")
    flags = _legacy_flags(fields)
    fields.finish()
    if flags is None:
        return None
    return _arguments(fields, "output_validator_flags", tuple(flags.split()))


def read_group(folder: PackageFolder, path: str, report: Report) -> ValidatorArguments | None:
    """One test_group.yaml of a pass-fail problem. None when it gives the output validator no arguments."""
    fields = _open(folder, path, report)
    if fields is None:
        return None
    for scoring in ("max_score", "score_aggregation", "require_pass"):
        if fields.value(scoring) is not None:
            fields.error(scoring, "must not be given for a pass-fail problem")
    for static in ("static_validation_score", "static_validator_args"):
        if fields.value(static) is not None:
            fields.error(static, "static validators are not supported yet")
    return _read_common(fields)


def read_test(folder: PackageFolder, path: str, report: Report) -> ValidatorArguments | None:
    """One <test>.yaml. None when it gives no arguments for the output validator."""
    fields = _open(folder, path, report)
    if fields is None:
        return None
    fields.text("hint")
    fields.text("description")
    return _read_common(fields)


def nearest(settings: Settings, path: str) -> ValidatorArguments | None:
    """What holds for a test: its own arguments or those of the nearest folder above it."""
    while path:
        if path in settings:
            return settings[path]
        path = path.rpartition("/")[0]
    return None


def _read_common(fields: Fields) -> ValidatorArguments | None:
    if fields.list_of_texts("args"):
        fields.error("args", "command-line arguments for submissions are not supported yet")
    for informative in ("input_validator_args", "input_visualizer_args", "output_visualizer_args"):
        fields.value(informative)
    fields.boolean("full_feedback")
    arguments = fields.list_of_texts("output_validator_args")
    fields.finish()
    return None if arguments is None else _arguments(fields, "output_validator_args", arguments)


def _arguments(fields: Fields, field: str, values: tuple[str, ...]) -> ValidatorArguments:
    return ValidatorArguments(path=fields.path, field=field, line=fields.line(field), values=values)


def _legacy_flags(fields: Fields) -> str | None:
    """A string of flags (as all tools read it), or a mapping of the validator's name and its flags."""
    value = fields.value("output_validator_flags")
    if value is None or value.text is not None:
        return fields.text("output_validator_flags")
    named = fields.fields("output_validator_flags")
    if named is None:
        return None
    named.value("name")
    flags = named.text("flags")
    named.finish()
    return flags


def _open(folder: PackageFolder, path: str, report: Report) -> Fields | None:
    text = folder.read_text(path, bytes_max=YAML_BYTES_MAX)
    document = None if text is None else parse_document(path, text, report)
    return None if document is None else Fields(path, document, report)
