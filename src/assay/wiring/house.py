"""The house, built from settings: stores, queue, intake and readers, and a worker in it.

DATA_DIR/                  the server user's own, 0700
  assay.sqlite3            submissions, jobs, judgements, events, problems (-wal and -shm beside it), unless
                           ASSAY_DATABASE_URL names another place
  blobs/ab/cdef…           test data by SHA-256, unless ASSAY_BLOB_URL names another place
  blob-cache/ab/cdef…      those of a bucket that were needed lately; may be deleted at any time
  compiled/ab/cdef…        what compilations made, to be used again; may be deleted at any time
  uploads/                 packages on their way in; emptied at start
  witness/                 what the processes saw accepted last: not to go back with the database
  run/                     sockets of the doorbells
  server.lock              held by the one server of this folder
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
import os
from pathlib import Path
import secrets
import shutil
import socket
import sys

from assay import __version__
from assay.adapters.local.clock import SystemClock, identities
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.ports import ScoreStore
from assay.domain.clock import Clock
from assay.domain.dependency import Dependency
from assay.domain.language import Language
from assay.intake.custom_runs import RunDesk
from assay.intake.in_flight import KeysInFlight
from assay.intake.submit import Intake
from assay.judging.ports import Room
from assay.languages import LanguageCatalogue, load_catalogue
from assay.languages.toolchain import is_available
from assay.operate.data_dir import only_server_of
from assay.operate.history.ports import Break, History
from assay.operate.history.watch import Watch as HistoryWatch
from assay.operate.privileges import Identity, choose_identity
from assay.problems.ports import BlobStore, ProblemStore
from assay.problems.recent import RecentVersions
from assay.queue.desk import QueueDesk
from assay.queue.workers import WorkerCard, WorkerRegistry
from assay.settings import Settings
from assay.verdicts.ports import EventFeed, ResultCache, SubmissionReader
from assay.verdicts.reading import CachingReader
from assay.wiring.adjusting import adjust_doors, pace_of
from assay.wiring.backend import Backend, Bell
from assay.wiring.backends import open_backend
from assay.wiring.blobs import open_test_data
from assay.wiring.broker import open_queue
from assay.wiring.dependencies import watching_for_doors, watching_for_worker
from assay.wiring.history import WitnessedStore, open_history
from assay.wiring.metrics import broker_journal, journal_and_meter, metrics_of
from assay.wiring.outlook import Outlook, open_outlook
from assay.wiring.places import Place, open_place
from assay.wiring.redis import open_results
from assay.wiring.scoring import scoring
from assay.wiring.watch import Watch
from assay.wiring.workshop import judge_in, runner_in, workshop_in
from assay.worker.fleet import Membership
from assay.worker.job import CustomRuns, Parts


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
class Office:
    """What an operator works with."""

    desk: QueueDesk
    workers: WorkerRegistry
    history: History
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
    metrics: Callable[[], bytes] | None
    dependencies: Callable[[], Awaitable[Sequence[Dependency]]]
    adjust: Callable[[Settings], None]
    breaks: Callable[[], Sequence[Break]]
    scores: ScoreStore
    evidence: EvidenceLog


@asynccontextmanager
async def open_catalogue(settings: Settings) -> AsyncIterator[Catalogue]:
    """The problems of the data folder, whose schema is brought up to date first. Raises `Unavailable`."""
    with open_test_data(settings) as data:
        async with open_backend(settings, SystemClock()) as backend:
            yield Catalogue(problems=backend.problems, blobs=data.store, clock=backend.clock)


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """The operator's side of queue and workers. Raises `Unavailable`."""
    async with open_backend(settings, SystemClock(), with_replica=True) as backend:
        yield Office(desk=backend.desk, workers=backend.workers, history=backend.history, clock=backend.clock)


@asynccontextmanager
async def open_house(settings: Settings, *, judges: bool) -> AsyncIterator[House]:
    """Everything that the doors need. `judges`: with this machine's toolchains. Raises `Unavailable`."""
    with only_server_of(settings.data_dir), open_test_data(settings) as data:
        async with (
            open_backend(settings, SystemClock(), with_replica=True) as backend,
            open_outlook(settings, backend, backend.clock) as outlook,
            open_results(settings, backend.clock) as results,
            open_history(settings, backend, backend.clock, name="doors") as history,
            watching_for_doors(settings, backend, outlook) as watch,
        ):
            yield _house(
                settings, backend, data.store, backend.clock, outlook,
                watch=watch, history=history, results=results, judges=judges,
            )  # fmt: skip


