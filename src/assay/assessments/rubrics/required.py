"""Fields that a rubric cannot do without, and mappings whose keys are ids."""

from collections.abc import Iterator
import re
from typing import TypeVar

from assay.problems.fields import Fields

Found = TypeVar("Found")

ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")
ID_REMEDY = "an id begins with a small letter; small letters, digits, '_' and '-' follow, 64 at the most"
ENTRIES_MAX = 200  # more signals, competencies or roles than anybody can explain


def required(fields: Fields, field: str, found: Found | None) -> Found | None:
    """What was found; that nothing is there is reported, where the mapping begins that should have it."""
    if found is None and fields.value(field) is None:
        lines = [line for name in fields.names() if (line := fields.line(name)) is not None]
        fields.error_at(field, min(lines, default=1), "is missing; a rubric needs it")
    return found


def required_text(fields: Fields, field: str) -> str | None:
    """A text that must be there and not be empty."""
    found = fields.text(field)
    if found is not None and not found.strip():
        fields.error(field, "is empty; write it out")
        return None
    return required(fields, field, found)


def required_number(
    fields: Fields, field: str, *, at_least: float = 0, above: bool = False, at_most: float
) -> float | None:
    return required(fields, field, fields.number(field, at_least=at_least, above=above, at_most=at_most))


def entries(fields: Fields, field: str) -> Iterator[tuple[str, Fields]]:
    """The mappings within a mapping, by their ids, in the order of these. Wrong ones are reported."""
    inner = required(fields, field, fields.fields(field))
    if inner is None:
        return
    names = sorted(inner.names())
    if not names:
        fields.error(field, "is empty; a rubric needs one at least")
    if len(names) > ENTRIES_MAX:
        fields.error(field, f"has more than {ENTRIES_MAX} entries")
        return
    for name in names:
        if not ID.fullmatch(name):
            inner.error(name, f"is no id: {ID_REMEDY}")
            continue
        entry = required(inner, name, inner.fields(name))
        if entry is not None:
            yield name, entry


def weights(fields: Fields, field: str) -> dict[str, float]:
    """A mapping of ids to weights from 0 to 1, in the order of the ids. Wrong ones are reported."""
    inner = required(fields, field, fields.fields(field))
    if inner is None:
        return {}
    found = {name: required_number(inner, name, at_most=1) for name in sorted(inner.names())}
    return {name: weight for name, weight in found.items() if weight is not None}
