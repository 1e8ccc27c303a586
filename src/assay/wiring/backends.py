"""Where submissions, jobs and verdicts are kept: SQLite for one machine, PostgreSQL for many. From settings.

Both give the same ports; nobody else knows which of them it is.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Protocol

from assay.domain.clock import Clock
from assay.intake.ports import CustomRunStore, SubmissionStore
from assay.problems.ports import ProblemStore
from assay.queue.custom_runs import CustomRunQueue
from assay.queue.ports import Doorbell, JobQueue, Wakeups
from assay.settings import Settings
from assay.verdicts.ports import EventFeed, SubmissionReader, VerdictStore


class Bell(StrEnum):
    """Who is woken, and by whom."""

    JOBS = "jobs"  # rung by whoever makes a job due, heard by workers
    EVENTS = "events"  # rung by whoever records a step, heard by those who show them
    RUNS = "runs"  # rung by whoever asks for a custom run, heard by workers
    OUTCOMES = "outcomes"  # rung by whoever has done one, heard by those who wait for it


class CustomRunPorts(CustomRunStore, CustomRunQueue, Protocol):
    """Both sides of custom runs: whoever takes them, and whoever does them."""


class Backend(Protocol):
    """The ports on one database. Of one event loop."""

    problems: ProblemStore
    submissions: SubmissionStore
    reader: SubmissionReader
    queue: JobQueue
    verdicts: VerdictStore
    custom_runs: CustomRunPorts

    def doorbell(self, bell: Bell) -> Doorbell: ...

    def wakeups(self, bell: Bell) -> Wakeups: ...

    def feed(self) -> EventFeed: ...


@asynccontextmanager
async def open_backend(settings: Settings, clock: Clock) -> AsyncIterator[Backend]:
    """The database of the settings, whose schema is brought up to date first. Raises `Unavailable`."""
    # Each brings libraries of some MB: whoever has the one need not carry the other.
    if settings.sqlite_path is None:
        from assay.wiring.on_postgresql import open_postgresql  # noqa: PLC0415

        opened = open_postgresql(settings.database_url, clock)
    else:
        from assay.wiring.on_sqlite import open_sqlite  # noqa: PLC0415

        opened = open_sqlite(settings.sqlite_path, run_dir=settings.data_dir / "run", clock=clock)
    async with opened as backend:
        yield backend
