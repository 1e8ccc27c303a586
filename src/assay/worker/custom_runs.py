"""Custom runs, where no submission needs the seat: claim → run → finish, or give back."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
import traceback

from assay.domain.custom_run import CustomRunOutcome
from assay.errors import AssayError, Unavailable
from assay.queue.custom_runs import RunLease
from assay.worker.job import CAUSE_CHARACTERS_MAX, CustomRuns, Parts
from assay.worker.loop import unless
from assay.worker.ports import Happening, JudgeGoneError
from assay.worker.seats import Seats

Running = asyncio.Task[CustomRunOutcome]


async def do_custom_runs(
    parts: Parts, custom_runs: CustomRuns, seats: Seats, stopping: asyncio.Event
) -> None:
    """Run what is asked for while there are spare seats. When told to stop, give back what is not done."""
    hosting = _Hosting(parts=parts, custom_runs=custom_runs, seats=seats, stopping=stopping)
    async with asyncio.TaskGroup() as attending:
        while not stopping.is_set():
            if seats.spare <= 0:
                await unless(stopping, seats.one_is_spare())
                continue
            lease = None if parts.is_draining else await hosting.claim()
            if lease is None:
                await unless(stopping, custom_runs.wakeups.wait(timeout_seconds=parts.pace.poll_seconds))
                continue
            running = asyncio.create_task(hosting.run(lease))
            seats.seat_guest(running)
            attending.create_task(hosting.attend(lease, running))
        seats.dismiss_guests()


@dataclass(frozen=True, kw_only=True)
class _Hosting:
    """What happens with one run, with all that it takes."""

    parts: Parts
    custom_runs: CustomRuns
    seats: Seats
    stopping: asyncio.Event

    async def claim(self) -> RunLease | None:
        with suppress(Unavailable):  # the next look may find the store well again
            return await self.custom_runs.queue.claim(
                token=self.parts.new_token(), lease_seconds=self.parts.pace.lease_seconds
            )
        return None

    async def run(self, lease: RunLease) -> CustomRunOutcome:
        run = lease.run
        problem = None
        if run.problem_id is not None and run.problem_version is not None:
            problem = await self.parts.problems.version(run.problem_id, run.problem_version)
            if problem is None:
                raise Unavailable(f"problem {run.problem_id} has no version {run.problem_version}")
        return await self.custom_runs.runner(run, problem)

    async def attend(self, lease: RunLease, running: Running) -> None:
        """See a run to its end. A store out of reach costs its lease: then it is run again."""
        try:
            await self._keep_lease(lease, running)
            await self._record(lease, running)
        except Unavailable as error:
            self._note(Happening.UNRECORDED, lease, str(error))
        finally:
            running.cancel()  # done long ago, unless this worker is being torn down
            self.seats.leave_guest(running)

    async def _keep_lease(self, lease: RunLease, running: Running) -> None:
        """Wait for the run's end, with a heartbeat; stop it when it was taken from us."""
        pace = self.parts.pace
        while True:
            done, _ = await asyncio.wait({running}, timeout=pace.heartbeat_seconds)
            if done:
                return
            with suppress(Unavailable):  # the next beat comes before the lease runs out
                if not await self.custom_runs.queue.extend(lease, lease_seconds=pace.lease_seconds):
                    running.cancel()

    async def _record(self, lease: RunLease, running: Running) -> None:
        queue = self.custom_runs.queue
        fault = None if running.cancelled() else running.exception()
        if running.cancelled():
            await queue.give_back(lease)
            self._note(Happening.RUN_GIVEN_BACK, lease, "stopped")
        elif isinstance(fault, JudgeGoneError):
            await queue.give_back(lease)
            self._note(Happening.RUN_GIVEN_BACK, lease, str(fault))
            self.stopping.set()
        elif fault is not None:
            if not isinstance(fault, AssayError):
                self._note(Happening.BUG, lease, "".join(traceback.format_exception(fault)))
            cause = f"{type(fault).__name__}: {fault}"[:CAUSE_CHARACTERS_MAX]
            await queue.fault(lease, cause=cause)
            self._note(Happening.RUN_FAULT, lease, cause)
        else:
            await queue.finish(lease, running.result())
            self._note(Happening.RUN_FINISHED, lease, "done")

    def _note(self, happening: Happening, lease: RunLease, detail: str) -> None:
        about = f"custom run {lease.run.id}, attempt {lease.attempt}"
        self.parts.journal.note(happening, submission_id=None, detail=f"{about}: {detail}")
