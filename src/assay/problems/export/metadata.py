"""problem.yaml, in either dialect."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from assay.domain.jury import ValidationLimits
from assay.domain.limits import BYTES_PER_MIB, MILLISECONDS_PER_SECOND
from assay.domain.problem import Credit, FileWriting, Problem
from assay.problems.conversion import VALIDATION_LIMITS
from assay.problems.export.losses import Losses
from assay.problems.export.target import Target

_KIB = 1024
_NAMESPACE = UUID("6f1d0a52-3b0e-5c4f-9c7e-2d6a1c0b9e84")  # of ids that are made here
_STANDARD = "2025-09"


def write_standard_metadata(
    problem: Problem, arguments: tuple[str, ...], target: Target, losses: Losses
) -> None:
    """problem.yaml of 2025-09. `arguments` have no place in it."""
    about = problem.about
    kinds = ["scoring" if problem.scoring is not None else "pass-fail"]
    validation = problem.validation
    if validation is not None and validation.interactor is not None:
        kinds.append("interactive")
    if validation is not None and validation.passes_max > 1:
        kinds.append("multi-pass")
    if problem.takes_answers:
        kinds.append("submit-answer")
    limits = _limits(problem, losses)
    if validation is not None and validation.passes_max > 1:
        limits["validation_passes"] = validation.passes_max
    document: dict[str, object] = {
        "problem_format_version": _STANDARD,
        "type": kinds[0] if len(kinds) == 1 else kinds,
        "name": dict(problem.names) or {"en": problem.name},
        "uuid": about.uuid or str(uuid5(_NAMESPACE, problem.id)),
        **_unless_empty("version", about.revision),
        **_unless_empty("credits", _credits(about.credits)),
        **_unless_empty(
            "source",
            [{"name": each.name, **_unless_empty("url", each.url)} for each in about.sources],
        ),
        "license": about.license,
        **_unless_empty("rights_owner", about.rights_owner),
        **_unless_empty("embargo_until", about.embargo_until),
        "limits": {"time_limit": problem.limits.cpu_time_ms / MILLISECONDS_PER_SECOND, **limits},
        **_unless_empty("keywords", list(about.keywords)),
        **_unless_empty("languages", list(problem.languages or ())),
        # formats that do not say let programs write
        **_unless_empty("allow_file_writing", problem.file_writing is not FileWriting.NO),
    }
    # The resolution is the finest that there is, so that any time limit is a multiple of it.
    if problem.limits.cpu_time_ms % MILLISECONDS_PER_SECOND:
        limits_with_time = document["limits"]
        assert isinstance(limits_with_time, dict)  # noqa: S101  it was made above
        limits_with_time["time_resolution"] = 1 / MILLISECONDS_PER_SECOND
    target.write_yaml("problem.yaml", document)


def write_legacy_metadata(
    problem: Problem, arguments: tuple[str, ...], target: Target, losses: Losses
) -> None:
    """problem.yaml of the legacy dialect, and .timelimit beside it. `arguments` are every validator's."""
    about = problem.about
    for what, found in (
        ("languages", problem.languages),
        ("version", about.revision),
        ("embargo_until", about.embargo_until),
        ("submit-answer", problem.takes_answers),
        ("allow_file_writing", problem.file_writing is FileWriting.YES),
    ):
        if found:
            losses.note(f"problem.yaml: {what}", "the legacy format has no such field")
    authors = [each.name for each in about.credits if each.role == "authors"]
    if any(each != Credit(role="authors", name=each.name) for each in about.credits):
        losses.note("problem.yaml: credits", "the legacy format has authors, by their names alone")
    if len(about.sources) > 1:
        losses.note("problem.yaml: source", "the legacy format has one source")
    source = about.sources[0] if about.sources else None
    if any(" " in word for word in about.keywords):
        losses.note("problem.yaml: keywords", "in the legacy format a keyword is one word")
    document: dict[str, object] = {
        **_unless_empty("type", "scoring" if problem.scoring is not None else ""),
        "name": dict(problem.names) or problem.name,
        **_unless_empty("uuid", about.uuid),
        **_unless_empty("author", ", ".join(authors)),
        **_unless_empty("source", source.name if source is not None else ""),
        **_unless_empty("source_url", source.url if source is not None else ""),
        "license": about.license,
        **_unless_empty("rights_owner", about.rights_owner),
        **_unless_empty("limits", _limits(problem, losses)),
        **_unless_empty("validation", _legacy_validation(problem)),
        **_unless_empty("validator_flags", " ".join(arguments)),
        **_unless_empty("grading", _legacy_grading(problem)),
        **_unless_empty("keywords", " ".join(about.keywords)),
    }
    if problem.validation is not None and problem.validation.passes_max > 1:
        limits = document.setdefault("limits", {})
        assert isinstance(limits, dict)  # noqa: S101  it was made above
        limits["validation_passes"] = problem.validation.passes_max
    target.write_yaml("problem.yaml", document)
    target.write(".timelimit", f"{problem.limits.cpu_time_ms / MILLISECONDS_PER_SECOND:g}\n")