def _house(
    settings: Settings,
    backend: Backend,
    blobs: BlobStore,
    clock: Clock,
    outlook: Outlook,
    *,
    watch: Watch,
    history: HistoryWatch,
    results: ResultCache,
    judges: bool,
) -> House:
    upload_dir = settings.data_dir / "uploads"
    shutil.rmtree(upload_dir, ignore_errors=True)
    upload_dir.mkdir(mode=0o700, exist_ok=True)
    languages = load_catalogue()
    # A container's image is as far away as another host: its worker says what it has.
    available = is_available if judges and settings.docker is None else outlook.fleet
    intake = Intake(
        store=WitnessedStore(backend.submissions, history),
        problems=backend.problems,
        languages=languages,
        is_available=available,
        doorbell=backend.doorbell(Bell.JOBS),
        in_flight=KeysInFlight(),
        admission=outlook.admission,
        clock=clock,
        new_id=identities(clock, os.urandom),
    )
    return House(
        intake=intake,
        runs=RunDesk(
            intake=intake,
            store=backend.custom_runs,
            doorbell=backend.doorbell(Bell.RUNS),
            wakeups=backend.wakeups(Bell.OUTCOMES),
        ),
        reader=CachingReader(backend.reader, results),
        feed=backend.feed(),
        problems=backend.problems,
        blobs=blobs,
        languages=languages,
        is_available=available,
        clock=clock,
        upload_dir=upload_dir,
        metrics=metrics_of(outlook, backend.replica, clock, history),
        dependencies=watch.dependencies,
        adjust=partial(adjust_doors, outlook, backend.replica),
        breaks=lambda: history.breaks,
        scores=backend.scores,
        evidence=backend.evidence,
    )


@asynccontextmanager
async def open_worker(settings: Settings, cell_socket: Path | None, room: Room) -> AsyncIterator[Parts]:
    """What a worker process works with. The server has prepared the data folder, and started the cell that
    listens on `cell_socket`, unless a Docker engine is set. `room`: the worker's seats, for what gives way to
    submissions. Raises `Unavailable`."""
    worker_id = f"{socket.gethostname()}:{os.getpid()}"
    journal, meter = journal_and_meter(worker_id)
    async with AsyncExitStack() as stack:
        data = stack.enter_context(open_test_data(settings))
        backend = await stack.enter_async_context(open_backend(settings, SystemClock()))
        clock = backend.clock
        await stack.enter_async_context(open_history(settings, backend, clock, name="worker"))
        if settings.metrics_port is not None:
            await stack.enter_async_context(watching_for_worker(settings, backend))
        queue = await stack.enter_async_context(open_queue(settings, backend, clock, broker_journal()))
        place = await stack.enter_async_context(open_place(settings, cell_socket))
        workshop = workshop_in(settings, place, data)
        verdicts = await stack.enter_async_context(
            scoring(settings, backend, workshop, room, worker_id=worker_id)
        )
        yield Parts(
            worker_id=worker_id,
            queue=queue.jobs,
            submissions=backend.reader,
            problems=RecentVersions(backend.problems),
            judge=judge_in(workshop),
            verdicts=verdicts,
            wakeups=queue.wakeups,
            share=queue.share,
            journal=journal,
            meter=meter,
            upkeep=backend.upkeep,
            clock=clock,
            new_id=identities(clock, os.urandom),
            new_token=lambda: secrets.token_hex(16),
            chance=secrets.SystemRandom().random,
            pace=pace_of(settings),
            membership=Membership(_card(settings, place, worker_id, clock), backend.workers),
            custom_runs=CustomRuns(
                queue=backend.custom_runs, runner=runner_in(workshop), wakeups=backend.wakeups(Bell.RUNS)
            ),
        )


def _card(settings: Settings, place: Place, worker_id: str, clock: Clock) -> WorkerCard:
    """What others are told of this worker."""
    installed = None
    if settings.docker is None:
        installed = tuple(language.id for language in place.languages.all() if is_available(language))
    return WorkerCard(
        id=worker_id,
        host=socket.gethostname(),
        release=__version__,
        host_class=place.host.host_class,
        slots=settings.slots,
        languages=installed,
        started_at=clock.now(),
    )
