"""Announcements as messages: what is said is what is read, and anything else is refused."""

from datetime import UTC, datetime
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.domain.lane import Lane
from assay.queue.broker import Announcement
from assay.queue.messages import FIELDS, UnreadableError, from_fields, from_json, to_fields, to_json

AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
ANNOUNCEMENTS = st.builds(
    Announcement,
    submission_id=TEXTS,
    generation=st.integers(1, 1 << 31),
    user_id=st.none() | TEXTS,
    problem_id=TEXTS,
    language_id=TEXTS,
    lane=st.sampled_from(Lane),
    at=st.datetimes(timezones=st.just(UTC)),
)


@given(ANNOUNCEMENTS)
def test_what_is_said_is_what_is_read(said: Announcement) -> None:
    assert from_json(to_json(said)) == said
    assert from_fields(to_fields(said)) == said


def test_a_message_has_these_fields_and_no_others() -> None:
    said = Announcement(
        submission_id="s",
        generation=2,
        user_id=None,
        problem_id="p",
        language_id="c",
        lane=Lane.CONTEST,
        at=AT,
    )
    assert json.loads(to_json(said)) == {
        "submission_id": "s", "user_id": "", "problem_id": "p", "language": "c", "priority": "contest",
        "timestamp": "2026-03-01T12:00:00.123456+00:00", "generation": 2,
    }  # fmt: skip
    assert tuple(to_fields(said)) == FIELDS


@given(
    st.binary()
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_anything_else_is_refused_as_such(text: bytes) -> None:
    with pytest.raises(UnreadableError):
        from_json(text)


@pytest.mark.parametrize(
    "change",
    [
        {"generation": "two"}, {"generation": "1"}, {"priority": "urgent"}, {"timestamp": "yesterday"},
        {"timestamp": "2026-03-01T12:00:00"}, {"submission_id": ""}, {"user_id": None}, {"language": 3},
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_refused(change: dict[str, object]) -> None:
    said = {
        "submission_id": "s", "user_id": "", "problem_id": "p", "language": "c", "priority": "contest",
        "timestamp": "2026-03-01T12:00:00+00:00", "generation": 2,
    }  # fmt: skip
    from_json(json.dumps(said).encode())
    with pytest.raises(UnreadableError):
        from_json(json.dumps(said | change).encode())
