"""What a consumer has of the partitions that are its own."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from assay.adapters.kafka.shelf import WAITING_MAX, WINDOW_MAX, Place, Shelf
from assay.domain.lane import Lane
from assay.queue.broker import Announcement, Delivery, Topic

HIGH, NORMAL, OTHER = (Topic.HIGH_PRIORITY, 0), (Topic.NORMAL, 0), (Topic.NORMAL, 1)
NOBODY: frozenset[Place] = frozenset()


def announcement(name: str) -> Announcement:
    return Announcement(
        submission_id=name,
        generation=1,
        user_id=None,
        problem_id="sum",
        language_id="python3",
        lane=Lane.PRACTICE,
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )


def put(shelf: Shelf, place: Place, offsets: Sequence[int]) -> None:
    for offset in offsets:
        shelf.put(place, offset, announcement(f"{place[0].value[12]}{place[1]}-{offset}"))


def names(deliveries: Sequence[Delivery]) -> list[str]:
    return [each.announcement.submission_id for each in deliveries]


@pytest.fixture
def shelf() -> Shelf:
    """With three partitions, and half a minute to settle what is taken."""
    made = Shelf(redelivery_seconds=30)
    made.assign([HIGH, NORMAL, OTHER])
    return made


def test_what_is_settled_is_committed_up_to_the_first_that_is_not(shelf: Shelf) -> None:
    put(shelf, NORMAL, range(10, 14))
    put(shelf, OTHER, [5])
    taken = shelf.take(10, now=0)
    assert names(taken) == ["n0-10", "n0-11", "n0-12", "n0-13", "n1-5"]
    shelf.settle([taken[0], taken[2]])
    assert shelf.to_commit() == {NORMAL: 11}
    assert shelf.to_commit() == {}, "asked for once"
    shelf.settle([taken[1], taken[4]])
    assert shelf.to_commit() == {NORMAL: 13, OTHER: 6}
    shelf.was_refused([NORMAL])
    assert shelf.to_commit() == {NORMAL: 13}


def test_what_is_no_announcement_is_dealt_with(shelf: Shelf) -> None:
    shelf.put(NORMAL, 3, None)
    assert not shelf.has_some(now=0)
    assert shelf.to_commit() == {NORMAL: 4}


def test_what_is_out_for_too_long_is_given_out_again_before_the_rest(shelf: Shelf) -> None:
    put(shelf, NORMAL, [1, 2])
    (first,) = shelf.take(1, now=0)
    assert names(shelf.take(1, now=20)) == ["n0-2"]
    put(shelf, HIGH, [1])
    assert names(shelf.take(3, now=31)) == ["n0-1", "h0-1"]
    assert not shelf.has_some(now=49)
    assert shelf.has_some(now=50)
    shelf.settle([first])  # late, and dealt with
    assert names(shelf.take(9, now=100)) == ["n0-2", "h0-1"]
    assert shelf.to_commit() == {NORMAL: 2}


def test_what_another_has_now_is_dropped_and_settled_in_vain(shelf: Shelf) -> None:
    put(shelf, NORMAL, [1, 2])
    put(shelf, OTHER, [8])
    held = shelf.take(1, now=0)
    shelf.revoke([NORMAL])
    assert names(shelf.take(9, now=100)) == ["n1-8"]
    put(shelf, NORMAL, [3])  # it was on its way
    shelf.settle(held)
    assert shelf.to_commit() == {}
    shelf.assign([NORMAL])
    put(shelf, NORMAL, [1])
    assert names(shelf.take(9, now=0)) == ["n0-1"]
    shelf.settle(held)
    assert shelf.to_commit() == {}, "that was before"


def test_a_log_that_begins_anew_is_taken_from_its_beginning(shelf: Shelf) -> None:
    put(shelf, NORMAL, [500, 501])
    held = shelf.take(1, now=0)
    put(shelf, NORMAL, [0, 1])
    assert names(shelf.take(9, now=0)) == ["n0-0", "n0-1"]
    shelf.settle(held)
    assert shelf.to_commit() == {}
    assert NORMAL in shelf.places


def test_a_topic_that_nobody_takes_from_is_full_and_the_others_are_not(shelf: Shelf) -> None:
    put(shelf, NORMAL, range(WAITING_MAX - 1))
    assert shelf.full(NOBODY) == frozenset()
    put(shelf, OTHER, [0])
    paused = shelf.full(NOBODY)
    assert paused == {NORMAL, OTHER}
    shelf.take(1, now=0)
    assert shelf.full(paused) == {NORMAL, OTHER}, "until half of it is gone"
    shelf.take(WAITING_MAX // 2, now=0)
    assert shelf.full(paused) == frozenset()


def test_one_that_is_not_settled_holds_up_its_partition_in_the_end(shelf: Shelf) -> None:
    for offset in range(WINDOW_MAX):
        assert shelf.full(NOBODY) == frozenset()
        put(shelf, NORMAL, [offset])
        (taken,) = shelf.take(1, now=0)
        if offset != 0:
            shelf.settle([taken])
    assert shelf.full(NOBODY) == {NORMAL}
    (first,) = shelf.take(1, now=99)
    shelf.settle([first])
    assert shelf.full(frozenset({NORMAL})) == frozenset()
    assert shelf.to_commit() == {NORMAL: WINDOW_MAX}


def test_high_priority_is_first_and_never_alone(shelf: Shelf) -> None:
    put(shelf, NORMAL, range(60))
    put(shelf, HIGH, range(60))
    for limit in (1, 2, 7):
        first = "".join(name[0] for _ in range(20 // limit) for name in names(shelf.take(limit, now=0)))
        assert first.count("h") > first.count("n") > 0, first


def test_receipts_of_others_are_refused(shelf: Shelf) -> None:
    with pytest.raises(TypeError):
        shelf.settle([Delivery(announcement=announcement("s"), receipt="7-0")])
