"""Custom runs in a table of their own, which is their queue, too."""

from collections.abc import Sequence
from datetime import datetime

from assay.adapters.postgres.pool import Connection, Postgres, Record
from assay.adapters.postgres.texts import from_bytes, to_bytes
from assay.adapters.sql.instants import microseconds, to_row
from assay.adapters.sql.run_documents import (
    STATUSES,
    decode_outcome,
    decode_run,
    encode_outcome,
    encode_run,
)
from assay.domain.clock import Clock
from assay.domain.custom_run import KEPT_FOR, PATIENCE, CustomRun, CustomRunOutcome, CustomRunState
from assay.errors import TooManyAtOnce
from assay.queue.custom_runs import (
    ATTEMPTS_MAX,
    KEPT_MAX,
    NOBODY_FREE,
    SILENT,
    UNFINISHED_MAX,
    UNFINISHED_PER_VISITOR_MAX,
    RunLease,
    refusal_of,
)
from assay.queue.ports import Doorbell

# The bounds are over all rows: those who ask at the same time take turns.
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('custom_runs'))"

_FORGET = "DELETE FROM custom_runs WHERE created_at <= $1"

_UNFINISHED = """
    SELECT count(*) AS every, count(*) FILTER (WHERE visitor = $1) AS own
      FROM custom_runs WHERE state IN ('pending', 'leased') AND id <> $2
"""

_MAKE_ROOM = """
    DELETE FROM custom_runs
     WHERE id IN (SELECT id FROM custom_runs WHERE state IN ('done', 'failed')
                   ORDER BY created_at, id
                   LIMIT greatest(0, (SELECT count(*) FROM custom_runs) - $1))
"""

_RECORD = """
    INSERT INTO custom_runs (id, visitor, created_at, state, attempt, request)
    VALUES ($1, $2, $3, 'pending', 0, $4)
    ON CONFLICT DO NOTHING
"""

_STATE = "SELECT request, state, outcome, cause FROM custom_runs WHERE id = $1 AND created_at > $2"

_FAIL_IMPATIENT = """
    UPDATE custom_runs SET state = 'failed', lease_token = NULL, lease_until = NULL, cause = $1
     WHERE (state = 'pending' OR state = 'leased' AND lease_until < $2) AND created_at <= $3
 RETURNING id
"""

_FAIL_SILENT = """
    UPDATE custom_runs SET state = 'failed', lease_token = NULL, lease_until = NULL, cause = $1
     WHERE state = 'leased' AND lease_until < $2 AND attempt >= $3
 RETURNING id
"""

_CLAIM = """
    UPDATE custom_runs
       SET state = 'leased', attempt = attempt + 1, lease_token = $1, lease_until = $2
     WHERE id = (SELECT id FROM custom_runs
                  WHERE state = 'pending' OR state = 'leased' AND lease_until < $3
                  ORDER BY created_at, id
                  LIMIT 1
                    FOR UPDATE SKIP LOCKED)
 RETURNING request, attempt
"""

_HELD = "WHERE id = $1 AND lease_token = $2 AND state = 'leased' RETURNING id"

_EXTEND = f"UPDATE custom_runs SET lease_until = $3 {_HELD}"  # noqa: S608 - our own words, as below

_GIVE_BACK = f"""
    UPDATE custom_runs SET state = 'pending', lease_token = NULL, lease_until = NULL, attempt = attempt - $3
    {_HELD}
"""  # noqa: S608

_FAIL = f"""
    UPDATE custom_runs SET state = 'failed', lease_token = NULL, lease_until = NULL, cause = $3 {_HELD}
"""  # noqa: S608

_FINISH = f"""
    UPDATE custom_runs SET state = 'done', lease_token = NULL, lease_until = NULL, outcome = $3 {_HELD}
"""  # noqa: S608


class PostgresCustomRuns:
    """The ports `CustomRunStore` and `CustomRunQueue`. `bell` wakes those who wait for an end."""

    def __init__(self, database: Postgres, *, bell: Doorbell, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock

    async def record(self, run: CustomRun) -> None:
        created_at = to_row(run.created_at)

        async def write(connection: Connection) -> None:
            await connection.execute(_TAKE_TURN)
            await connection.execute(_FORGET, to_row(run.created_at - KEPT_FOR))
            (unfinished,) = await connection.fetch(_UNFINISHED, run.visitor, run.id)
            own = unfinished["own"]
            if own >= UNFINISHED_PER_VISITOR_MAX or unfinished["every"] >= UNFINISHED_MAX:
                raise TooManyAtOnce(refusal_of(own))
            await connection.execute(_MAKE_ROOM, KEPT_MAX - 1)
            await connection.execute(_RECORD, run.id, run.visitor, created_at, encode_run(run))

        await self._database.transaction(write, is_repeatable=True)

    async def state(self, run_id: str, *, at: datetime) -> CustomRunState | None:
        row = await self._database.fetchrow(_STATE, run_id, to_row(at - KEPT_FOR))
        if row is None:
            return None
        return CustomRunState(
            run=decode_run(row["request"]),
            status=STATUSES[row["state"]],
            outcome=None if row["outcome"] is None else decode_outcome(row["outcome"]),
            cause=from_bytes(row["cause"]),
        )

    async def claim(self, *, token: str, lease_seconds: float) -> RunLease | None:
        instant = self._clock.now()
        now = to_row(instant)

        async def write(connection: Connection) -> tuple[bool, Sequence[Record]]:
            await connection.execute(_FORGET, to_row(instant - KEPT_FOR))
            failed = await connection.fetch(
                _FAIL_IMPATIENT, to_bytes(NOBODY_FREE), now, to_row(instant - PATIENCE)
            )
            failed += await connection.fetch(_FAIL_SILENT, to_bytes(SILENT), now, ATTEMPTS_MAX)
            until = now + microseconds(lease_seconds)
            return bool(failed), await connection.fetch(_CLAIM, token, until, now)

        has_failed, claimed = await self._database.transaction(write, is_repeatable=False)
        if has_failed:
            self._bell.ring()
        if not claimed:
            return None
        return RunLease(run=decode_run(claimed[0]["request"]), token=token, attempt=claimed[0]["attempt"])

    async def extend(self, lease: RunLease, *, lease_seconds: float) -> bool:
        until = to_row(self._clock.now()) + microseconds(lease_seconds)
        return await self._change(_EXTEND, lease, until)

    async def give_back(self, lease: RunLease) -> bool:
        return await self._change(_GIVE_BACK, lease, 1)

    async def fault(self, lease: RunLease, *, cause: str) -> bool:
        if lease.attempt < ATTEMPTS_MAX:
            return await self._change(_GIVE_BACK, lease, 0)
        return await self._end(_FAIL, lease, to_bytes(cause))

    async def finish(self, lease: RunLease, outcome: CustomRunOutcome) -> bool:
        return await self._end(_FINISH, lease, encode_outcome(outcome))

    async def _end(self, sql: str, lease: RunLease, value: object) -> bool:
        changed = await self._change(sql, lease, value)
        if changed:
            self._bell.ring()
        return changed

    async def _change(self, sql: str, lease: RunLease, value: object) -> bool:
        rows = await self._database.transaction(
            lambda connection: connection.fetch(sql, lease.run.id, lease.token, value), is_repeatable=False
        )
        return len(rows) == 1
