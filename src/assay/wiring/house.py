"""The house, built from settings: stores, queue, intake and readers, and a worker in it.

DATA_DIR/                  the server user's own, 0700
  assay.sqlite3            submissions, jobs, judgements, events, problems (-wal and -shm beside it)
  blobs/ab/cdef…           test data by SHA-256
  compiled/ab/cdef…        what compilations made, to be used again; may be deleted at any time
  uploads/                 packages on their way in; emptied at start
  run/                     sockets of the doorbells
  server.lock              held by the one server of this folder
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
import os
from pathlib import Path
import secrets
import shutil
import socket
import sys

from assay.adapters.disk.blobs import DiskBlobStore
from assay.adapters.local.clock import SystemClock, identities
from assay.adapters.local.doorbell import DoorbellButton, DoorbellListener
from assay.adapters.local.journal import LogJournal
from assay.adapters.sql import schema
from assay.adapters.sql.custom_runs import SqlCustomRuns
from assay.adapters.sql.feed import SqlEventFeed
from assay.adapters.sql.jobs import SqlJobQueue
from assay.adapters.sql.problems import SqlProblemStore
from assay.adapters.sql.reading import SqlSubmissionReader
from assay.adapters.sql.sqlite import Database
from assay.adapters.sql.submissions import SqlSubmissionStore
from assay.adapters.sql.verdicts import SqlVerdictStore
from assay.domain.clock import Clock
from assay.domain.language import Language
from assay.intake.custom_runs import RunDesk
from assay.intake.in_flight import KeysInFlight
from assay.intake.submit import Intake
from assay.languages import LanguageCatalogue, load_catalogue
from assay.languages.toolchain import is_available
from assay.operate.data_dir import only_server_of
from assay.operate.privileges import Identity, choose_identity
from assay.problems.ports import BlobStore, ProblemStore
from assay.queue.ports import Wakeups
from assay.settings import Settings
from assay.verdicts.ports import EventFeed, SubmissionReader
from assay.wiring.places import open_place
from assay.wiring.workshop import judge_in, runner_in, workshop_in
from assay.worker.job import CustomRuns, Pace, Parts

BELL_OF_JOBS = "jobs"  # rung by whoever makes a job due, heard by workers
BELL_OF_EVENTS = "events"  # rung by whoever records a step, heard by those who show them
BELL_OF_RUNS = "runs"  # rung by whoever asks for a custom run, heard by workers
BELL_OF_OUTCOMES = "outcomes"  # rung by whoever has done one, heard by those who wait for it
LEASE_SECONDS = 30.0  # three heartbeats: one that is late does no harm
HEARTBEAT_SECONDS = 10.0
POLL_SECONDS = 1.0
SWEEP_SECONDS = 5.0
DRAIN_SECONDS = 30.0


def identity_for(settings: Settings) -> Identity:
    """Whom the unprivileged processes run as."""
    return choose_identity(settings.environment, settings.user)


def code_paths() -> list[Path]:
    """What the interpreter needs to go on importing our code after privileges are dropped."""
    return [Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[2]]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The problems of a data folder, for the commands that look at nothing else."""

    problems: ProblemStore
    blobs: BlobStore
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class House:
    """What the doors stand on: intake, reading and following, problems, languages."""

    intake: Intake
    runs: RunDesk
    reader: SubmissionReader
    feed: EventFeed
    problems: ProblemStore
    blobs: BlobStore
    languages: LanguageCatalogue
    is_available: Callable[[Language], bool]
    clock: Clock
    upload_dir: Path


@asynccontextmanager
async def open_catalogue(settings: Settings) -> AsyncIterator[Catalogue]:
    """The problems of the data folder, whose schema is brought up to date first. Raises `Unavailable`."""
    async with _open_database(settings) as database:
        yield Catalogue(
            problems=SqlProblemStore(database),
            blobs=DiskBlobStore(settings.data_dir / "blobs"),
            clock=SystemClock(),
        )


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Everything that the server's doors need. Raises `Unavailable`."""
    with only_server_of(settings.data_dir):
        async with _open_database(settings) as database:
            with (
                closing(_listener(settings, BELL_OF_EVENTS)) as wakeups,
                closing(_listener(settings, BELL_OF_OUTCOMES)) as run_wakeups,
            ):
                yield _house(settings, database, wakeups, run_wakeups)


