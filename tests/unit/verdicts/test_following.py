"""Following: what comes both from the log and live is told once; a bug reaches who waits."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from assay.domain.events import Progress, SubmissionEvent
from assay.domain.judgement import Judgement
from assay.domain.submission import SubmissionStatus
from assay.verdicts.following import Followers
from assay.verdicts.ports import SubmissionState


def event(seq: int, status: SubmissionStatus = SubmissionStatus.RUNNING) -> SubmissionEvent:
    return SubmissionEvent(submission_id="s1", seq=seq, progress=Progress(status=status))


class Log:
    """A log that grows while it is read: what is appended meanwhile is delivered, too."""

    def __init__(self) -> None:
        self.followers = Followers(self)
        self.arrives_meanwhile: list[SubmissionEvent] = []
        self._events = [event(1, SubmissionStatus.QUEUED), event(2)]

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        arrived, self.arrives_meanwhile = self.arrives_meanwhile, []
        self._events += arrived
        self.followers.deliver(arrived)
        await asyncio.sleep(0)
        return self._events[after_seq:]

    async def submission(self, submission_id: str) -> SubmissionState | None:
        raise AssertionError("not asked for when there are events")

    async def judgements(self, submission_id: str) -> list[Judgement]:
        raise AssertionError("not asked for")

    async def judgement(self, judgement_id: str) -> Judgement | None:
        raise AssertionError("not asked for")

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        raise AssertionError("not asked for")


async def test_what_comes_both_ways_is_told_once() -> None:
    log = Log()
    log.arrives_meanwhile = [event(3), event(4)]
    seen = []
    async with asyncio.timeout(5), aclosing(log.followers.follow("s1", after_seq=0)) as events:
        async for each in events:
            seen.append(each.seq)
            if each.seq == 4:
                log.followers.deliver([event(5, SubmissionStatus.JUDGED)])
    assert seen == [1, 2, 3, 4, 5]
    assert log.followers.is_empty


async def test_a_bug_reaches_those_who_wait() -> None:
    log = Log()
    async with asyncio.timeout(5), aclosing(log.followers.follow("s1", after_seq=1)) as events:
        assert (await anext(events)).seq == 2
        asyncio.get_running_loop().call_soon(log.followers.fail, KeyError("a bug"))
        with pytest.raises(KeyError):
            await anext(events)
    assert log.followers.is_empty
