"""Room in the queue: practice is turned away before contests feel anything."""

from datetime import timedelta

import pytest

from assay.domain.lane import Lane
from assay.errors import Overloaded
from assay.intake.admission import CONTEST_DEPTH_MAX, Admission, bounds
from assay.queue.desk import LaneCounts
from tests.contract.houses import NOON, StillClock


def counts(lane: Lane, pending: int, *, waits_seconds: float = 0) -> LaneCounts:
    oldest = NOON - timedelta(seconds=waits_seconds) if pending else None
    return LaneCounts(lane=lane, pending=pending, held=9, processing=9, dead=9, oldest_pending_at=oldest)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def admission(clock: StillClock) -> Admission:
    return Admission(bounds(practice_depth_max=10, practice_age_seconds_max=60), clock=clock)


def test_while_nothing_is_known_everybody_is_let_in(admission: Admission) -> None:
    for lane in Lane:
        for _ in range(100):
            admission.admit(lane)


@pytest.mark.parametrize("lane", [Lane.PRACTICE, Lane.REJUDGE])
def test_a_lane_that_is_full_takes_no_more_until_it_is_seen_emptier(admission: Admission, lane: Lane) -> None:
    admission.see([counts(lane, 8)])
    admission.admit(lane)
    admission.admit(lane)
    with pytest.raises(Overloaded, match="10 submissions are waiting"):
        admission.admit(lane)
    admission.see([counts(lane, 9)])
    admission.admit(lane)


def test_a_lane_that_waits_for_too_long_takes_no_more(admission: Admission) -> None:
    admission.see([counts(Lane.PRACTICE, 1, waits_seconds=60)])
    admission.admit(Lane.PRACTICE)
    admission.see([counts(Lane.PRACTICE, 1, waits_seconds=150)])
    with pytest.raises(Overloaded, match="for 2 minutes"):
        admission.admit(Lane.PRACTICE)


def test_contests_and_assessments_feel_nothing_of_it(admission: Admission) -> None:
    admission.see([counts(lane, 5000, waits_seconds=5000) for lane in Lane])
    for lane in (Lane.CONTEST, Lane.ASSESSMENT):
        admission.admit(lane)
    admission.see([counts(Lane.CONTEST, CONTEST_DEPTH_MAX)])
    with pytest.raises(Overloaded):
        admission.admit(Lane.CONTEST)


def test_what_was_seen_long_ago_says_nothing(admission: Admission, clock: StillClock) -> None:
    admission.see([counts(Lane.PRACTICE, 1000)])
    clock.pass_seconds(11)
    admission.admit(Lane.PRACTICE)
