"""The queue as a table.

Claims skip what others hold, and every change to a leased job is fenced by its token.
"""

from collections.abc import Collection, Sequence

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.leases import claiming, held, lease_of
from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.postgres.steps import Step, advance
from assay.adapters.postgres.texts import to_bytes
from assay.adapters.sql.batches import Batches
from assay.adapters.sql.instants import microseconds, to_row
from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.domain.events import SubmissionEvent
from assay.domain.lane import Lane
from assay.queue.fairness import Flow, Service, allot
from assay.queue.ports import Buried, Lease, Swept
from assay.queue.rules import is_exhausted
from assay.verdicts.ports import EventBus
from assay.verdicts.rules import DEAD_LETTER, QUEUED_AGAIN

SWEEP_ROWS_MAX = 100  # a short transaction; what is left is taken at the next sweep
BATCH_MAX = 256

_DUE = """
         state = 'pending' AND NOT held AND jobs.lane = f.lane AND jobs.tenant = f.tenant AND not_before <= $1
     AND ($2::text[] IS NULL OR language_id = ANY($2))
"""

_FLOWS = f"""
    WITH RECURSIVE flows (lane, tenant) AS (
        SELECT name, (SELECT min(tenant) FROM jobs WHERE state = 'pending' AND NOT held AND lane = name)
          FROM unnest($3::text[]) AS name
        UNION ALL
        SELECT lane, (SELECT min(tenant) FROM jobs
                       WHERE state = 'pending' AND NOT held AND lane = flows.lane AND tenant > flows.tenant)
          FROM flows WHERE tenant IS NOT NULL
    )
    SELECT lane, tenant, due
      FROM flows AS f,
           LATERAL (SELECT count(*) AS due
                      FROM (SELECT 1 FROM jobs WHERE {_DUE} LIMIT $4) AS due_jobs) AS counted
     WHERE tenant IS NOT NULL
"""  # noqa: S608 - our own words, as below

_CLAIM = claiming(
    f"""
    SELECT j.submission_id, j.generation
      FROM unnest($3::text[], $4::text[], $5::integer[]) AS f (lane, tenant, seats),
           LATERAL (SELECT submission_id, generation
                      FROM jobs
                     WHERE {_DUE}
                     ORDER BY turn, deadline, submission_id
                     LIMIT f.seats
                       FOR UPDATE SKIP LOCKED) AS j
    """,  # noqa: S608
    by="$6, $7, $8",
)

_EXTEND = """
    UPDATE jobs SET lease_until = $3
      FROM unnest($1::text[], $2::integer[]) AS g (submission_id, generation)
     WHERE jobs.submission_id = g.submission_id AND jobs.generation = g.generation
"""

_RETURN = """
    UPDATE jobs
       SET state = g.state, lease_token = NULL, lease_until = NULL, not_before = g.not_before,
           attempt = attempt - g.uncounted, deaths = jobs.deaths + g.deaths,
           cause = coalesce(g.cause, jobs.cause), announced_at = NULL
      FROM unnest($1::text[], $2::integer[], $3::text[], $4::bigint[], $5::integer[], $6::integer[],
                  $7::bytea[])
           AS g (submission_id, generation, state, not_before, uncounted, deaths, cause)
     WHERE jobs.submission_id = g.submission_id AND jobs.generation = g.generation
"""

_FAULTS = """
    INSERT INTO faults (submission_id, generation, at, attempt, worker_id, cause)
    SELECT submission_id, generation, $4, attempt, coalesce(worker_id, ''), g.cause
      FROM jobs
      JOIN unnest($1::text[], $2::integer[], $3::bytea[]) AS g (submission_id, generation, cause)
     USING (submission_id, generation)
        ON CONFLICT DO NOTHING
"""

_OVERDUE = """
    SELECT submission_id, generation, lease_token, attempt, worker_id, deaths
      FROM jobs
     WHERE state = 'leased' AND lease_until < $1
     ORDER BY submission_id, generation
     LIMIT $2
       FOR UPDATE SKIP LOCKED
"""


