"""The same house on each backend, with a clock that stands still until it is moved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
import shutil
import sqlite3
from typing import Any

from assay.adapters.broadcast.bus import BroadcastEventBus
from assay.adapters.memory.announcing import MemoryAnnouncements
from assay.adapters.memory.custom_runs import MemoryCustomRuns
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.adapters.memory.feed import MemoryEventFeed
from assay.adapters.memory.problems import MemoryProblemStore
from assay.adapters.memory.queue import MemoryJobQueue
from assay.adapters.memory.store import MemoryStore
from assay.adapters.postgres.announcing import PostgresAnnouncements
from assay.adapters.postgres.broadcast import open_broadcast
from assay.adapters.postgres.custom_runs import PostgresCustomRuns
from assay.adapters.postgres.jobs import PostgresJobQueue
from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.problems import PostgresProblemStore
from assay.adapters.postgres.reading import PostgresSubmissionReader
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.postgres.submissions import PostgresSubmissionStore
from assay.adapters.postgres.upkeep import PostgresUpkeep
from assay.adapters.postgres.verdicts import PostgresVerdictStore
from assay.adapters.sql.announcing import SqlAnnouncements
from assay.adapters.sql.custom_runs import SqlCustomRuns
from assay.adapters.sql.desk import SqlQueueDesk
from assay.adapters.sql.feed import SqlEventFeed
from assay.adapters.sql.jobs import SqlJobQueue
from assay.adapters.sql.problems import SqlProblemStore
from assay.adapters.sql.reading import SqlSubmissionReader
from assay.adapters.sql.scripts import SqliteScripts
from assay.adapters.sql.sqlite import Database
from assay.adapters.sql.submissions import SqlSubmissionStore
from assay.adapters.sql.upkeep import SqlUpkeep
from assay.adapters.sql.verdicts import SqlVerdictStore
from assay.adapters.sql.workers import SqlWorkerRegistry
from assay.domain.custom_run import CustomRun, CustomRunOutcome, Ending, ProgramRun
from assay.domain.judgement import Decision, Evidence, GroupResult, Judgement, Run
from assay.domain.limits import Limits
from assay.domain.problem import DataRef, OutputComparison, Problem, Statement, StatementFormat, TestCase
from assay.domain.submission import SourceFile, Submission
from assay.domain.verdict import Verdict
from assay.intake.ports import CustomRunStore, SubmissionStore
from assay.problems.ports import ProblemStore
from assay.queue.announcing import Announcements
from assay.queue.custom_runs import CustomRunQueue
from assay.queue.desk import QueueDesk
from assay.queue.ports import PRACTICE, JobQueue, Lease, Place
from assay.queue.upkeep import Upkeep
from assay.queue.workers import WorkerRegistry
from assay.verdicts.live import LiveFeed
from assay.verdicts.ports import EventFeed, SubmissionReader, VerdictStore

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
ADAPTERS = ("memory", "sqlite", "postgresql")
FIRST_TOKEN = "t1"


class StillClock:
    """A clock that the test moves."""

    def __init__(self, instant: datetime = NOON) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def pass_seconds(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class House:
    """All ports on one backend."""

    clock: StillClock
    problems: ProblemStore
    store: SubmissionStore
    reader: SubmissionReader
    queue: JobQueue
    announcements: Announcements
    verdicts: VerdictStore
    feed: EventFeed
    run_store: CustomRunStore
    run_queue: CustomRunQueue
    desk: QueueDesk | None = None  # only where there is a database, as are:
    workers: WorkerRegistry | None = None
    upkeep: Upkeep | None = None

    async def submit(
        self, submission_id: str = "s1", *, place: Place = PRACTICE, **changes: Any
    ) -> Submission:
        """Record a submission for the problem, which is there."""
        made = submission(submission_id, created_at=self.clock.now())
        return await self.store.record_and_enqueue(replace(made, **changes), key=None, place=place)

    async def claim(
        self, *, limit: int = 10, token: str = FIRST_TOKEN, lease_seconds: float = 30
    ) -> list[Lease]:
        return await self.queue.claim(worker_id="w1", token=token, limit=limit, lease_seconds=lease_seconds)

    async def submit_and_claim(self, submission_id: str = "s1", token: str = FIRST_TOKEN) -> Lease:
        await self.submit(submission_id)
        (lease,) = await self.claim(token=token)
        return lease


@asynccontextmanager
async def in_memory() -> AsyncIterator[House]:
    clock = StillClock()
    store = MemoryStore(clock=clock)
    runs = MemoryCustomRuns(bell=MemoryDoorbell(), clock=clock)
    yield House(
        clock=clock,
        problems=MemoryProblemStore(),
        store=store,
        reader=store,
        queue=MemoryJobQueue(store, clock=clock),
        announcements=MemoryAnnouncements(store, clock=clock),
        verdicts=store,
        feed=MemoryEventFeed(store),
        run_store=runs,
        run_queue=runs,
    )


@asynccontextmanager
async def on_sqlite(directory: Path, schema: Path) -> AsyncIterator[House]:
    """`schema` is an empty database of this release, to be copied into `directory`."""
    clock, bell = StillClock(), MemoryDoorbell()
    path = directory / "assay.sqlite3"
    shutil.copy(schema, path)
    database = Database(path)
    reader = SqlSubmissionReader(database)
    runs = SqlCustomRuns(database, bell=MemoryDoorbell(), clock=clock)
    try:
        yield House(
            clock=clock,
            problems=SqlProblemStore(database),
            store=SqlSubmissionStore(database),
            reader=reader,
            queue=SqlJobQueue(database, bell=bell, clock=clock),
            announcements=SqlAnnouncements(database, clock=clock),
            verdicts=SqlVerdictStore(database, bell=bell, clock=clock),
            feed=SqlEventFeed(database, reader=reader, wakeups=bell),
            run_store=runs,
            run_queue=runs,
            desk=SqlQueueDesk(SqliteScripts(database), jobs_bell=bell, events_bell=bell, clock=clock),
            workers=SqlWorkerRegistry(SqliteScripts(database), clock=clock),
            upkeep=SqlUpkeep(SqliteScripts(database), clock=clock),
        )
    finally:
        database.close()
    assert broken_references(path) == []


@asynccontextmanager
async def on_postgresql(url: str) -> AsyncIterator[House]:
    """`url` is an empty database of this release."""
    clock, bell = StillClock(), MemoryDoorbell()
    async with open_pool(url) as database, open_broadcast(database) as broadcast:
        reader, bus = PostgresSubmissionReader(database), BroadcastEventBus(broadcast)
        runs = PostgresCustomRuns(database, bell=bell, clock=clock)
        yield House(
            clock=clock,
            problems=PostgresProblemStore(database),
            store=PostgresSubmissionStore(database),
            reader=reader,
            queue=PostgresJobQueue(database, bus=bus, clock=clock),
            announcements=PostgresAnnouncements(database, clock=clock),
            verdicts=PostgresVerdictStore(database, bus=bus, clock=clock),
            feed=LiveFeed(reader=reader, bus=bus),
            run_store=runs,
            run_queue=runs,
            desk=SqlQueueDesk(PostgresScripts(database), jobs_bell=bell, events_bell=bell, clock=clock),
            workers=SqlWorkerRegistry(PostgresScripts(database), clock=clock),
            upkeep=PostgresUpkeep(database, clock=clock),
        )


def broken_references(path: Path) -> list[object]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()


def problem(problem_id: str = "sum", version: str = "v1", name: str = "Sum") -> Problem:
    ref = DataRef("0" * 64)
    return Problem(
        id=problem_id,
        version=version,
        name=name,
        limits=Limits(
            cpu_time_ms=1000,
            memory_bytes=1 << 28,
            output_bytes=1 << 20,
            source_bytes=1 << 16,
            compile_time_ms=10_000,
            compile_memory_bytes=1 << 29,
        ),
        tests=(
            TestCase(
                name="sample/1",
                input=ref,
                answer=ref,
                is_sample=True,
                comparison=OutputComparison(float_absolute_tolerance=1e-6),
            ),
        ),
        statements=(Statement(language="en", format=StatementFormat.MARKDOWN, text="Add."),),
    )


def submission(submission_id: str, *, created_at: datetime = NOON) -> Submission:
    return Submission(
        id=submission_id,
        problem_id="sum",
        problem_version="v1",
        language_id="c",
        files=(
            SourceFile(name="main.c", content=b"int main(void) { return 0; }\n"),
            SourceFile(name="a b/\xfc.h", content=b"\xff\xfe raw bytes \r"),
        ),
        user_id="u1",
        tenant=None,
        created_at=created_at,
    )


def custom_run(run_id: str = "r1", *, visitor: str = "v1", created_at: datetime = NOON) -> CustomRun:
    return CustomRun(
        id=run_id,
        visitor=visitor,
        problem_id="sum",
        problem_version="v1",
        language_id="c",
        files=(SourceFile(name="a b/\xfc.c", content=b"\xff raw \r"),),
        inputs=(b"1 2\n", b"", b"\x00\xff"),
        with_model_answer=True,
        limits=problem().limits,
        created_at=created_at,
    )


def custom_run_outcome() -> CustomRunOutcome:
    ran = ProgramRun(
        ending=Ending.OK,
        message="",
        exit_code=0,
        signal=None,
        cpu_time_ms=1,
        wall_time_ms=2,
        memory_bytes=4096,
        stdout="3 ü\x00\n",
        stderr="",
        stdout_truncated=True,
        stderr_truncated=False,
    )
    crashed = replace(ran, ending=Ending.RTE, message="killed", exit_code=None, signal=11)
    return CustomRunOutcome(
        compiled=True, compile_output="warning", message="", runs=(ran, crashed, crashed), model_runs=(ran,)
    )


def judgement(lease: Lease, judgement_id: str = "j1", verdict: Verdict = Verdict.WA) -> Judgement:
    runs = tuple(
        Run(
            ordinal=ordinal,
            test_name=f"secret/{ordinal}",
            verdict=run_verdict,
            cpu_time_ms=10 * ordinal,
            wall_time_ms=20,
            memory_bytes=1 << 20,
            exit_code=None if ordinal == 2 else 0,
            signal=11 if ordinal == 2 else None,
            message="ünlike",
            near_limit=ordinal == 2,
            score=12.5 if ordinal == 1 else None,
            passes=ordinal,
            team_message="for the team",
            judge_message="for the jury: ünlike",
            output="4 5\n",
            error_output="débug",
        )
        for ordinal, run_verdict in ((1, Verdict.AC), (2, verdict))
    )
    return Judgement(
        id=judgement_id,
        submission_id=lease.submission_id,
        generation=lease.generation,
        decision=Decision(
            verdict=verdict,
            runs=runs,
            test_count=3,
            compile_output="warning: unused",
            message="",
            evidence=Evidence(
                source_sha256="ab",
                problem_version="v1",
                language_version="gcc 12.2",
                limits={"cpu_time_ms": 1000},
                sandbox="cell 1",
                host_class="x86-64",
            ),
            score=12.5,
            groups=(
                GroupResult(name="", verdict=verdict, score=12.5, max_score=None),
                GroupResult(name="secret/late", verdict=None, score=None, max_score=30.0),
            ),
        ),
        started_at=NOON + timedelta(seconds=1),
        ended_at=NOON + timedelta(seconds=2),
        all_tests=True,
    )