def _house(settings: Settings, database: Database, wakeups: Wakeups, run_wakeups: Wakeups) -> House:
    upload_dir = settings.data_dir / "uploads"
    shutil.rmtree(upload_dir, ignore_errors=True)
    upload_dir.mkdir(mode=0o700, exist_ok=True)
    clock = SystemClock()
    problems, languages = SqlProblemStore(database), load_catalogue()
    available = is_available if settings.docker is None else _may_be_in_the_image
    reader = SqlSubmissionReader(database)
    intake = Intake(
        store=SqlSubmissionStore(database),
        problems=problems,
        languages=languages,
        is_available=available,
        doorbell=DoorbellButton(_run_dir(settings), BELL_OF_JOBS),
        in_flight=KeysInFlight(),
        clock=clock,
        new_id=identities(clock, os.urandom),
    )
    return House(
        intake=intake,
        runs=RunDesk(
            intake=intake,
            store=SqlCustomRuns(
                database, bell=DoorbellButton(_run_dir(settings), BELL_OF_OUTCOMES), clock=clock
            ),
            doorbell=DoorbellButton(_run_dir(settings), BELL_OF_RUNS),
            wakeups=run_wakeups,
        ),
        reader=reader,
        feed=SqlEventFeed(database, reader=reader, wakeups=wakeups),
        problems=problems,
        blobs=DiskBlobStore(settings.data_dir / "blobs"),
        languages=languages,
        is_available=available,
        clock=clock,
        upload_dir=upload_dir,
    )


def _may_be_in_the_image(_: Language) -> bool:
    """The door does not look into a container's image; the worker says so if a toolchain is not there."""
    return True


@asynccontextmanager
async def open_worker(settings: Settings, cell_socket: Path | None) -> AsyncIterator[Parts]:
    """What a worker process works with. The server has prepared the data folder, and started the cell that
    listens on `cell_socket`, unless a Docker engine is set. Raises `Unavailable`."""
    clock = SystemClock()
    worker_id = f"{socket.gethostname()}:{os.getpid()}"
    async with _open_database(settings) as database, open_place(settings, cell_socket) as place:
        workshop = workshop_in(settings, place, DiskBlobStore(settings.data_dir / "blobs"))
        with (
            closing(_listener(settings, BELL_OF_JOBS)) as wakeups,
            closing(_listener(settings, BELL_OF_RUNS)) as run_wakeups,
        ):
            bell = DoorbellButton(_run_dir(settings), BELL_OF_EVENTS)
            run_bell = DoorbellButton(_run_dir(settings), BELL_OF_OUTCOMES)
            yield Parts(
                worker_id=worker_id,
                queue=SqlJobQueue(database, bell=bell, clock=clock),
                submissions=SqlSubmissionReader(database),
                problems=SqlProblemStore(database),
                judge=judge_in(workshop),
                verdicts=SqlVerdictStore(database, bell=bell, clock=clock),
                wakeups=wakeups,
                journal=LogJournal(worker_id),
                clock=clock,
                new_id=identities(clock, os.urandom),
                new_token=lambda: secrets.token_hex(16),
                chance=secrets.SystemRandom().random,
                pace=Pace(
                    slots=settings.slots,
                    lease_seconds=LEASE_SECONDS,
                    heartbeat_seconds=HEARTBEAT_SECONDS,
                    poll_seconds=POLL_SECONDS,
                    sweep_seconds=SWEEP_SECONDS,
                    drain_seconds=DRAIN_SECONDS,
                ),
                custom_runs=CustomRuns(
                    queue=SqlCustomRuns(database, bell=run_bell, clock=clock),
                    runner=runner_in(workshop),
                    wakeups=run_wakeups,
                ),
            )


def _run_dir(settings: Settings) -> Path:
    return settings.data_dir / "run"


def _listener(settings: Settings, bell: str) -> DoorbellListener:
    """Makes the sockets' folder, too, if this is the first."""
    return DoorbellListener(_run_dir(settings), bell)


@asynccontextmanager
async def _open_database(settings: Settings) -> AsyncIterator[Database]:
    path = settings.data_dir / "assay.sqlite3"
    await asyncio.to_thread(schema.prepare, path)
    database = Database(path)
    try:
        yield database
    finally:
        database.close()
