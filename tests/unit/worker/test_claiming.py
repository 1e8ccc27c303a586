"""When a worker claims: as long as there is something due and somebody to judge it."""

import asyncio
from dataclasses import replace
from typing import Any

from assay.adapters.memory.queue import MemoryJobQueue
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.judging.ports import Room
from assay.queue.ports import Lease
from assay.worker.ports import Tell
from tests.unit.worker.test_worker import PACE, World, decided, working

NEVER_SECONDS = 600  # longer than any test: only what is claimed in turn is judged


class SlowQueue(MemoryJobQueue):
    """A claim takes as long as a question to a database does."""

    async def claim(self, **wanted: Any) -> list[Lease]:
        leases = await super().claim(**wanted)
        await asyncio.sleep(0.01)
        return leases


async def test_a_seat_that_becomes_free_during_a_claim_is_not_left_empty() -> None:
    world = World()
    world.queue = SlowQueue(world.store, clock=world.clock)
    names = [f"s{number}" for number in range(8)]

    # One of two ends while a seat for the next is claimed.
    async def judge(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        await asyncio.sleep(0.003 * (1 + int(submission.id[1:]) % 2))
        return decided()

    async with working(world.parts(judge, replace(PACE, poll_seconds=NEVER_SECONDS))):
        await world.submit(*names)
        for name in names:
            await world.ends(name)
