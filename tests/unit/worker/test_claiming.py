"""When a worker claims: as long as there is something due and somebody to judge it."""

import asyncio
from dataclasses import replace
from typing import Any

from assay.adapters.memory.queue import MemoryJobQueue
from assay.adapters.memory.store import MemoryStore
from assay.domain.judgement import Decision, Judgement
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


async def test_the_next_is_claimed_before_the_last_is_recorded() -> None:
    world = World()
    calls: list[str] = []

    class Noting(MemoryJobQueue):
        async def claim(self, **wanted: Any) -> list[Lease]:
            leases = await super().claim(**wanted)
            calls.extend(f"claim {lease.submission_id}" for lease in leases)
            return leases

    class NotingStore(MemoryStore):
        async def finish(self, lease: Lease, judgement: Judgement) -> bool:
            calls.append(f"finish {lease.submission_id}")
            return await super().finish(lease, judgement)

    async def judge(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        await asyncio.sleep(0.001)
        return decided()

    world.store = NotingStore(clock=world.clock)
    world.queue = Noting(world.store, clock=world.clock)
    await world.submit("s1", "s2")
    async with working(world.parts(judge, replace(PACE, slots=1))):
        for name in ("s1", "s2"):
            await world.ends(name)
    assert calls == ["claim s1", "claim s2", "finish s1", "finish s2"]
