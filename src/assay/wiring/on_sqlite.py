"""One SQLite file for the processes of one machine, which wake each other by sockets beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from assay.adapters.broadcast.bells import BroadcastDoorbell, BroadcastWakeups
from assay.adapters.broadcast.ports import Broadcast
from assay.adapters.local.doorbell import DoorbellButton, DoorbellListener
from assay.adapters.sql import schema
from assay.adapters.sql.announcing import SqlAnnouncements
from assay.adapters.sql.custom_runs import SqlCustomRuns
from assay.adapters.sql.desk import SqlQueueDesk
from assay.adapters.sql.evidence import SqlEvidenceLog
from assay.adapters.sql.feed import SqlEventFeed
from assay.adapters.sql.history import SqlHistory
from assay.adapters.sql.jobs import SqlJobQueue
from assay.adapters.sql.problems import SqlProblemStore
from assay.adapters.sql.reading import SqlSubmissionReader
from assay.adapters.sql.scores import SqlScoreStore
from assay.adapters.sql.scripts import SqliteReadingScripts, SqliteScripts
from assay.adapters.sql.sqlite import Database
from assay.adapters.sql.submissions import SqlSubmissionStore
from assay.adapters.sql.upkeep import SqlUpkeep
from assay.adapters.sql.verdicts import SqlVerdictStore
from assay.adapters.sql.workers import SqlWorkerRegistry
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.ports import ScoreStore
from assay.domain.clock import Clock
from assay.intake.ports import SubmissionStore
from assay.operate.history.ports import History
from assay.problems.ports import ProblemStore
from assay.queue.announcing import Announcements
from assay.queue.desk import QueueDesk
from assay.queue.ports import Doorbell, JobQueue, Wakeups
from assay.queue.upkeep import Upkeep
from assay.queue.workers import WorkerRegistry
from assay.verdicts.ports import EventFeed, SubmissionReader, VerdictStore
from assay.wiring.backend import Backend, Bell, CustomRunPorts, ReplicaWatch


@asynccontextmanager
async def open_sqlite(
    path: Path, *, run_dir: Path, clock: Clock, events: AbstractAsyncContextManager[Broadcast] | None
) -> AsyncIterator[Backend]:
    """The file, made or upgraded if need be. `events` carries the bells; None: sockets in `run_dir` do.

    Raises `Unavailable`.
    """
    await asyncio.to_thread(schema.prepare, path)
    database = Database(path)
    try:
        async with AsyncExitStack() as listeners:
            broadcast = None if events is None else await listeners.enter_async_context(events)
            yield _SqliteBackend(database, run_dir, clock, listeners, broadcast)
    finally:
        database.close()


class _SqliteBackend:
    """The `Backend` port."""

    def __init__(
        self,
        database: Database,
        run_dir: Path,
        clock: Clock,
        listeners: AsyncExitStack,
        broadcast: Broadcast | None,
    ) -> None:
        self.clock = clock
        self._database = database
        self._run_dir = run_dir
        self._listeners = listeners
        self._broadcast = broadcast
        events, outcomes = self.doorbell(Bell.EVENTS), self.doorbell(Bell.OUTCOMES)
        self.replica: ReplicaWatch | None = None
        self.problems: ProblemStore = SqlProblemStore(database)
        self.submissions: SubmissionStore = SqlSubmissionStore(database)
        self.reader: SubmissionReader = SqlSubmissionReader(database)
        self.queue: JobQueue = SqlJobQueue(database, bell=events, clock=clock)
        self.announcements: Announcements = SqlAnnouncements(database, clock=clock)
        self.verdicts: VerdictStore = SqlVerdictStore(database, bell=events, clock=clock)
        self.custom_runs: CustomRunPorts = SqlCustomRuns(database, bell=outcomes, clock=clock)
        scripts = SqliteScripts(database)
        self.workers: WorkerRegistry = SqlWorkerRegistry(scripts, clock=clock)
        self.upkeep: Upkeep = SqlUpkeep(scripts, clock=clock)
        self.history: History = SqlHistory(scripts)
        reading = SqliteReadingScripts(database)
        self.evidence: EvidenceLog = SqlEvidenceLog(scripts, reading=reading, clock=clock)
        self.scores: ScoreStore = SqlScoreStore(scripts, reading=reading, clock=clock)
        self.desk: QueueDesk = SqlQueueDesk(
            scripts, jobs_bell=self.doorbell(Bell.JOBS), events_bell=events, clock=clock
        )

    def doorbell(self, bell: Bell) -> Doorbell:
        if self._broadcast is not None:
            return BroadcastDoorbell(self._broadcast, bell)
        return DoorbellButton(self._run_dir, bell)

    def wakeups(self, bell: Bell) -> Wakeups:
        """Makes the sockets' folder, too, if this is the first."""
        if self._broadcast is not None:
            return BroadcastWakeups(self._broadcast, bell)
        listener = DoorbellListener(self._run_dir, bell)
        self._listeners.callback(listener.close)
        return listener

    def feed(self) -> EventFeed:
        return SqlEventFeed(self._database, reader=self.reader, wakeups=self.wakeups(Bell.EVENTS))
