"""An announcement as the fields of a message, on every broker the same.

    submission_id  user_id  problem_id  language  priority (its lane)  timestamp (ISO 8601)  generation

No source text and no test data: what is to be judged stays in the rows.
"""

from collections.abc import Mapping
from datetime import datetime
import json
from typing import Any

from assay.domain.lane import Lane
from assay.queue.broker import Announcement

MESSAGE_BYTES_MAX = 8192  # ids of 255 characters are far below; longer ones are none of ours
GENERATION_MAX = (1 << 31) - 1  # as the rows have room for: whoever asked them for more would fail


class Unreadable(ValueError):
    """A message that is no announcement. Says what is wrong with it, not what is in it."""


def fields_of(announcement: Announcement) -> dict[str, str | int | None]:
    return {
        "submission_id": announcement.submission_id,
        "user_id": announcement.user_id,
        "problem_id": announcement.problem_id,
        "language": announcement.language_id,
        "priority": announcement.lane.value,
        "timestamp": announcement.at.isoformat(),
        "generation": announcement.generation,
    }


def announcement_of(fields: Mapping[str, object]) -> Announcement:
    """Raises `Unreadable`. What a later release may write besides is left alone."""
    generation = fields.get("generation")
    if not isinstance(generation, int) or isinstance(generation, bool):
        raise Unreadable("its generation is no number")
    if not 0 <= generation <= GENERATION_MAX:
        raise Unreadable("its generation is no number of a judgement")
    try:
        lane, at = Lane(_text(fields, "priority")), datetime.fromisoformat(_text(fields, "timestamp"))
    except ValueError as error:
        raise Unreadable("its priority is no lane, or its timestamp no time") from error
    if at.tzinfo is None:
        raise Unreadable("its timestamp has no time zone")
    return Announcement(
        submission_id=_text(fields, "submission_id"),
        generation=generation,
        user_id=None if fields.get("user_id") is None else _text(fields, "user_id"),
        problem_id=_text(fields, "problem_id"),
        language_id=_text(fields, "language"),
        lane=lane,
        at=at,
    )


def to_json(announcement: Announcement) -> bytes:
    return json.dumps(fields_of(announcement), separators=(",", ":")).encode()


def from_json(message: bytes | None) -> Announcement:
    """Raises `Unreadable`."""
    if message is None or len(message) > MESSAGE_BYTES_MAX:
        raise Unreadable("it is empty or too long")
    try:
        fields: Any = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is no JSON") from error
    if not isinstance(fields, dict):
        raise Unreadable("it is no JSON object")
    return announcement_of(fields)


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"its {name} is missing")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):  # no database has it
        raise Unreadable(f"its {name} is no text")
    return value
