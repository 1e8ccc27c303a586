"""problem.yaml in the legacy dialect: what it says of judging."""

from dataclasses import dataclass

from assay.problems.fields import Fields
from assay.problems.standard import Kind

_MULTI_PASS = "multi-pass"  # noqa: S105  DOMjudge's addition


@dataclass(frozen=True, kw_only=True)
class LegacyJudging:
    """What `type`, `validation`, `validator_flags` and `grading` come to.

    `has_custom_validator`: output_validators/ decides. `arguments` are for every validator and all tests.
    """

    kind: Kind = Kind()  # noqa: RUF009  frozen
    has_custom_validator: bool = False
    arguments: tuple[str, ...] = ()
    is_minimised: bool = False
    shows_groups: bool = False


def read_judging(fields: Fields) -> LegacyJudging:
    """Specification: legacy, "Type", "Validation" and "Grading"."""
    kind = fields.text("type")
    if kind not in (None, "pass-fail", "scoring"):
        fields.error("type", f"must be pass-fail or scoring, not {kind!r}")
    is_scoring = kind == "scoring"
    modes = _read_validation(fields, is_scoring=is_scoring)
    objective, shows_groups = _read_grading(fields, is_scoring=is_scoring)
    return LegacyJudging(
        kind=Kind(
            is_scoring=is_scoring,
            is_interactive=modes is not None and "interactive" in modes,
            is_multi_pass=modes is not None and _MULTI_PASS in modes,
        ),
        has_custom_validator=modes is not None,
        arguments=tuple((fields.text("validator_flags") or "").split()),
        is_minimised=objective == "min",
        shows_groups=shows_groups,
    )


def _read_validation(fields: Fields, *, is_scoring: bool) -> list[str] | None:
    """The modes of custom validation; None for the default validator."""
    match (fields.text("validation") or "default").split():
        case ["default"]:
            return None
        case ["custom", *modes] if set(modes) <= {"score", "interactive", _MULTI_PASS}:
            if _MULTI_PASS in modes:
                fields.warn("validation", "multi-pass is honoured, though the legacy format has no such mode")
            if "score" in modes and not is_scoring:
                fields.error(
                    "validation", "score is for scoring problems only; remove it or say 'type: scoring'"
                )
            return modes
        case _:
            fields.error("validation", "must be 'default', or 'custom' and then 'score' or 'interactive'")
            return None


def _read_grading(fields: Fields, *, is_scoring: bool) -> tuple[str, bool]:
    grading = fields.fields("grading")
    if grading is None:
        return "max", False
    objective = grading.text("objective") or "max"
    if objective not in ("min", "max"):
        grading.error("objective", f"must be min or max, not {objective[:40]!r}")
    shows_groups = grading.boolean("show_test_data_groups") or False
    for moved in ("accept_score", "reject_score", "range", "on_reject"):
        if grading.value(moved) is not None:
            grading.error(moved, "is no longer read here; write it into data/testdata.yaml")
    grading.finish(what="grading field")
    if not is_scoring:
        fields.warn("grading", "ignored: only scoring problems are graded")
    return objective, shows_groups
