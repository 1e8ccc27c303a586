"""Reading with kept results: fewer reads, and never anything but what the rows say now."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from assay.adapters.memory.results import MemoryResultCache
from assay.domain.events import Progress, SubmissionEvent
from assay.domain.judgement import Judgement
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.queue.desk import Selection
from assay.verdicts.ports import Result, SubmissionReader, SubmissionState
from assay.verdicts.reading import CachingReader
from tests.contract.houses import House, judgement


@dataclass
class CountingReader:
    """Notes which of the expensive reads were made."""

    reader: SubmissionReader
    read: list[str] = field(default_factory=list)

    async def submission(self, submission_id: str) -> SubmissionState | None:
        self.read.append("submission")
        return await self.reader.submission(submission_id)

    async def judgements(self, submission_id: str) -> list[Judgement]:
        self.read.append("judgements")
        return await self.reader.judgements(submission_id)

    async def judgement(self, judgement_id: str) -> Judgement | None:
        self.read.append("judgement")
        return await self.reader.judgement(judgement_id)

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        self.read.append("events")
        return await self.reader.events(submission_id, after_seq=after_seq)

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        return await self.reader.last_seqs(submission_ids)


class Scene:
    def __init__(self, house: House) -> None:
        self.house = house
        self.counting = CountingReader(house.reader)
        self.cache = MemoryResultCache(house.clock)
        self.reader = CachingReader(self.counting, self.cache)

    async def agrees(self, submission_id: str = "s1") -> SubmissionState | None:
        """What is read is what the rows say."""
        state = await self.reader.submission(submission_id)
        assert state == await self.house.reader.submission(submission_id)
        assert await self.reader.judgements(submission_id) == await self.house.reader.judgements(
            submission_id
        )
        return state


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


async def test_a_result_is_read_from_its_rows_once(scene: Scene) -> None:
    lease = await scene.house.submit_and_claim()
    await scene.house.verdicts.finish(lease, judgement(lease))
    for _ in range(3):
        await scene.agrees()
    assert scene.counting.read == ["submission", "judgements"]


async def test_what_is_under_way_is_read_anew_each_time(scene: Scene) -> None:
    assert await scene.agrees("s1") is None
    lease = await scene.house.submit_and_claim()
    for test_case in (1, 2, 3):
        step = Progress(status=SubmissionStatus.RUNNING, test_case=test_case, total=3)
        await scene.house.verdicts.progress(lease, step)
        state = await scene.agrees()
        assert state is not None
        assert state.test_case == test_case
    assert await scene.cache.get("s1") is None
    await scene.house.verdicts.finish(lease, judgement(lease))
    state = await scene.agrees()
    assert state is not None
    assert state.verdict is Verdict.WA


async def test_the_rest_is_read_as_ever(scene: Scene) -> None:
    lease = await scene.house.submit_and_claim()
    await scene.house.verdicts.finish(lease, judgement(lease))
    assert await scene.reader.judgement("j1") == judgement(lease)
    assert [event.seq for event in await scene.reader.events("s1", after_seq=1)] == [2]
    assert await scene.reader.last_seqs(["s1"]) == {"s1": 2}


async def test_an_operators_retry_is_seen_at_once_and_so_is_its_verdict(scene: Scene) -> None:
    house = scene.house
    lease = await house.submit_and_claim()
    await house.queue.bury(lease, cause="our fault")
    dead = await scene.agrees()
    assert dead is not None
    assert dead.status is SubmissionStatus.FAILED
    if house.desk is None:  # in memory there is no operator
        return
    assert await house.desk.retry(Selection(submission_ids=["s1"])) == 1
    queued = await scene.agrees()
    assert queued is not None
    assert queued.status is SubmissionStatus.QUEUED
    await scene.cache.put(Result(state=dead, judgements=()))  # by a reader that was slow
    assert await scene.agrees() == queued
    (lease,) = await house.claim(token="t2")
    await house.verdicts.finish(lease, judgement(lease))
    await scene.cache.put(Result(state=dead, judgements=()))
    judged = await scene.agrees()
    assert judged is not None
    assert judged.verdict is Verdict.WA


async def test_an_entry_of_another_number_is_never_used_whatever_is_in_it(scene: Scene) -> None:
    lease = await scene.house.submit_and_claim()
    await scene.house.verdicts.finish(lease, judgement(lease))
    state = await scene.house.reader.submission("s1")
    assert state is not None
    for other in ({"last_seq": state.last_seq - 1}, {"last_seq": state.last_seq + 1}):
        changed: dict[str, Any] = {**other, "verdict": Verdict.AC}
        await scene.cache.put(Result(state=replace(state, **changed), judgements=()))
        await scene.agrees()


async def test_a_submission_that_is_gone_is_gone(scene: Scene) -> None:
    lease = await scene.house.submit_and_claim()
    await scene.house.verdicts.finish(lease, judgement(lease))
    state = await scene.house.reader.submission("s1")
    assert state is not None
    nowhere = replace(state, submission=replace(state.submission, id="s2"))
    await scene.cache.put(Result(state=nowhere, judgements=()))
    assert await scene.agrees("s2") is None
