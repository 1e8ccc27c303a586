"""A worker that gets another number of slots while it judges: nothing is dropped, and nobody waits idly."""

import asyncio
from dataclasses import replace

import pytest

from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission, SubmissionStatus
from assay.judging.ports import Room
from assay.worker.ports import Happening, Tell
from assay.worker.process import run_worker
from assay.worker.seats import Seats
from tests.unit.worker.test_worker import PACE, World, accept


class Gate:
    """A judge that lets its submissions go when it is told to, and knows how many it has."""

    def __init__(self) -> None:
        self.judging = 0
        self.most = 0
        self.opened = asyncio.Event()

    async def judge(self, submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        self.judging += 1
        self.most = max(self.most, self.judging)
        try:
            await self.opened.wait()
            return await accept(submission, problem, tell, room)
        finally:
            self.judging -= 1

    async def has(self, count: int) -> None:
        async with asyncio.timeout(5):
            while self.judging != count:  # noqa: ASYNC110 - both ways
                await asyncio.sleep(0.001)


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (2, 2)])
async def test_all_are_judged_once_by_as_many_as_there_are(before: int, after: int) -> None:
    world, gate, seats, stopping = World(), Gate(), Seats(before), asyncio.Event()
    names = [f"s{number}" for number in range(8)]
    await world.submit(*names)
    pace = replace(PACE, slots=before, poll_seconds=0.01)
    worker = asyncio.create_task(run_worker(world.parts(gate.judge, pace), stopping, seats=seats))
    await gate.has(before)
    seats.resize(after)
    await gate.has(max(before, after))  # more come at once; those there are stay
    assert gate.most == max(before, after)
    gate.most = 0
    gate.opened.set()
    for name in names:
        assert (await world.ends(name))[0] is SubmissionStatus.JUDGED
    stopping.set()
    await asyncio.wait_for(worker, 5)
    assert world.journal.happenings.count(Happening.FINISHED) == len(names)
    assert set(world.journal.happenings) == {Happening.FINISHED}, "nothing was released or tried again"
    if after < before:
        assert gate.most <= after
