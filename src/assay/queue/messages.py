"""An announcement as a message: the same words on every broker. Pure.

    {"submission_id": …, "user_id": …, "problem_id": …, "language": …, "priority": a lane,
     "timestamp": since when it is due (RFC 3339), "generation": …}

The code is not among them: it stays in the row.
"""

from collections.abc import Mapping
from datetime import datetime
import json

from assay.domain.lane import Lane
from assay.queue.broker import Announcement

FIELDS = ("submission_id", "user_id", "problem_id", "language", "priority", "timestamp", "generation")


class UnreadableError(ValueError):
    """A message that is no announcement: whoever may write to the broker may write anything."""


def to_fields(announcement: Announcement) -> dict[str, str]:
    """Each field as text; a user whom nobody knows is ""."""
    return {
        "submission_id": announcement.submission_id,
        "user_id": announcement.user_id or "",
        "problem_id": announcement.problem_id,
        "language": announcement.language_id,
        "priority": announcement.lane.value,
        "timestamp": announcement.at.isoformat(),
        "generation": str(announcement.generation),
    }


def from_fields(fields: Mapping[str, str]) -> Announcement:
    """What the fields say. Raises `UnreadableError` when they are not those of an announcement."""
    try:
        announcement = Announcement(
            submission_id=fields["submission_id"],
            generation=int(fields["generation"]),
            user_id=fields["user_id"] or None,
            problem_id=fields["problem_id"],
            language_id=fields["language"],
            lane=Lane(fields["priority"]),
            at=datetime.fromisoformat(fields["timestamp"]),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableError(f"{type(error).__name__}: {error}") from error
    if announcement.at.tzinfo is None or not announcement.submission_id:
        raise UnreadableError("a timestamp without a time zone, or no submission")
    return announcement


def to_json(announcement: Announcement, **more: str) -> bytes:
    """A JSON object; the generation is a number in it. `more`: of a dead letter, its cause."""
    return json.dumps({**to_fields(announcement), "generation": announcement.generation, **more}).encode()


def from_json(text: bytes) -> Announcement:
    """What the object says. Raises `UnreadableError` when it is no announcement."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no JSON: {error}") from error
    fields = told if isinstance(told, dict) else {}
    kinds = {name: int if name == "generation" else str for name in FIELDS}
    if not all(isinstance(fields.get(name), kind) for name, kind in kinds.items()):
        raise UnreadableError(f"not an object with {', '.join(FIELDS)}")
    return from_fields({name: str(fields[name]) for name in FIELDS})
