"""The `EventFeed` port: the log replayed, then live, none twice, none left out, and an end."""

import asyncio
from contextlib import aclosing

import pytest

from assay.domain.events import Progress, SubmissionEvent
from assay.domain.submission import SubmissionStatus
from assay.errors import NotFound
from tests.contract.houses import House, judgement

QUEUED, COMPILING, RUNNING = SubmissionStatus.QUEUED, SubmissionStatus.COMPILING, SubmissionStatus.RUNNING
JUDGED, FAILED = SubmissionStatus.JUDGED, SubmissionStatus.FAILED


async def follow(house: House, name: str = "s1", *, after_seq: int = 0) -> list[SubmissionEvent]:
    """Follow to the end."""
    async with asyncio.timeout(5), aclosing(house.feed.follow(name, after_seq=after_seq)) as events:
        return [event async for event in events]


def told(events: list[SubmissionEvent]) -> list[tuple[int, SubmissionStatus]]:
    return [(event.seq, event.progress.status) for event in events]


async def test_who_comes_after_the_end_gets_the_log_and_the_end(house: House) -> None:
    lease = await house.submit_and_claim()
    await house.verdicts.progress(lease, Progress(status=COMPILING))
    await house.verdicts.finish(lease, judgement(lease))
    assert told(await follow(house)) == [(1, QUEUED), (2, COMPILING), (3, JUDGED)]
    assert told(await follow(house, after_seq=2)) == [(3, JUDGED)]


@pytest.mark.parametrize("after_seq", [2, 3, 99])
async def test_who_knows_the_end_already_gets_nothing_and_does_not_wait(house: House, after_seq: int) -> None:
    lease = await house.submit_and_claim()
    await house.queue.bury(lease, cause="poison")
    assert told(await follow(house, after_seq=after_seq)) == []


async def test_who_follows_live_sees_every_step_once(house: House) -> None:
    lease = await house.submit_and_claim()
    followers = [asyncio.create_task(follow(house, after_seq=n % 2)) for n in range(20)]
    await asyncio.sleep(0)
    for test_case in range(1, 31):
        await house.verdicts.progress(lease, Progress(status=RUNNING, test_case=test_case, total=30))
        if test_case % 7 == 0:
            await asyncio.sleep(0.002)
    await house.verdicts.finish(lease, judgement(lease))
    for number, events in enumerate(await asyncio.gather(*followers)):
        assert [event.seq for event in events] == list(range(1 + number % 2, 33))
        assert events[-1].progress.status is JUDGED


async def test_a_dead_letter_is_an_end_and_a_new_try_is_not(house: House) -> None:
    lease = await house.submit_and_claim()
    following = asyncio.create_task(follow(house))
    await asyncio.sleep(0.01)
    await house.queue.hand_back(lease, delay_seconds=0, cause="bad luck")
    (lease,) = await house.claim(token="t2")
    await house.queue.bury(lease, cause="poison")
    assert told(await following) == [(1, QUEUED), (2, QUEUED), (3, FAILED)]


async def test_a_slow_follower_loses_nothing(house: House) -> None:
    lease = await house.submit_and_claim()
    async with asyncio.timeout(10), aclosing(house.feed.follow("s1", after_seq=0)) as events:
        seen = [(await anext(events)).seq]
        for test_case in range(1, 301):  # far more than a mailbox holds
            await house.verdicts.progress(lease, Progress(status=RUNNING, test_case=test_case, total=300))
        await house.verdicts.finish(lease, judgement(lease))
        seen += [event.seq async for event in events]
    assert seen == list(range(1, 303))


async def test_nobody_can_follow_what_does_not_exist(house: House) -> None:
    with pytest.raises(NotFound):
        await follow(house, "nobody")


async def test_followers_of_others_hear_nothing(house: House) -> None:
    mine = await house.submit_and_claim("s1", "t1")
    other = await house.submit_and_claim("s2", "t2")
    following = asyncio.create_task(follow(house, "s1"))
    await asyncio.sleep(0.01)
    await house.verdicts.finish(other, judgement(other, "j2"))
    await house.verdicts.finish(mine, judgement(mine, "j1"))
    assert {event.submission_id for event in await following} == {"s1"}


async def test_after_everyone_has_left_one_can_follow_again(house: House) -> None:
    lease = await house.submit_and_claim()
    for _ in range(3):
        async with aclosing(house.feed.follow("s1", after_seq=0)) as events:
            assert (await anext(events)).seq == 1
    following = asyncio.create_task(follow(house))
    await asyncio.sleep(0.01)
    await house.verdicts.finish(lease, judgement(lease))
    assert told(await following) == [(1, QUEUED), (2, JUDGED)]