class PostgresJobQueue:
    """The `JobQueue` port. `bus` tells those who follow: a job given back is a step, too."""

    def __init__(self, database: Postgres, *, bus: EventBus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._service = Service()  # of this worker's claims: where each is fair, all are
        self._returns = Batches(self._carry_returns, size_max=BATCH_MAX)

    async def claim(
        self,
        *,
        worker_id: str,
        token: str,
        limit: int,
        lease_seconds: float,
        languages: Collection[str] | None = None,
    ) -> list[Lease]:
        now = self._now()
        wanted = (now, None if languages is None else list(languages))
        until = now + microseconds(lease_seconds)
        found = await self._database.fetch(_FLOWS, *wanted, list(Lane), limit)
        waiting = {Flow(Lane(row["lane"]), row["tenant"]): row["due"] for row in found}
        given, self._service = allot(waiting, self._service, seats=limit)
        if not given:
            return []
        flows = columns([(flow.lane, flow.tenant, seats) for flow, seats in given.items()], 3)
        # Not repeated: what a lost connection may have claimed is swept when its lease runs out.
        rows = await self._database.fetch(_CLAIM, *wanted, *flows, token, until, worker_id)
        return sorted(map(lease_of, rows), key=lambda lease: (lease.submission_id, lease.generation))

    async def extend(self, leases: list[Lease], *, lease_seconds: float) -> list[Lease]:
        until = self._now() + microseconds(lease_seconds)

        async def prolong(connection: Connection) -> frozenset[Lease]:
            mine = await held(connection, leases)
            keys = [(lease.submission_id, lease.generation) for lease in mine]
            await connection.execute(_EXTEND, *columns(keys, 2), until)
            return mine

        kept = await self._database.transaction(prolong, is_repeatable=True)
        return [lease for lease in leases if lease not in kept]

    async def hand_back(self, lease: Lease, *, delay_seconds: float, cause: str) -> bool:
        not_before = self._now() + microseconds(delay_seconds)
        return await self._returns.one(_Return(lease, "pending", not_before=not_before, cause=cause))

    async def release(self, lease: Lease, *, delay_seconds: float = 0.0, cause: str | None = None) -> bool:
        not_before = self._now() + microseconds(delay_seconds)
        return await self._returns.one(
            _Return(lease, "pending", not_before=not_before, cause=cause, uncounted=1)
        )

    async def bury(self, lease: Lease, *, cause: str) -> bool:
        return await self._returns.one(_Return(lease, "dead", not_before=self._now(), cause=cause))

    async def sweep(self) -> Swept:
        now = self._now()

        async def take_back(connection: Connection) -> tuple[Swept, list[SubmissionEvent]]:
            returns, buried = [], []
            for row in await connection.fetch(_OVERDUE, now, SWEEP_ROWS_MAX):
                lease = Lease(
                    submission_id=row["submission_id"],
                    generation=row["generation"],
                    token=row["lease_token"],
                    attempt=row["attempt"],
                )
                cause = f"worker {row['worker_id']} fell silent during attempt {lease.attempt}"
                is_last = is_exhausted(lease.attempt, deaths=row["deaths"] + 1)
                if is_last:
                    buried.append(Buried(lease=lease, cause=cause))
                state = "dead" if is_last else "pending"
                returns.append(_Return(lease, state, not_before=now, cause=cause, deaths=1))
            events = await self._take(connection, returns)
            if returns:
                reach(CrashPoint.SWEPT_BEFORE_COMMIT)
            return Swept(requeued=len(returns) - len(buried), buried=tuple(buried)), events

        swept, events = await self._database.transaction(take_back, is_repeatable=True)
        self._bus.publish(events)
        return swept

    async def _carry_returns(self, returns: "Sequence[_Return]") -> Sequence[bool]:
        async def give_back(connection: Connection) -> tuple[list[bool], list[SubmissionEvent]]:
            mine = await held(connection, [each.lease for each in returns])
            taken = [each for each in returns if each.lease in mine]
            events = await self._take(connection, taken)
            reach(CrashPoint.RETURNED_BEFORE_COMMIT)
            return [each.lease in mine for each in returns], events

        # Not repeatable: done twice, it would tell those who did it that they came too late.
        changed, events = await self._database.transaction(give_back, is_repeatable=False)
        reach(CrashPoint.RETURNED_BEFORE_RING)
        self._bus.publish(events)
        return changed

    async def _take(self, connection: Connection, returns: "Sequence[_Return]") -> list[SubmissionEvent]:
        if not returns:
            return []
        faults = [(*each.row[:2], each.cause) for each in returns if each.is_fault]
        await connection.execute(_FAULTS, *columns(faults, 3), self._now())
        await connection.execute(_RETURN, *columns([each.row for each in returns], 7))
        steps = [
            Step(
                submission_id=each.lease.submission_id,
                progress=DEAD_LETTER if each.state == "dead" else QUEUED_AGAIN,
                at=self._now(),
            )
            for each in returns
        ]
        return await advance(connection, steps)

    def _now(self) -> int:
        return to_row(self._clock.now())


class _Return:
    """A leased job that goes back to `pending`, or is `dead`."""

    def __init__(
        self,
        lease: Lease,
        state: str,
        *,
        not_before: int,
        cause: str | None = None,
        uncounted: int = 0,
        deaths: int = 0,
    ) -> None:
        self.lease = lease
        self.state = state
        self.cause = None if cause is None else to_bytes(cause)
        self.is_fault = cause is not None and not uncounted
        self.row = (
            lease.submission_id, lease.generation, state, not_before, uncounted, deaths, self.cause
        )  # fmt: skip
