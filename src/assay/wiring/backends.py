"""Where submissions, jobs and verdicts are kept: SQLite for one machine, PostgreSQL for many. From settings.

Both give the same ports; nobody else knows which of them it is.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assay.domain.clock import Clock
from assay.settings import Settings
from assay.wiring.backend import Backend
from assay.wiring.redis import redis_events


@asynccontextmanager
async def open_backend(
    settings: Settings, clock: Clock, *, with_replica: bool = False
) -> AsyncIterator[Backend]:
    """The database of the settings, whose schema is brought up to date first. Raises `Unavailable`.

    `with_replica`: what may be read from its standby is, if there is one. For doors and operators: a worker
    reads what was written a moment ago.
    """
    events = redis_events(settings)
    # Each brings libraries of some MB: whoever has the one need not carry the other.
    if settings.sqlite_path is None:
        from assay.wiring.on_postgresql import Standby, open_postgresql  # noqa: PLC0415

        standby = None
        if with_replica and settings.database_read_url is not None:
            standby = Standby(url=settings.database_read_url, lag_seconds_max=settings.read_lag_seconds_max)
        opened = open_postgresql(settings.database_url, clock, events=events, standby=standby)
    else:
        from assay.wiring.on_sqlite import open_sqlite  # noqa: PLC0415

        opened = open_sqlite(
            settings.sqlite_path, run_dir=settings.data_dir / "run", clock=clock, events=events
        )
    async with opened as backend:
        yield backend