def _legacy_validation(problem: Problem) -> str:
    validation = problem.validation
    if validation is None or validation.is_default:
        return ""
    words = ["custom"]
    if validation.interactor is not None:
        words.append("interactive")
    if problem.scoring is not None:
        words.append("score")
    if validation.passes_max > 1:
        words.append("multi-pass")
    return " ".join(words)


def _legacy_grading(problem: Problem) -> dict[str, object]:
    if problem.scoring is None:
        return {}
    found: dict[str, object] = {}
    if problem.scoring.is_minimised:
        found["objective"] = "min"
    if problem.scoring.shows_groups:
        found["show_test_data_groups"] = True
    return found


def _limits(problem: Problem, losses: Losses) -> dict[str, object]:
    """All limits but the time limit, in the format's whole units."""
    limits = problem.limits
    found: dict[str, object] = {}
    validation = VALIDATION_LIMITS if problem.validation is None else problem.validation.limits
    for name, value, unit in (
        ("memory", limits.memory_bytes, BYTES_PER_MIB),
        ("output", limits.output_bytes, BYTES_PER_MIB),
        ("code", limits.source_bytes, _KIB),
        ("compilation_time", limits.compile_time_ms, MILLISECONDS_PER_SECOND),
        ("compilation_memory", limits.compile_memory_bytes, BYTES_PER_MIB),
        *_validation(validation, is_given=problem.validation is not None),
    ):
        found[name] = -(-value // unit)
        if value % unit:
            losses.note(f"limits.{name}", "the package format has whole units; it was rounded up")
    return found


def _validation(limits: ValidationLimits, *, is_given: bool) -> list[tuple[str, int, int]]:
    if not is_given:
        return []
    return [
        ("validation_time", limits.cpu_time_ms, MILLISECONDS_PER_SECOND),
        ("validation_memory", limits.memory_bytes, BYTES_PER_MIB),
        ("validation_output", limits.output_bytes, BYTES_PER_MIB),
    ]


def _credits(people: tuple[Credit, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for person in people:
        written = _person(person)
        if person.role == "translators":
            by_language = found.setdefault("translators", {})
            assert isinstance(by_language, dict)  # noqa: S101  it was made here
            by_language.setdefault(person.language, []).append(written)
        else:
            of_role = found.setdefault(person.role, [])
            assert isinstance(of_role, list)  # noqa: S101  it was made here
            of_role.append(written)
    return found


def _person(person: Credit) -> str | dict[str, str]:
    """As a mapping: a name may have what a line of text would take for an address."""
    extras = {"email": person.email, "orcid": person.orcid, "kattis": person.kattis}
    given = {key: value for key, value in extras.items() if value}
    return {"name": person.name, **given}


def _unless_empty(key: str, value: object) -> Mapping[str, object]:
    return {key: value} if value else {}
