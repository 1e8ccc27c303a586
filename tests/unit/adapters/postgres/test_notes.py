"""Messages as notifications: few, each within what PostgreSQL takes, and every message in its order."""

from assay.adapters.broadcast.ports import Kind
from assay.adapters.postgres.broadcast import NOTE_BYTES_MAX, notes_of


def test_what_has_room_goes_together() -> None:
    messages = [
        (Kind.SUBMISSION, "one", '{"seq": 1}'),
        (Kind.BELL, "jobs", ""),
        (Kind.SUBMISSION, "two", "é"),
    ]
    assert notes_of(messages) == ['submission one {"seq": 1}\nbell jobs \nsubmission two é']


def test_no_note_is_longer_than_is_taken_and_nothing_is_lost() -> None:
    messages = [(Kind.SUBMISSION, f"s{number:03}", "é" * 100) for number in range(200)]
    notes = notes_of(messages)
    assert all(len(note.encode()) <= NOTE_BYTES_MAX for note in notes)
    assert [line for note in notes for line in note.split("\n")] == [" ".join(each) for each in messages]
    assert len(notes) < len(messages) / 20


def test_a_message_that_fills_a_note_goes_alone() -> None:
    long = "x" * NOTE_BYTES_MAX
    assert len(notes_of([(Kind.SUBMISSION, "a", long), (Kind.SUBMISSION, "b", "")])) == 2


def test_nothing_is_no_note() -> None:
    assert notes_of([]) == []
