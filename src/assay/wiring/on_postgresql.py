"""One PostgreSQL database for any number of hosts, which wake each other by it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from assay.adapters.broadcast.bells import BroadcastDoorbell, BroadcastWakeups
from assay.adapters.broadcast.bus import BroadcastEventBus
from assay.adapters.broadcast.ports import Broadcast
from assay.adapters.postgres import schema
from assay.adapters.postgres.broadcast import open_broadcast
from assay.adapters.postgres.custom_runs import PostgresCustomRuns
from assay.adapters.postgres.jobs import PostgresJobQueue
from assay.adapters.postgres.pool import Postgres, open_pool
from assay.adapters.postgres.problems import PostgresProblemStore
from assay.adapters.postgres.reading import PostgresSubmissionReader
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.postgres.submissions import PostgresSubmissionStore
from assay.adapters.postgres.upkeep import PostgresUpkeep
from assay.adapters.postgres.verdicts import PostgresVerdictStore
from assay.adapters.sql.desk import SqlQueueDesk
from assay.adapters.sql.workers import SqlWorkerRegistry
from assay.domain.clock import Clock
from assay.intake.ports import SubmissionStore
from assay.problems.ports import ProblemStore
from assay.queue.desk import QueueDesk
from assay.queue.ports import Doorbell, JobQueue, Wakeups
from assay.queue.upkeep import Upkeep
from assay.queue.workers import WorkerRegistry
from assay.verdicts.live import LiveFeed
from assay.verdicts.ports import EventFeed, SubmissionReader, VerdictStore
from assay.wiring.backend import Backend, Bell, CustomRunPorts


@asynccontextmanager
async def open_postgresql(
    url: str, clock: Clock, *, events: AbstractAsyncContextManager[Broadcast] | None
) -> AsyncIterator[Backend]:
    """The database at `url`, made or upgraded if need be. `events`: None: it carries them, too.

    Raises `Unavailable`.
    """
    async with open_pool(url) as database:
        await schema.prepare(database, now=clock.now())
        async with events or open_broadcast(database) as broadcast:
            yield _PostgresqlBackend(database, broadcast, clock)


class _PostgresqlBackend:
    """The `Backend` port."""

    def __init__(self, database: Postgres, broadcast: Broadcast, clock: Clock) -> None:
        self._broadcast = broadcast
        self._bus = BroadcastEventBus(broadcast)
        outcomes = self.doorbell(Bell.OUTCOMES)
        self.problems: ProblemStore = PostgresProblemStore(database)
        self.submissions: SubmissionStore = PostgresSubmissionStore(database)
        self.reader: SubmissionReader = PostgresSubmissionReader(database)
        self.queue: JobQueue = PostgresJobQueue(database, bus=self._bus, clock=clock)
        self.verdicts: VerdictStore = PostgresVerdictStore(database, bus=self._bus, clock=clock)
        self.custom_runs: CustomRunPorts = PostgresCustomRuns(database, bell=outcomes, clock=clock)
        scripts = PostgresScripts(database)
        self.workers: WorkerRegistry = SqlWorkerRegistry(scripts, clock=clock)
        self.upkeep: Upkeep = PostgresUpkeep(database, clock=clock)
        self.desk: QueueDesk = SqlQueueDesk(
            scripts,
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
