"""One PostgreSQL database for any number of hosts, which wake each other by it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from assay.adapters.broadcast.bells import BroadcastDoorbell, BroadcastWakeups
from assay.adapters.broadcast.bus import BroadcastEventBus
from assay.adapters.broadcast.ports import Broadcast
from assay.adapters.postgres import schema
from assay.adapters.postgres.announcing import PostgresAnnouncements
from assay.adapters.postgres.broadcast import open_broadcast
from assay.adapters.postgres.clock import open_clock
from assay.adapters.postgres.custom_runs import PostgresCustomRuns
from assay.adapters.postgres.jobs import PostgresJobQueue
from assay.adapters.postgres.pool import Postgres, open_pool
from assay.adapters.postgres.problems import PostgresProblemStore
from assay.adapters.postgres.reading import PostgresSubmissionReader
from assay.adapters.postgres.replica import Replica, open_replica
from assay.adapters.postgres.replica_reading import ReplicaReader
from assay.adapters.postgres.replica_scripts import ReplicaScripts
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.postgres.submissions import PostgresSubmissionStore
from assay.adapters.postgres.upkeep import PostgresUpkeep
from assay.adapters.postgres.verdicts import PostgresVerdictStore
from assay.adapters.sql.desk import SqlQueueDesk
from assay.adapters.sql.evidence import SqlEvidenceLog
from assay.adapters.sql.history import SqlHistory
from assay.adapters.sql.scores import SqlScoreStore
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
from assay.verdicts.live import LiveFeed
from assay.verdicts.ports import EventFeed, SubmissionReader, VerdictStore
from assay.wiring.backend import Backend, Bell, CustomRunPorts, ReplicaWatch


@dataclass(frozen=True, kw_only=True)
class Standby:
    """Who takes reading off the database, and how far it may be behind."""

    url: str
    lag_seconds_max: float


@asynccontextmanager
async def open_postgresql(
    url: str,
    clock: Clock,
    *,
    events: AbstractAsyncContextManager[Broadcast] | None,
    standby: Standby | None = None,
) -> AsyncIterator[Backend]:
    """The database at `url`, made or upgraded if need be. `events`: None: it carries them, too. `clock`: the
    machine's, which is believed until the server's is known.

    Raises `Unavailable`.
    """
    async with open_pool(url) as database:
        await schema.prepare(database, now=clock.now())
        async with (
            events or open_broadcast(database) as broadcast,
            open_clock(database, clock) as shared_clock,
            AsyncExitStack() as stack,
        ):
            replica = None
            if standby is not None:
                replica = await stack.enter_async_context(
                    open_replica(standby.url, primary=database, lag_seconds_max=standby.lag_seconds_max)
                )
            yield _PostgresqlBackend(database, replica, broadcast, shared_clock)


class _PostgresqlBackend:
    """The `Backend` port."""

    def __init__(
        self, database: Postgres, replica: Replica | None, broadcast: Broadcast, clock: Clock
    ) -> None:
        self.clock = clock
        self._broadcast = broadcast
        self._bus = BroadcastEventBus(broadcast)
        outcomes = self.doorbell(Bell.OUTCOMES)
        scripts = PostgresScripts(database)
        self.replica: ReplicaWatch | None = replica
        self.reader: SubmissionReader = (
            PostgresSubmissionReader(database) if replica is None else ReplicaReader(database, replica)
        )
        self.problems: ProblemStore = PostgresProblemStore(database)
        self.submissions: SubmissionStore = PostgresSubmissionStore(database)
        self.queue: JobQueue = PostgresJobQueue(database, bus=self._bus, clock=clock)
        self.announcements: Announcements = PostgresAnnouncements(database, clock=clock)
        self.verdicts: VerdictStore = PostgresVerdictStore(database, bus=self._bus, clock=clock)
        self.custom_runs: CustomRunPorts = PostgresCustomRuns(database, bell=outcomes, clock=clock)
        self.workers: WorkerRegistry = SqlWorkerRegistry(scripts, clock=clock)
        self.upkeep: Upkeep = PostgresUpkeep(database, clock=clock)
        self.history: History = SqlHistory(scripts)
        self.evidence: EvidenceLog = SqlEvidenceLog(scripts, clock=clock)
        self.scores: ScoreStore = SqlScoreStore(scripts, clock=clock)
        self.desk: QueueDesk = SqlQueueDesk(
            scripts,
            reading=None if replica is None else ReplicaScripts(scripts, replica),
            jobs_bell=self.doorbell(Bell.JOBS),
            events_bell=self.doorbell(Bell.EVENTS),
            clock=clock,
        )

    def doorbell(self, bell: Bell) -> Doorbell:
        return BroadcastDoorbell(self._broadcast, bell)

    def wakeups(self, bell: Bell) -> Wakeups:
        return BroadcastWakeups(self._broadcast, bell)

    def feed(self) -> EventFeed:
        return LiveFeed(reader=self.reader, bus=self._bus)
