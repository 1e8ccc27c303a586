"""The queue as a table: claims by compare-and-set, and every change to a leased job fenced by its token."""

from collections.abc import Callable, Collection
import json

from assay.adapters.sql.instants import microseconds, to_row
from assay.adapters.sql.leases import lease_of
from assay.adapters.sql.sqlite import Connection, Database
from assay.adapters.sql.steps import advance
from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.domain.lane import Lane
from assay.queue.fairness import Flow, Service, allot
from assay.queue.ports import Buried, Doorbell, Lease, Swept
from assay.queue.rules import is_exhausted
from assay.verdicts.rules import DEAD_LETTER, QUEUED_AGAIN

SWEEP_ROWS_MAX = 100  # a short transaction; what is left is taken at the next sweep

_DUE = """
         state = 'pending' AND NOT held AND lane = {lane} AND tenant = {tenant} AND not_before <= :now
     AND (:languages IS NULL OR language_id IN (SELECT value FROM json_each(:languages)))
"""

_FLOWS = f"""
    WITH RECURSIVE flows (lane, tenant) AS (
        SELECT value, (SELECT min(tenant) FROM jobs WHERE state = 'pending' AND NOT held AND lane = value)
          FROM json_each(:lanes)
        UNION ALL
        SELECT lane, (SELECT min(tenant) FROM jobs
                       WHERE state = 'pending' AND NOT held AND lane = flows.lane AND tenant > flows.tenant)
          FROM flows WHERE tenant IS NOT NULL
    )
    SELECT lane, tenant,
           (SELECT count(*) FROM (SELECT 1 FROM jobs
                                   WHERE {_DUE.format(lane="flows.lane", tenant="flows.tenant")}
                                   LIMIT :limit))
      FROM flows WHERE tenant IS NOT NULL
"""  # noqa: S608 - our own words, as below

_CLAIM = f"""
    UPDATE jobs
       SET state = 'leased', attempt = attempt + 1, lease_token = :token, lease_until = :until,
           worker_id = :worker_id
     WHERE (submission_id, generation) IN (
               SELECT submission_id, generation
                 FROM jobs
                WHERE {_DUE.format(lane=":lane", tenant=":tenant")}
                ORDER BY turn, deadline, submission_id
                LIMIT :limit)
 RETURNING submission_id, generation, attempt
"""  # noqa: S608

_EXTEND = """
    UPDATE jobs SET lease_until = ?
     WHERE submission_id = ? AND generation = ? AND lease_token = ? AND state = 'leased'
"""

_GIVE_BACK = """
    UPDATE jobs
       SET state = 'pending', lease_token = NULL, lease_until = NULL, announced_at = NULL,
           not_before = :not_before, attempt = attempt - :uncounted, cause = coalesce(:cause, cause),
           deaths = deaths + :deaths
     WHERE submission_id = :submission_id AND generation = :generation AND lease_token = :token
       AND state = 'leased'
"""

_BURY = """
    UPDATE jobs
       SET state = 'dead', lease_token = NULL, lease_until = NULL, cause = :cause, deaths = deaths + :deaths
     WHERE submission_id = :submission_id AND generation = :generation AND lease_token = :token
       AND state = 'leased'
"""

_FAULT = """
    INSERT INTO faults (submission_id, generation, at, attempt, worker_id, cause)
    SELECT submission_id, generation, :at, attempt, coalesce(worker_id, ''), CAST(:cause AS BLOB) FROM jobs
     WHERE submission_id = :submission_id AND generation = :generation
    ON CONFLICT DO NOTHING
"""

_OVERDUE = """
    SELECT submission_id, generation, lease_token, attempt, worker_id, deaths
      FROM jobs
     WHERE state = 'leased' AND lease_until < ?
     ORDER BY lease_until
     LIMIT ?
"""


