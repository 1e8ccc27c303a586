"""Builds the house from settings, once. The only place that names an adapter.

DATA_DIR/                  the server user's own, 0700
  assay.sqlite3            submissions, jobs, judgements, events, problems (-wal and -shm beside it)
  blobs/ab/cdef…           test data by SHA-256
  compiled/ab/cdef…        what compilations made, to be used again; may be deleted at any time
  uploads/                 packages on their way in; emptied at start
  run/                     sockets of the doorbells
  server.lock              held by the one server of this folder
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, replace
import os
from pathlib import Path
import secrets
import shutil
import socket
import sys
import tempfile

from assay.adapters.disk.blobs import DiskBlobStore
from assay.adapters.disk.compilations import DiskCompileCache
from assay.adapters.docker import DockerConfig, DockerSandbox
from assay.adapters.docker.profiles import load_profiles
from assay.adapters.local.clock import SystemClock, identities
from assay.adapters.local.doorbell import DoorbellButton, DoorbellListener
from assay.adapters.local.journal import LogJournal
from assay.adapters.sql import schema
from assay.adapters.sql.feed import SqlEventFeed
from assay.adapters.sql.jobs import SqlJobQueue
from assay.adapters.sql.problems import SqlProblemStore
from assay.adapters.sql.reading import SqlSubmissionReader
from assay.adapters.sql.sqlite import Database
from assay.adapters.sql.submissions import SqlSubmissionStore
from assay.adapters.sql.verdicts import SqlVerdictStore
from assay.domain.clock import Clock
from assay.domain.judgement import Decision
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.errors import Unavailable
from assay.intake.in_flight import KeysInFlight
from assay.intake.submit import Intake
from assay.judging.compile_cache import Memory, scope_of
from assay.judging.host import HostFacts, host_facts, read_host_facts
from assay.judging.judge import judge
from assay.judging.ports import Sandbox
from assay.judging.toolchains import ToolchainVersions, version_and_digest
from assay.judging.version_inside import version_inside
from assay.languages import LanguageCatalogue, expand_views, load_catalogue, load_views
from assay.languages.toolchain import is_available
from assay.languages.warm import WarmCatalogue, find_warm, show_warm
from assay.operate.data_dir import only_server_of
from assay.operate.privileges import Identity, choose_identity
from assay.problems.ports import BlobStore, ProblemStore
from assay.queue.ports import Wakeups
from assay.sandbox import Cell, CellConfig, CellProcess, CellStartError, CellUnavailable, SandboxError
from assay.settings import Settings
from assay.verdicts.ports import EventFeed, SubmissionReader
from assay.worker.job import Pace, Parts
from assay.worker.ports import Judge, JudgeGoneError, Tell

BELL_OF_JOBS = "jobs"  # rung by whoever makes a job due, heard by workers
BELL_OF_EVENTS = "events"  # rung by whoever records a step, heard by those who show them
LEASE_SECONDS = 30.0  # three heartbeats: one that is late does no harm
HEARTBEAT_SECONDS = 10.0
POLL_SECONDS = 1.0
SWEEP_SECONDS = 5.0
DRAIN_SECONDS = 30.0

SOCKET_FOLDER_PREFIX = "assay-cell-"
COMPILE_CACHE_BYTES = 1 << 30  # some ten thousand C++ programs, or three hundred in Go
BOX_BYTES = 256 << 20  # sources and artefacts of one submission; Go and Rust programs take some ten MB
BOX_INODES = 16_384


def identity_for(settings: Settings) -> Identity:
    """Whom the unprivileged processes run as."""
    return choose_identity(settings.environment, settings.user)


def code_paths() -> list[Path]:
    """What the interpreter needs to go on importing our code after privileges are dropped."""
    return [Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[1]]


@contextmanager
def running_cell(
    settings: Settings, identity: Identity, *, box_bytes: int = BOX_BYTES
) -> Iterator[CellProcess]:
    """A sandbox supervisor for `identity`, whose views show the warm files, too. Needs root to begin with.

    Raises `Unavailable` with the remedy.
    """
    if os.geteuid() != 0:
        raise Unavailable(
            "the sandbox is made by root, and this is an ordinary user. Run it with sudo: "
            "everything but the sandbox goes on as you"
        )
    _remove_abandoned_socket_folders()
    directory = Path(tempfile.mkdtemp(prefix=f"{SOCKET_FOLDER_PREFIX}{os.getpid()}-"))
    os.chown(directory, identity.uid, identity.gid)
    try:
        process = CellProcess.start(
            CellConfig(
                binary=settings.cell_binary,
                socket_path=directory / "cell.sock",
                slots=settings.slots,
                client_uid=identity.uid,
                client_gid=identity.gid,
                first_slot_uid=settings.first_slot_uid,
                views=_views(settings),
                box_bytes=box_bytes,
            )
        )
    except CellStartError as error:
        shutil.rmtree(directory)
        raise Unavailable(f"the sandbox does not start: {error}. 'assay doctor' says more") from error
    try:
        yield process
    finally:
        process.stop()
        shutil.rmtree(directory, ignore_errors=True)


def open_languages(settings: Settings) -> LanguageCatalogue:
    """The languages, those with warm files started by means of them.

    Without a folder for such files every start is a plain one, and no interpreter is started ahead.
    """
    languages = load_catalogue().all()
    if settings.warm_root is None:
        languages = tuple(replace(each, run=replace(each.run, start_ahead=False)) for each in languages)
    return WarmCatalogue(languages, settings.warm_root)


def _views(settings: Settings) -> dict[str, tuple[Path, ...]]:
    languages = load_catalogue().all()
    return show_warm(expand_views(load_views()), languages, find_warm(languages, settings.warm_root))


def _remove_abandoned_socket_folders() -> None:
    """Those of servers that were killed before they could clean up. Their names hold their process ids."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SOCKET_FOLDER_PREFIX}*-*"):
        pid = folder.name.removeprefix(SOCKET_FOLDER_PREFIX).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            with suppress(OSError):  # not empty: whoever made it, it was not us
                folder.rmdir()


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
            with closing(_listener(settings, BELL_OF_EVENTS)) as wakeups:
                yield _house(settings, database, wakeups)


