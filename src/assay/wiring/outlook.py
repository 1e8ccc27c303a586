"""What the doors know of what goes on behind them: how much waits, and who judges. A second old at most."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from assay.assessments.ports import ScoringCounts
from assay.domain.clock import Clock
from assay.domain.lane import Lane
from assay.errors import Unavailable
from assay.intake.admission import Admission, Bound, bounds
from assay.operate.lasting import going_on
from assay.queue.desk import LaneCounts
from assay.queue.fleet_languages import FleetLanguages
from assay.settings import Settings
from assay.wiring.backend import Backend

LOOK_SECONDS = 1.0


class Outlook:
    """`admission` and `fleet` say what was seen last; `counts`, `scoring` and `workers_alive` are it."""

    def __init__(self, settings: Settings, backend: Backend, clock: Clock) -> None:
        self.admission = Admission(_bounds(settings), clock=clock)
        self.fleet = FleetLanguages()
        self.counts: list[LaneCounts] = []
        self.scoring: ScoringCounts | None = None  # nothing was seen yet
        self.workers_alive: int | None = None
        self._backend = backend
        self._clock = clock
        self._silent_seconds = settings.lease_seconds

    def adjust(self, settings: Settings) -> None:
        """Go by other bounds from now on."""
        self.admission.bound_by(_bounds(settings))
        self._silent_seconds = settings.lease_seconds

    async def keep_looking(self) -> None:
        while True:
            with suppress(Unavailable):  # what was seen last holds for a while
                self.counts = await self._backend.desk.counts()
                self.admission.see(self.counts)
                workers, now = await self._backend.workers.workers(), self._clock.now()
                self.fleet.see(workers, now=now, silent_seconds=self._silent_seconds)
                alive = [each.is_alive(now, silent_seconds=self._silent_seconds) for each in workers]
                self.workers_alive = sum(alive)
                self.scoring = await self._backend.scores.counts()
            await asyncio.sleep(LOOK_SECONDS)


def _bounds(settings: Settings) -> Mapping[Lane, Bound]:
    return bounds(
        practice_depth_max=settings.practice_depth_max,
        practice_age_seconds_max=settings.practice_age_seconds_max,
    )


@asynccontextmanager
async def open_outlook(settings: Settings, backend: Backend, clock: Clock) -> AsyncIterator[Outlook]:
    outlook = Outlook(settings, backend, clock)
    async with going_on(outlook.keep_looking, name="queue and workers"):
        yield outlook
