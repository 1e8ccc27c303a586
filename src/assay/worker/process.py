"""What a worker process runs once wiring has built its parts.

work            claims and judges (loop.py)
do_custom_runs  the same for custom runs, where there are seats to spare (custom_runs.py)
keep_in_touch   the heartbeat: who falls silent for longer than a lease loses its jobs
keep_sweeping   looks for jobs of workers that fell silent; every worker does, while it is heard itself
keep_tidy       what is to be done now and then; every worker does
"""

import asyncio
from contextlib import suppress

from assay.crash_points import CrashPoint, reach
from assay.errors import Unavailable
from assay.queue.upkeep import Upkeep
from assay.worker.custom_runs import do_custom_runs
from assay.worker.job import Parts
from assay.worker.loop import work
from assay.worker.ports import Happening
from assay.worker.seats import Seats
from assay.worker.touch import Touch

TIDY_SECONDS = 3600.0


async def run_worker(parts: Parts, stopping: asyncio.Event, *, seats: Seats | None = None) -> None:
    """Work until `stopping` is set, then drain. A bug of ours ends the worker, loudly; its leases run out.

    `seats`: for who changes their number meanwhile; None: as many as the pace says.
    """
    seats, touch = Seats(parts.pace.slots) if seats is None else seats, Touch()
    if parts.membership is not None:
        await parts.membership.join()
    async with asyncio.TaskGroup() as group:
        background = [
            group.create_task(keep_in_touch(parts, seats, touch)),
            group.create_task(keep_sweeping(parts, touch)),
            *([] if parts.upkeep is None else [group.create_task(keep_tidy(parts.upkeep))]),
        ]
        if parts.custom_runs is not None:
            group.create_task(do_custom_runs(parts, parts.custom_runs, seats, stopping))
        await work(parts, seats, stopping)
        for task in background:
            task.cancel()
    if parts.membership is not None:
        await parts.membership.leave()


async def keep_in_touch(parts: Parts, seats: Seats, touch: Touch) -> None:
    """At each heartbeat give a sign of life, extend all leases, and stop judging what was taken from us."""
    now = asyncio.get_running_loop().time
    while True:
        await asyncio.sleep(parts.pace.heartbeat_seconds)
        is_heard = parts.membership is None or await parts.membership.beat(busy=len(seats.leases))
        if seats.leases:
            try:
                lost = await parts.queue.extend(seats.leases, lease_seconds=parts.pace.lease_seconds)
            except Unavailable:  # the next beat comes before the lease runs out
                is_heard = False
            else:
                reach(CrashPoint.EXTENDED)
                seats.stop(lost)
        touch.note(is_heard=is_heard, at=now(), heartbeat_seconds=parts.pace.heartbeat_seconds)


async def keep_sweeping(parts: Parts, touch: Touch) -> None:
    """Give the jobs of silent workers back to the queue."""
    now = asyncio.get_running_loop().time
    while True:
        if not touch.is_steady(at=now(), heartbeat_seconds=parts.pace.heartbeat_seconds):
            await asyncio.sleep(parts.pace.heartbeat_seconds)
            continue
        with suppress(Unavailable):
            swept = await parts.queue.sweep()
            if swept.requeued or swept.buried:
                reach(CrashPoint.SWEPT)
                found = f"{swept.requeued} to be tried again, {len(swept.buried)} buried"
                parts.journal.note(
                    Happening.LEASES_EXPIRED,
                    submission_id=None,
                    detail=found,
                    count=swept.requeued + len(swept.buried),
                )
        await asyncio.sleep(parts.pace.sweep_seconds)


async def keep_tidy(upkeep: Upkeep) -> None:
    """Do what is to be done now and then."""
    while True:
        with suppress(Unavailable):  # there is a next time
            await upkeep.tidy()
        await asyncio.sleep(TIDY_SECONDS)
