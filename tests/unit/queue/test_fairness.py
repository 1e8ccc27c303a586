"""Whose jobs are next: shares by weight, nobody starved, nobody who saves up."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.domain.lane import Lane
from assay.queue.fairness import WEIGHTS, Flow, Service, allot

MANY = 10_000
flows = st.builds(Flow, st.sampled_from(Lane), st.sampled_from(["", "a", "b", "c"]))
queues = st.dictionaries(flows, st.integers(0, 30), max_size=12)


def served_one_by_one(waiting: dict[Flow, int], count: int, service: Service | None = None) -> list[Flow]:
    """What a single seat is given, one claim after the other, while nothing new comes."""
    left, now, order = Counter(waiting), service or Service(), []
    for _ in range(count):
        given_, now = allot(left, now, seats=1)
        left.subtract(given_)
        order += list(given_)
    return order


def test_while_all_wait_each_lane_has_its_share() -> None:
    order = served_one_by_one({Flow(lane, ""): MANY for lane in Lane}, 1000)
    assert Counter(flow.lane for flow in order) == {lane: weight * 10 for lane, weight in WEIGHTS.items()}


@pytest.mark.parametrize("lane", list(Lane))
def test_no_lane_starves_and_each_is_served_within_a_round(lane: Lane) -> None:
    order = served_one_by_one({Flow(each, ""): MANY for each in Lane}, 30)
    assert lane in {flow.lane for flow in order}


def test_a_lane_that_was_idle_does_not_save_up() -> None:
    _, service = allot({Flow(Lane.REJUDGE, ""): MANY}, Service(), seats=1000)
    order = served_one_by_one({Flow(Lane.REJUDGE, ""): MANY, Flow(Lane.CONTEST, ""): MANY}, 64, service)
    assert Counter(flow.lane for flow in order) == {Lane.CONTEST: 60, Lane.REJUDGE: 4}


def test_a_lane_that_was_busy_alone_pays_nothing_back() -> None:
    _, service = allot({Flow(Lane.CONTEST, ""): MANY}, Service(), seats=1000)
    order = served_one_by_one({Flow(Lane.CONTEST, ""): MANY, Flow(Lane.PRACTICE, ""): MANY}, 72, service)
    assert Counter(flow.lane for flow in order) == {Lane.CONTEST: 60, Lane.PRACTICE: 12}


def test_tenants_of_a_lane_take_turns_however_much_they_have() -> None:
    waiting = {Flow(Lane.PRACTICE, "big"): MANY, Flow(Lane.PRACTICE, "small"): 2, Flow(Lane.PRACTICE, ""): 2}
    order = [flow.tenant for flow in served_one_by_one(waiting, 8)]
    assert order == ["", "big", "small", "", "big", "small", "big", "big"]


@given(queues, st.integers(0, 60))
def test_seats_are_filled_and_nobody_is_given_more_than_they_have(
    waiting: dict[Flow, int], seats: int
) -> None:
    given_, _ = allot(waiting, Service(), seats=seats)
    assert sum(given_.values()) == min(seats, sum(waiting.values()))
    assert all(0 < count <= waiting[flow] for flow, count in given_.items())


@given(queues, st.integers(1, 40))
def test_many_seats_at_once_are_given_as_one_by_one(waiting: dict[Flow, int], seats: int) -> None:
    at_once, _ = allot(waiting, Service(), seats=seats)
    one_by_one = served_one_by_one(waiting, min(seats, sum(waiting.values())))
    assert at_once == Counter(one_by_one)
