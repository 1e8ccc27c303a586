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
async def open_backend(settings: Settings, clock: Clock) -> AsyncIterator[Backend]:
    """The database of the settings, whose schema is brought up to date first. Raises `Unavailable`."""
    events = redis_events(settings)
    # Each brings libraries of some MB: whoever has the one need not carry the other.
    if settings.sqlite_path is None:
        from assay.wiring.on_postgresql import open_postgresql  # noqa: PLC0415

        opened = open_postgresql(settings.database_url, clock, events=events)
    else:
        from assay.wiring.on_sqlite import open_sqlite  # noqa: PLC0415

        opened = open_sqlite(
            settings.sqlite_path, run_dir=settings.data_dir / "run", clock=clock, events=events
        )
    async with opened as backend:
        yield backend
