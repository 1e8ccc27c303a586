"""The order of judging: claim → judge → record → finish, `slots` at once, until told to stop."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from assay.crash_points import CrashPoint, reach
from assay.domain.judgement import Judgement
from assay.errors import Unavailable
from assay.queue.ports import Lease
from assay.worker.job import Parts, attend, is_judge_gone, judge
from assay.worker.seats import Seats


async def work(parts: Parts, seats: Seats, stopping: asyncio.Event) -> None:
    """Judge what is due. When told to stop, let what runs end within `drain_seconds`, give back the rest."""
    async with asyncio.TaskGroup() as jobs:
        jobs.create_task(_close_when(stopping, seats))
        while not stopping.is_set():
            if parts.is_draining:
                await _sit_out(parts, stopping, jobs)
                continue
            limit = seats.free
            leases = await _claim(parts, limit=limit)
            for lease in leases:
                judging = asyncio.create_task(judge(lease, parts, seats))
                seats.take(lease, judging)
                jobs.create_task(_attend_then_leave(lease, parts, judging, seats, stopping))
            if len(leases) < limit:  # then nothing more is due
                await unless(stopping, parts.wakeups.wait(timeout_seconds=parts.pace.poll_seconds))
            else:
                await seats.one_is_free()
        _give_up_share(parts, jobs)
        with suppress(TimeoutError):
            async with asyncio.timeout(parts.pace.drain_seconds):
                await seats.all_are_free()
        seats.stop(seats.leases)


async def _close_when(stopping: asyncio.Event, seats: Seats) -> None:
    await stopping.wait()
    seats.close()


async def _sit_out(parts: Parts, stopping: asyncio.Event, jobs: asyncio.TaskGroup) -> None:
    """Take nothing for as long as it drains. What would wake it is for others, so nothing does."""
    _give_up_share(parts, jobs)
    while parts.is_draining and not stopping.is_set():
        await unless(stopping, asyncio.sleep(parts.pace.poll_seconds))


def _give_up_share(parts: Parts, jobs: asyncio.TaskGroup) -> None:
    """Beside the jobs that run: a broker that hangs holds up nobody."""
    if parts.share is not None:
        jobs.create_task(parts.share.leave())


async def _claim(parts: Parts, *, limit: int) -> list[Lease]:
    if limit == 0:
        return []
    with suppress(Unavailable):  # the next look may find the store well again
        leases = await parts.queue.claim(
            worker_id=parts.worker_id,
            token=parts.new_token(),
            limit=limit,
            lease_seconds=parts.pace.lease_seconds,
            languages=None if parts.membership is None else parts.membership.languages,
        )
        if leases:
            reach(CrashPoint.CLAIMED)
        return leases
    return []


async def _attend_then_leave(
    lease: Lease, parts: Parts, judging: asyncio.Task[Judgement], seats: Seats, stopping: asyncio.Event
) -> None:
    try:
        await attend(lease, parts, judging)
        if is_judge_gone(judging):
            stopping.set()
    finally:
        judging.cancel()  # done long ago, unless this worker is being torn down
        seats.leave(lease)


async def unless(stopping: asyncio.Event, waiting: Coroutine[Any, Any, None]) -> None:
    """Wait for the one or the other."""
    tasks = [asyncio.ensure_future(waiting), asyncio.ensure_future(stopping.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
