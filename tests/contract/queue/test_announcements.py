"""The `Announcements` port: what a broker's line is fed with, and claims of what its messages name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from assay.domain.lane import Lane
from assay.queue.announcing import Due
from assay.queue.broker import Announcement, Topic
from assay.queue.desk import Selection
from assay.queue.ports import Lease, Place
from tests.contract.houses import FIRST_TOKEN, NOON, House, judgement

PATIENCE_SECONDS = 5.0
CONTEST = Place(lane=Lane.CONTEST)


async def due(house: House, window: int = 10, **options: Any) -> Due:
    return await house.announcements.due(window=window, patience_seconds=PATIENCE_SECONDS, **options)


async def announce(house: House, window: int = 10) -> list[Announcement]:
    """What a relay would do."""
    found = await due(house, window)
    await house.announcements.mark(found.fresh)
    return list(found.fresh)


async def claim(house: House, told: Sequence[Announcement], token: str = FIRST_TOKEN) -> list[Lease]:
    return await house.announcements.claim_named(told, worker_id="w1", token=token, lease_seconds=30)


async def overlooked(house: House, limit: int = 10, **options: Any) -> list[str]:
    found = await house.announcements.overlooked(limit=limit, patience_seconds=PATIENCE_SECONDS, **options)
    return names(found)


def names(told: Sequence[Announcement]) -> list[str]:
    return [each.submission_id for each in told]


async def test_what_is_due_is_said_with_all_that_a_message_has(house: House) -> None:
    await house.submit("s1", tenant="school", user_id="ada", place=CONTEST)
    await house.submit("s2", user_id=None, language_id="python3")
    found = await due(house)
    assert list(found.fresh) == [
        Announcement(
            submission_id="s1", generation=1, user_id="ada", problem_id="sum", language_id="c",
            lane=Lane.CONTEST, at=NOON,
        ),
        Announcement(
            submission_id="s2", generation=1, user_id=None, problem_id="sum", language_id="python3",
            lane=Lane.PRACTICE, at=NOON,
        ),
    ]  # fmt: skip
    assert (found.is_more, list(found.overdue)) == (False, [])


async def test_nothing_is_due_in_an_empty_house(house: House) -> None:
    found = await due(house)
    assert (list(found.fresh), found.is_more, list(found.overdue)) == ([], False, [])
    assert found.announced == {Topic.HIGH_PRIORITY: 0, Topic.NORMAL: 0}
    assert await overlooked(house) == []
    assert await claim(house, []) == []
    await house.announcements.mark([])
    await house.announcements.unmark([])


async def test_what_is_announced_is_not_announced_again_and_fills_the_window_of_its_topic(
    house: House,
) -> None:
    for number in range(5):
        await house.submit(f"n{number}")
    await house.submit("h", place=CONTEST)
    assert names(await announce(house, window=3)) == ["h", "n0", "n1", "n2"]
    found = await due(house, window=3)
    assert (list(found.fresh), found.is_more) == ([], True)
    assert found.announced == {Topic.HIGH_PRIORITY: 1, Topic.NORMAL: 3}
    await claim(house, [(await due(house, window=6)).fresh[0]], "other")
    assert names(await announce(house, window=4)) == ["n4"]
    found = await due(house, window=4)
    assert (list(found.fresh), found.is_more) == ([], False)


async def test_a_claimed_job_leaves_the_window(house: House) -> None:
    for number in range(3):
        await house.submit(f"n{number}")
    first = await announce(house, window=2)
    assert names(first) == ["n0", "n1"]
    await claim(house, first[:1])
    assert names(await announce(house, window=2)) == ["n2"]


async def test_topics_are_fed_in_fair_order(house: House) -> None:
    for number in range(8):
        for lane in Lane:
            await house.submit(
                f"{lane}{number}", place=Place(lane=lane), user_id=lane, tenant=f"t{number % 2}"
            )
    told = await announce(house, window=7)
    lanes = [each.lane for each in told]
    assert Counter(lanes) == {Lane.CONTEST: 5, Lane.ASSESSMENT: 2, Lane.PRACTICE: 5, Lane.REJUDGE: 2}
    assert lanes[0] is Lane.CONTEST
    contests = [int(each.submission_id[-1]) for each in told if each.lane is Lane.CONTEST]
    assert [number % 2 for number in contests] == [0, 1, 0, 1, 0], "tenants in turn"


async def test_only_languages_that_somebody_has_count(house: House) -> None:
    for number in range(4):
        await house.submit(f"c{number}", language_id="cobol")
    await house.submit("s", language_id="c")
    await announce(house, window=3)
    found = await due(house, window=3, languages=["c", "python3"])
    assert (names(found.fresh), found.announced[Topic.NORMAL]) == (["s"], 0)
    assert (await due(house, languages=[])).fresh == []
    house.clock.pass_seconds(60)
    assert await overlooked(house, languages=["c"]) == ["s"]


async def test_what_is_claimed_by_name_is_leased_as_by_any_claim(house: House) -> None:
    await house.submit("s1")
    await house.submit("s2")
    told = await announce(house)
    leases = await claim(house, [*reversed(told), told[0]])
    assert [(each.submission_id, each.generation, each.token, each.attempt) for each in leases] == [
        ("s1", 1, FIRST_TOKEN, 1),
        ("s2", 1, FIRST_TOKEN, 1),
    ]
    assert await house.claim(token="other") == []
    assert await house.queue.extend(leases, lease_seconds=30) == []
    assert await house.verdicts.finish(leases[0], judgement(leases[0]))
    house.clock.pass_seconds(31)
    assert (await house.queue.sweep()).requeued == 1


async def test_what_others_hold_or_have_done_is_not_claimed(house: House) -> None:
    lease = await house.submit_and_claim("s1")
    told = Announcement(
        submission_id="s1", generation=1, user_id="u1", problem_id="sum", language_id="c", lane=Lane.PRACTICE,
        at=NOON,
    )  # fmt: skip
    assert await claim(house, [told]) == []
    assert await house.queue.hand_back(lease, delay_seconds=5, cause="ours")
    assert await claim(house, [told]) == [], "its delay is not over"
    house.clock.pass_seconds(6)
    assert await claim(house, [replace(told, generation=2), replace(told, submission_id="other")]) == []
    (again,) = await claim(house, [told], "t2")
    assert again.attempt == 2
    assert await house.verdicts.finish(again, judgement(again))
    assert await claim(house, [told], "t3") == []


@pytest.mark.parametrize("way", ["hand_back", "release", "sweep"])
async def test_what_is_given_back_is_announced_anew(house: House, way: str) -> None:
    await house.submit("s1")
    (lease,) = await claim(house, await announce(house))
    if way == "hand_back":
        assert await house.queue.hand_back(lease, delay_seconds=3, cause="ours")
        assert (await due(house)).fresh == []
        house.clock.pass_seconds(3)
    elif way == "release":
        assert await house.queue.release(lease)
    else:
        house.clock.pass_seconds(31)
        assert (await house.queue.sweep()).requeued == 1
    assert names(await announce(house)) == ["s1"]
    assert names(await announce(house)) == []


async def test_marking_leaves_alone_what_has_become_of_a_job_meanwhile(house: House) -> None:
    await house.submit("s1")
    await house.submit("s2")
    seen = (await due(house)).fresh
    (lease,) = await claim(house, seen[:1])
    house.clock.pass_seconds(1)
    assert await house.queue.release(lease)
    await house.announcements.mark(seen)
    assert names((await due(house)).fresh) == ["s1"], "it is due anew, and nobody has been told"
    await house.announcements.unmark(seen)
    assert names((await due(house)).fresh) == ["s1", "s2"]


async def test_marking_what_is_leased_changes_nothing(house: House) -> None:
    await house.submit("s1")
    seen = (await due(house)).fresh
    (lease,) = await claim(house, seen)
    await house.announcements.mark(seen)
    await house.announcements.unmark(seen)
    assert await house.queue.extend([lease], lease_seconds=30) == []
    assert await house.queue.release(lease)
    assert names((await due(house)).fresh) == ["s1"]


async def test_what_was_announced_for_too_long_is_overdue_until_it_is_announced_again(house: House) -> None:
    for number in range(3):
        await house.submit(f"n{number}")
    first = await announce(house, window=2)
    house.clock.pass_seconds(PATIENCE_SECONDS - 0.1)
    assert (await due(house)).overdue == []
    house.clock.pass_seconds(0.1)
    found = await due(house, window=2)
    assert names(found.overdue) == ["n0", "n1"]
    assert (list(found.fresh), found.is_more) == ([], True)
    await house.announcements.mark(found.overdue[:1])
    assert names((await due(house)).overdue) == ["n1"]
    await claim(house, first)
    assert (await due(house)).overdue == []


async def test_what_has_waited_for_long_is_overlooked_announced_or_not(house: House) -> None:
    for number in range(4):
        await house.submit(f"n{number}", user_id=f"u{number}")
    await announce(house, window=2)
    assert await overlooked(house) == []
    house.clock.pass_seconds(PATIENCE_SECONDS)
    await house.submit("new", user_id="u9")
    assert await overlooked(house) == ["n0", "n1", "n2", "n3"]
    assert await overlooked(house, limit=2) == ["n0", "n1"]


async def test_a_jobs_announcement_can_be_told_from_its_lease(house: House) -> None:
    await house.submit("s1", user_id="ada", place=CONTEST)
    seen = (await due(house)).fresh
    (lease,) = await claim(house, seen)
    assert await house.announcements.announcement_of(lease) == seen[0]
    assert await house.announcements.announcement_of(replace(lease, generation=7)) is None


@pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)
async def test_whatever_an_operator_does_makes_a_job_unannounced(house: House) -> None:
    assert house.desk is not None
    for name in ("held", "moved"):
        await house.submit(name)
    told = await announce(house)
    assert await house.desk.hold(Selection(submission_ids=["held"])) == 1
    assert await claim(house, told[:1]) == []
    assert (await due(house)).announced[Topic.NORMAL] == 1
    assert await house.desk.release(Selection(submission_ids=["held"])) == 1
    assert names(await announce(house)) == ["held"]
    assert await house.desk.move(Selection(submission_ids=["moved"]), lane=Lane.CONTEST) == 1
    (moved,) = await announce(house)
    assert (moved.submission_id, moved.lane) == ("moved", Lane.CONTEST)
    (lease,) = await claim(house, [moved])
    assert await house.queue.bury(lease, cause="poison")
    assert await house.desk.retry(Selection(submission_ids=["moved"])) == 1
    assert names(await announce(house)) == ["moved"]
