"""Announcements as fields, and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.adapters.broker.messages import GENERATION_MAX, Unreadable, fields_of, from_json, to_json
from assay.domain.lane import Lane
from assay.queue.broker import Announcement

ONE = Announcement(
    submission_id="s1",
    generation=2,
    user_id="ada",
    problem_id="sum",
    language_id="python3",
    lane=Lane.CONTEST,
    at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=255)


def test_the_fields_are_those_that_others_read() -> None:
    assert json.loads(to_json(ONE)) == {
        "submission_id": "s1",
        "user_id": "ada",
        "problem_id": "sum",
        "language": "python3",
        "priority": "contest",
        "timestamp": "2026-11-22T09:00:00+00:00",
        "generation": 2,
    }


@given(
    st.builds(
        Announcement,
        submission_id=texts,
        generation=st.integers(0, GENERATION_MAX),
        user_id=st.none() | texts,
        problem_id=texts,
        language_id=texts,
        lane=st.sampled_from(Lane),
        at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))])),
    )
)
def test_what_is_written_is_read_as_it_was(announcement: Announcement) -> None:
    assert from_json(to_json(announcement)) == announcement


def test_what_a_later_release_writes_besides_is_left_alone() -> None:
    more = {**fields_of(replace(ONE, user_id=None)), "tenant": "school"}
    assert from_json(json.dumps(more).encode()) == replace(ONE, user_id=None)


@pytest.mark.parametrize(
    "change",
    [
        {"submission_id": None}, {"submission_id": ""}, {"submission_id": 7}, {"user_id": 7},
        {"generation": "2"}, {"generation": True}, {"generation": -1}, {"generation": None},
        {"priority": "urgent"}, {"timestamp": "noon"}, {"timestamp": "2026-11-22T09:00:00"}, {"language": []},
        # what no database takes would end the worker that asks it
        {"generation": 1 << 31}, {"generation": 10**23}, {"submission_id": "s\0"},
        {"submission_id": "\ud800"}, {"user_id": "\udfff"}, {"problem_id": "\0"}, {"language": "\ud83d"},
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_makes_it_unreadable(change: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        from_json(json.dumps({**fields_of(ONE), **change}).encode())


@pytest.mark.parametrize("message", [None, b"", b"\xff\x00", b"[]", b"7", b"{", b"[" * 5000, b" " * 9000])
def test_what_is_no_object_is_unreadable(message: bytes | None) -> None:
    with pytest.raises(Unreadable):
        from_json(message)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_announcement_or_unreadable(message: bytes) -> None:
    with pytest.raises(Unreadable):
        from_json(message)
