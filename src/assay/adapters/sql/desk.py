"""The operator's side of the queue, on either database."""

from collections.abc import Sequence
from typing import Any

from assay.adapters.sql.instants import from_row, from_row_or_none, to_row
from assay.adapters.sql.scripts import Script, Scripts
from assay.adapters.sql.steps import ADVANCE, APPEND, values_of
from assay.domain.clock import Clock
from assay.domain.lane import Lane
from assay.queue.desk import Fault, Job, JobState, LaneCounts, Selection
from assay.queue.ports import Doorbell
from assay.verdicts.rules import QUEUED_AGAIN

_CONDITIONS = {
    JobState.PENDING: "state = 'pending' AND NOT held",
    JobState.HELD: "state = 'pending' AND held",
    JobState.PROCESSING: "state = 'leased'",
    JobState.DEAD: "state = 'dead'",
}

# One look into an index of few rows for each, however many jobs are done.
_COUNTS = """
    SELECT (SELECT count(*) FROM jobs WHERE lane = :lane AND state = 'pending' AND NOT held),
           (SELECT count(*) FROM jobs WHERE lane = :lane AND state = 'pending' AND held),
           (SELECT count(*) FROM jobs WHERE lane = :lane AND state = 'leased'),
           (SELECT count(*) FROM jobs WHERE lane = :lane AND state = 'dead'),
           (SELECT min(created_at) FROM jobs WHERE lane = :lane AND state = 'pending' AND NOT held)
"""

_JOBS = """
    SELECT submission_id, generation, lane, state, held, tenant, user_id, language_id, attempt, deaths,
           created_at, not_before, worker_id, cause
      FROM jobs
     WHERE {condition} AND submission_id > :after
     ORDER BY submission_id, generation
     LIMIT :limit
"""

_FAULTS = "SELECT at, attempt, worker_id, cause FROM faults WHERE submission_id = :submission_id ORDER BY at"

_MOVE = """
    UPDATE jobs
       SET lane = :lane, announced_at = NULL,
           turn = (SELECT coalesce(min(j.turn), 0) FROM jobs AS j
                    WHERE j.state = 'pending' AND NOT j.held AND j.lane = :lane AND j.tenant = jobs.tenant)
     WHERE {condition} AND lane <> :lane
 RETURNING submission_id
"""

_HOLD = "UPDATE jobs SET held = :held, announced_at = NULL WHERE {condition} RETURNING submission_id"

_RETRY = """
    UPDATE jobs SET state = 'pending', held = :held, attempt = 0, deaths = 0, not_before = :now,
           announced_at = NULL
     WHERE {condition}
 RETURNING submission_id
"""

_PURGE = "DELETE FROM jobs WHERE {condition} RETURNING submission_id"