def _house(settings: Settings, database: Database, wakeups: Wakeups) -> House:
    upload_dir = settings.data_dir / "uploads"
    shutil.rmtree(upload_dir, ignore_errors=True)
    upload_dir.mkdir(mode=0o700, exist_ok=True)
    clock = SystemClock()
    problems, languages = SqlProblemStore(database), load_catalogue()
    available = is_available if settings.docker is None else _may_be_in_the_image
    reader = SqlSubmissionReader(database)
    return House(
        intake=Intake(
            store=SqlSubmissionStore(database),
            problems=problems,
            languages=languages,
            is_available=available,
            doorbell=DoorbellButton(_run_dir(settings), BELL_OF_JOBS),
            in_flight=KeysInFlight(),
            clock=clock,
            new_id=identities(clock, os.urandom),
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
    async with _open_database(settings) as database, _open_place(settings, cell_socket) as place:
        with closing(_listener(settings, BELL_OF_JOBS)) as wakeups:
            bell = DoorbellButton(_run_dir(settings), BELL_OF_EVENTS)
            yield Parts(
                worker_id=worker_id,
                queue=SqlJobQueue(database, bell=bell, clock=clock),
                submissions=SqlSubmissionReader(database),
                problems=SqlProblemStore(database),
                judge=_judge_in(settings, place, DiskBlobStore(settings.data_dir / "blobs")),
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
            )


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a worker's programs run, and what is to be known of it. The two about toolchains may block."""

    sandbox: Sandbox
    host: HostFacts
    languages: LanguageCatalogue
    toolchain: Callable[[Language], str]
    toolchain_state: Callable[[Language], str]


@asynccontextmanager
async def _open_place(settings: Settings, cell_socket: Path | None) -> AsyncIterator[_Place]:
    if cell_socket is None:
        async with open_docker(settings) as docker:
            yield _place_in_docker(docker)
        return
    try:
        cell = await Cell.connect(cell_socket)
        host = read_host_facts(await cell.info(), attack_gate=settings.attack_gate)
    except SandboxError as error:
        raise Unavailable(f"the sandbox does not answer: {error}") from error
    yield _Place(
        sandbox=cell,
        host=host,
        languages=open_languages(settings),
        toolchain=ToolchainVersions(),
        toolchain_state=ToolchainVersions(version_and_digest),
    )


@asynccontextmanager
async def open_docker(settings: Settings) -> AsyncIterator[DockerSandbox]:
    """The engine of `settings.docker`, looked at and found able. Raises `Unavailable` with the remedy."""
    docker = settings.docker
    if docker is None:
        raise Unavailable("no Docker engine is set: ASSAY_SANDBOX is not docker")
    async with AsyncExitStack() as stack:
        try:
            config = DockerConfig(
                socket_path=docker.socket_path,
                image=docker.image,
                runtime=docker.runtime,
                init_binary=docker.init_binary,
                slots=settings.slots,
                views=frozenset(load_views()),
                box_bytes=BOX_BYTES,
                box_inodes=BOX_INODES,
                profiles=await asyncio.to_thread(load_profiles, settings.cell_binary),
                cores=tuple(sorted(os.sched_getaffinity(0))),
                io_device=docker.io_device,
            )
            sandbox = await stack.enter_async_context(DockerSandbox.connect(config))
        except SandboxError as error:
            raise Unavailable(f"the Docker sandbox cannot be used: {error}") from error
        yield sandbox


def _place_in_docker(docker: DockerSandbox) -> _Place:
    """The toolchains are the image's, whose digest is in what the sandbox says of itself."""
    loop = asyncio.get_running_loop()

    def ask(language: Language) -> str:
        try:
            return asyncio.run_coroutine_threadsafe(version_inside(docker, language), loop).result()
        except SandboxError as error:
            raise Unavailable(f"the sandbox failed: {error}") from error

    versions = ToolchainVersions(ask)
    return _Place(
        sandbox=docker,
        host=host_facts(docker.description),
        languages=load_catalogue(),
        toolchain=versions,
        toolchain_state=versions,
    )


def _judge_in(settings: Settings, place: _Place, data: BlobStore) -> Judge:
    """The judge of submissions, in that place and on the store's test data."""
    host = place.host
    compilations = DiskCompileCache(settings.data_dir / "compiled", bytes_max=COMPILE_CACHE_BYTES)

    def memory_for(submission: Submission) -> Memory:
        return Memory(
            cache=compilations,
            scope=scope_of(submission),
            toolchain=place.toolchain_state,
            sandbox=f"{host.sandbox}; {host.host_class}",
        )

    async def judge_submission(submission: Submission, problem: Problem, tell: Tell) -> Decision:
        try:
            return await judge(
                submission.files,
                problem,
                place.languages.get(submission.language_id),
                sandbox=place.sandbox,
                data=data,
                toolchain=place.toolchain,
                host=host,
                tell=tell,
                memory=memory_for(submission) if settings.compile_cache else None,
            )
        except CellUnavailable as error:
            raise JudgeGoneError(str(error)) from error
        except SandboxError as error:
            raise Unavailable(f"the sandbox failed: {error}") from error

    return judge_submission


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
