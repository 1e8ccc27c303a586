"""One clock for all who share a database: the server's.

A host whose clock is an hour ahead would take everybody's leases for overdue, and whose clock is behind would
give leases that are; what doors accept an hour ahead would wait for an hour. So each host's own clock is only
believed until the server was asked for the first time.

    server's answer ± half the round trip ─▶ anchor + what has passed here since ─▶ now
                                                └── by a clock that nobody sets

An answer that agrees with the anchor, as closely as its round trip lets one know, changes nothing: time does
not jitter with the network.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
import time

from assay.adapters.postgres.pool import Postgres
from assay.domain.clock import Clock
from assay.errors import Unavailable
from assay.operate.lasting import going_on

LOOK_SECONDS = 10.0  # clocks drift by less than a ms in that; a promoted standby may have another one
ROUND_TRIP_SECONDS_MAX = 1.0  # past this one had better go on as before

_NOW = "SELECT clock_timestamp() AS now"


class ServerClock:
    """The `Clock` port. `own`: the machine's, until the server has answered. `passed`: the seconds since
    whenever, those that the machine slept among them."""

    def __init__(self, database: Postgres, own: Clock, *, passed: Callable[[], float]) -> None:
        self._database = database
        self._own = own
        self._passed = passed
        self._anchor: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        if self._anchor is None:
            return self._own.now()
        instant, at = self._anchor
        return instant + timedelta(seconds=self._passed() - at)

    async def look(self) -> None:
        """Ask the server. Raises `Unavailable`."""
        before = self._passed()
        (row,) = await self._database.fetch(_NOW)
        doubt_seconds = (self._passed() - before) / 2
        if self._anchor is None or self._is_wrong(row["now"], before + doubt_seconds, doubt_seconds):
            self._anchor = row["now"], before + doubt_seconds

    async def follow(self) -> None:
        """Ask now and then, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(Unavailable):  # time goes on without it
                await self.look()

    def _is_wrong(self, instant: datetime, at: float, doubt_seconds: float) -> bool:
        assert self._anchor is not None  # noqa: S101 - asked before
        known, known_at = self._anchor
        off_seconds = (instant - known).total_seconds() - (at - known_at)
        return abs(off_seconds) > doubt_seconds and 2 * doubt_seconds <= ROUND_TRIP_SECONDS_MAX


@asynccontextmanager
async def open_clock(database: Postgres, own: Clock) -> AsyncIterator[ServerClock]:
    """Right from the start, unless the database is away just now."""
    clock = ServerClock(database, own, passed=lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
    with suppress(Unavailable):
        await clock.look()
    async with going_on(clock.follow, name="the database's clock"):
        yield clock