class SqlQueueDesk:
    """The `QueueDesk` port. `jobs_bell` wakes workers, `events_bell` those who follow.

    `reading`: who runs what lists; None: `scripts`, too.
    """

    def __init__(
        self,
        scripts: Scripts,
        *,
        jobs_bell: Doorbell,
        events_bell: Doorbell,
        clock: Clock,
        reading: Scripts | None = None,
    ) -> None:
        self._scripts = scripts
        self._reading = reading or scripts
        self._jobs_bell = jobs_bell
        self._events_bell = events_bell
        self._clock = clock

    async def counts(self) -> list[LaneCounts]:
        def script() -> Script[list[LaneCounts]]:
            found = []
            for lane in Lane:
                ((pending, held, processing, dead, oldest),) = yield _COUNTS, {"lane": lane.value}
                found.append(
                    LaneCounts(
                        lane=lane,
                        pending=pending,
                        held=held,
                        processing=processing,
                        dead=dead,
                        oldest_pending_at=from_row_or_none(oldest),
                    )
                )
            return found

        return await self._scripts.run(script)

    async def jobs(self, wanted: Selection, *, after: str | None, limit: int) -> list[Job]:
        condition, values = _condition(wanted, tuple(JobState))

        def script() -> Script[list[Job]]:
            rows = yield _JOBS.format(condition=condition), {**values, "after": after or "", "limit": limit}
            return [_job(row) for row in rows]

        return await self._reading.run(script)

    async def faults(self, submission_id: str) -> list[Fault]:
        def script() -> Script[list[Fault]]:
            rows = yield _FAULTS, {"submission_id": submission_id}
            return [
                Fault(at=from_row(at), attempt=attempt, worker_id=worker_id, cause=cause.decode())
                for at, attempt, worker_id, cause in rows
            ]

        return await self._reading.run(script)

    async def move(self, wanted: Selection, *, lane: Lane) -> int:
        return await self._change(_MOVE, wanted, (JobState.PENDING, JobState.HELD), lane=lane.value)

    async def hold(self, wanted: Selection) -> int:
        return await self._change(_HOLD, wanted, (JobState.PENDING,), held=True)

    async def release(self, wanted: Selection) -> int:
        changed = await self._change(_HOLD, wanted, (JobState.HELD,), held=False)
        self._jobs_bell.ring()
        return changed

    async def retry(self, wanted: Selection) -> int:
        condition, values = _condition(wanted, (JobState.DEAD,))
        now = to_row(self._clock.now())

        def script() -> Script[int]:
            revive = {**values, "now": now, "held": False}
            revived = yield _RETRY.format(condition=condition), revive
            for (submission_id,) in revived:
                step = {"submission_id": submission_id, "at": now, **values_of(QUEUED_AGAIN)}
                ((seq,),) = yield ADVANCE, step
                yield APPEND, {**step, "seq": seq}
            return len(revived)

        changed = await self._scripts.run(script)
        self._jobs_bell.ring()
        self._events_bell.ring()
        return changed

    async def purge(self, wanted: Selection) -> int:
        return await self._change(_PURGE, wanted, (JobState.DEAD,))

    async def _change(self, sql: str, wanted: Selection, states: Sequence[JobState], **more: Any) -> int:
        condition, values = _condition(wanted, states)

        def script() -> Script[int]:
            rows = yield sql.format(condition=condition), {**values, **more}
            return len(rows)

        return await self._scripts.run(script)


def _condition(wanted: Selection, states: Sequence[JobState]) -> tuple[str, dict[str, Any]]:
    """What a row must be, of `states` in any case; and the values."""
    among = [state for state in states if wanted.state in (None, state)]
    parts = [f"({' OR '.join(f'({_CONDITIONS[state]})' for state in among) or '1 = 0'})"]
    values: dict[str, Any] = {}
    fields: list[tuple[str, str | None]] = [
        ("lane", None if wanted.lane is None else wanted.lane.value),
        ("tenant", wanted.tenant),
        ("user_id", wanted.user_id),
    ]
    for name, value in fields:
        if value is not None:
            parts.append(f"{name} = :wanted_{name}")
            values[f"wanted_{name}"] = value
    if wanted.submission_ids is not None:
        names = [f"id{number}" for number in range(len(wanted.submission_ids))]
        parts.append(f"submission_id IN ({', '.join(f':{name}' for name in names) or 'NULL'})")
        values |= dict(zip(names, wanted.submission_ids, strict=True))
    return " AND ".join(parts), values


def _job(row: Sequence[Any]) -> Job:
    (
        submission_id,
        generation,
        lane,
        state,
        held,
        tenant,
        user_id,
        language_id,
        attempt,
        deaths,
        created_at,
        not_before,
        worker_id,
        cause,
    ) = row
    waits = JobState.HELD if held else JobState.PENDING
    return Job(
        submission_id=submission_id,
        generation=generation,
        lane=Lane(lane),
        state={"pending": waits, "leased": JobState.PROCESSING, "dead": JobState.DEAD}[state],
        tenant=tenant or None,
        user_id=user_id or None,
        language_id=language_id,
        attempt=attempt,
        deaths=deaths,
        created_at=from_row(created_at),
        not_before=from_row(not_before),
        worker_id=worker_id,
        cause=cause.decode() if isinstance(cause, bytes) else cause or "",
    )
