"""problem.yaml in the legacy dialect: what is honoured, what only informs, what is refused."""

from assay.problems.fields import Fields
from assay.problems.standard import read_names


def read_fields(fields: Fields) -> tuple[dict[str, str], tuple[str, ...]]:
    """The names by language (older tools write several, as 2025-09 does) and the validator's arguments."""
    match fields.text("type"):
        case None | "pass-fail":
            _read_grading(fields)
        case "scoring":
            fields.error("type", "scoring problems are not supported yet")
            fields.value("grading")
        case other:
            fields.error("type", f"must be pass-fail or scoring, not {other!r}")
    for informative in ("author", "source", "source_url", "keywords"):
        fields.value(informative)
    return read_names(fields), _read_validation(fields)


def _read_validation(fields: Fields) -> tuple[str, ...]:
    validation = (fields.text("validation") or "default").split()
    arguments = tuple((fields.text("validator_flags") or "").split())
    match validation:
        case ["default"]:
            return arguments
        case ["custom", *modes] if set(modes) <= {"score", "interactive"}:
            kind = "interactive problems" if "interactive" in modes else "custom output validators"
            fields.error("validation", f"{kind} are not supported yet")
        case _:
            fields.error("validation", "must be 'default', or 'custom' and then 'score' or 'interactive'")
    return ()  # the arguments are another validator's


def _read_grading(fields: Fields) -> None:
    grading = fields.fields("grading")
    if grading is not None:
        grading.value("objective")
        grading.value("show_test_data_groups")
        grading.finish(what="grading field")
        fields.warn("grading", "ignored: only scoring problems are graded")