class SqlJobQueue:
    """The `JobQueue` port. `bell` wakes those who follow events: a job given back is a step, too."""

    def __init__(self, database: Database, *, bell: Doorbell, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock
        self._service = Service()  # of this worker's claims: where each is fair, all are

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
        values = {
            "worker_id": worker_id,
            "token": token,
            "limit": limit,
            "now": now,
            "until": now + microseconds(lease_seconds),
            "languages": None if languages is None else json.dumps(list(languages)),
            "lanes": json.dumps(list(Lane)),
        }

        def take(connection: Connection) -> list[Lease]:
            waiting = {
                Flow(Lane(lane), tenant): count
                for lane, tenant, count in connection.execute(_FLOWS, values).fetchall()
            }
            given, self._service = allot(waiting, self._service, seats=limit)
            claimed = [
                row
                for flow, count in given.items()
                for row in connection.execute(
                    _CLAIM, {**values, "lane": flow.lane, "tenant": flow.tenant, "limit": count}
                ).fetchall()
            ]
            return [lease_of(connection, row, token=token) for row in sorted(claimed)]

        return await self._database.write(take)

    async def extend(self, leases: list[Lease], *, lease_seconds: float) -> list[Lease]:
        until = self._now() + microseconds(lease_seconds)

        def is_lost(connection: Connection, lease: Lease) -> bool:
            key = (lease.submission_id, lease.generation, lease.token)
            return connection.execute(_EXTEND, (until, *key)).rowcount == 0

        return await self._database.write(
            lambda connection: [lease for lease in leases if is_lost(connection, lease)]
        )

    async def hand_back(self, lease: Lease, *, delay_seconds: float, cause: str) -> bool:
        not_before = self._now() + microseconds(delay_seconds)
        return await self._change(
            lambda connection: self._give_back(connection, lease, not_before=not_before, cause=cause)
        )

    async def release(self, lease: Lease, *, delay_seconds: float = 0.0, cause: str | None = None) -> bool:
        not_before = self._now() + microseconds(delay_seconds)
        return await self._change(
            lambda connection: self._give_back(
                connection, lease, not_before=not_before, cause=cause, uncounted=1
            )
        )

    async def bury(self, lease: Lease, *, cause: str) -> bool:
        return await self._change(lambda connection: self._bury(connection, lease, cause=cause))

    async def sweep(self) -> Swept:
        now = self._now()

        def take_back(connection: Connection) -> Swept:
            buried = []
            overdue = connection.execute(_OVERDUE, (now, SWEEP_ROWS_MAX)).fetchall()
            for submission_id, generation, token, attempt, worker_id, deaths in overdue:
                lease = Lease(
                    submission_id=submission_id, generation=generation, token=token, attempt=attempt
                )
                cause = f"worker {worker_id} fell silent during attempt {attempt}"
                if is_exhausted(attempt, deaths=deaths + 1):
                    self._bury(connection, lease, cause=cause, deaths=1)
                    buried.append(Buried(lease=lease, cause=cause))
                else:
                    self._give_back(connection, lease, not_before=now, cause=cause, deaths=1)
            if overdue:
                reach(CrashPoint.SWEPT_BEFORE_COMMIT)
            return Swept(requeued=len(overdue) - len(buried), buried=tuple(buried))

        swept = await self._database.write(take_back)
        if swept.requeued or swept.buried:
            self._bell.ring()
        return swept

    def _give_back(
        self,
        connection: Connection,
        lease: Lease,
        *,
        not_before: int,
        cause: str | None,
        uncounted: int = 0,
        deaths: int = 0,
    ) -> bool:
        values = {
            **_key(lease), "not_before": not_before, "cause": cause, "uncounted": uncounted, "deaths": deaths
        }  # fmt: skip
        if connection.execute(_GIVE_BACK, values).rowcount == 0:
            return False
        if not uncounted:
            self._note(connection, lease, cause)
        advance(connection, lease.submission_id, QUEUED_AGAIN, at=self._now())
        return True

    def _bury(self, connection: Connection, lease: Lease, *, cause: str, deaths: int = 0) -> bool:
        if connection.execute(_BURY, {**_key(lease), "cause": cause, "deaths": deaths}).rowcount == 0:
            return False
        self._note(connection, lease, cause)
        advance(connection, lease.submission_id, DEAD_LETTER, at=self._now())
        return True

    def _note(self, connection: Connection, lease: Lease, cause: str | None) -> None:
        """Keep what went wrong with this try, if anything did."""
        if cause is not None:
            connection.execute(_FAULT, {**_key(lease), "at": self._now(), "cause": cause})

    async def _change(self, change: Callable[[Connection], bool]) -> bool:
        def give_back(connection: Connection) -> bool:
            is_changed = change(connection)
            reach(CrashPoint.RETURNED_BEFORE_COMMIT)
            return is_changed

        changed = await self._database.write(give_back)
        if changed:
            reach(CrashPoint.RETURNED_BEFORE_RING)
            self._bell.ring()
        return changed

    def _now(self) -> int:
        return to_row(self._clock.now())


def _key(lease: Lease) -> dict[str, str | int]:
    return {"submission_id": lease.submission_id, "generation": lease.generation, "token": lease.token}
