"""Custom runs in a table of their own, which is their queue, too."""

from collections.abc import Callable
from datetime import datetime

from assay.adapters.sql.instants import microseconds, to_row
from assay.adapters.sql.run_documents import STATUSES, decode_outcome, decode_run, encode_outcome, encode_run
from assay.adapters.sql.sqlite import Connection, Database
from assay.domain.clock import Clock
from assay.domain.custom_run import (
    KEPT_FOR,
    PATIENCE,
    CustomRun,
    CustomRunOutcome,
    CustomRunState,
)
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

_FORGET = "DELETE FROM custom_runs WHERE created_at <= ?"

_UNFINISHED = """
    SELECT count(*), coalesce(sum(visitor = ?), 0) FROM custom_runs WHERE state IN ('pending', 'leased')
"""

_MAKE_ROOM = """
    DELETE FROM custom_runs
     WHERE id IN (SELECT id FROM custom_runs WHERE state IN ('done', 'failed')
                   ORDER BY created_at, id
                   LIMIT max(0, (SELECT count(*) FROM custom_runs) - ?))
"""

_RECORD = """
    INSERT INTO custom_runs (id, visitor, created_at, state, attempt, request)
    VALUES (?, ?, ?, 'pending', 0, ?)
"""

_STATE = "SELECT request, state, outcome, cause FROM custom_runs WHERE id = ? AND created_at > ?"

_FAIL_IMPATIENT = """
    UPDATE custom_runs SET state = 'failed', lease_token = NULL, lease_until = NULL, cause = :cause
     WHERE (state = 'pending' OR state = 'leased' AND lease_until < :now) AND created_at <= :since
"""

_FAIL_SILENT = """
    UPDATE custom_runs SET state = 'failed', lease_token = NULL, lease_until = NULL, cause = :cause
     WHERE state = 'leased' AND lease_until < :now AND attempt >= :most
"""

_CLAIM = """
    UPDATE custom_runs
       SET state = 'leased', attempt = attempt + 1, lease_token = :token, lease_until = :until
     WHERE id = (SELECT id FROM custom_runs
                  WHERE state = 'pending' OR state = 'leased' AND lease_until < :now
                  ORDER BY created_at, id
                  LIMIT 1)
 RETURNING request, attempt
"""

_HELD = "WHERE id = :id AND lease_token = :token AND state = 'leased'"

_EXTEND = f"UPDATE custom_runs SET lease_until = :until {_HELD}"  # noqa: S608 - our own words, as below

_GIVE_BACK = f"""
    UPDATE custom_runs
       SET state = 'pending', lease_token = NULL, lease_until = NULL, attempt = attempt - :uncounted
    {_HELD}
"""  # noqa: S608

_FAIL = f"""
    UPDATE custom_runs SET state = 'failed', lease_token = NULL, lease_until = NULL, cause = :cause
    {_HELD}
"""  # noqa: S608

_FINISH = f"""
    UPDATE custom_runs SET state = 'done', lease_token = NULL, lease_until = NULL, outcome = :outcome
    {_HELD}
"""  # noqa: S608


class SqlCustomRuns:
    """The ports `CustomRunStore` and `CustomRunQueue`. `bell` wakes those who wait for an end."""

    def __init__(self, database: Database, *, bell: Doorbell, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock

    async def record(self, run: CustomRun) -> None:
        request, created_at = encode_run(run), to_row(run.created_at)
        expired = to_row(run.created_at - KEPT_FOR)

        def write(connection: Connection) -> None:
            connection.execute(_FORGET, (expired,))
            ((all_unfinished, own_unfinished),) = connection.execute(_UNFINISHED, (run.visitor,)).fetchall()
            if own_unfinished >= UNFINISHED_PER_VISITOR_MAX or all_unfinished >= UNFINISHED_MAX:
                raise TooManyAtOnce(refusal_of(own_unfinished))
            connection.execute(_MAKE_ROOM, (KEPT_MAX - 1,))
            connection.execute(_RECORD, (run.id, run.visitor, created_at, request))

        await self._database.write(write)

    async def state(self, run_id: str, *, at: datetime) -> CustomRunState | None:
        row = await self._database.read(
            lambda connection: connection.execute(_STATE, (run_id, to_row(at - KEPT_FOR))).fetchone()
        )
        if row is None:
            return None
        request, state, outcome, cause = row
        return CustomRunState(
            run=decode_run(request),
            status=STATUSES[state],
            outcome=None if outcome is None else decode_outcome(outcome),
            cause=cause,
        )

    async def claim(self, *, token: str, lease_seconds: float) -> RunLease | None:
        instant = self._clock.now()
        now = to_row(instant)
        values = {"now": now, "token": token, "until": now + microseconds(lease_seconds)}
        since = to_row(instant - PATIENCE)
        failures = [
            (_FAIL_IMPATIENT, {"now": now, "since": since, "cause": NOBODY_FREE}),
            (_FAIL_SILENT, {"now": now, "most": ATTEMPTS_MAX, "cause": SILENT}),
        ]

        def write(connection: Connection) -> tuple[bool, tuple[str, int] | None]:
            connection.execute(_FORGET, (to_row(instant - KEPT_FOR),))
            failed = sum(connection.execute(sql, named).rowcount for sql, named in failures)
            return failed > 0, connection.execute(_CLAIM, values).fetchone()

        has_failed, row = await self._database.write(write)
        if has_failed:
            self._bell.ring()
        return None if row is None else RunLease(run=decode_run(row[0]), token=token, attempt=row[1])

    async def extend(self, lease: RunLease, *, lease_seconds: float) -> bool:
        until = to_row(self._clock.now()) + microseconds(lease_seconds)
        return await self._database.write(_change(_EXTEND, lease, until=until))

    async def give_back(self, lease: RunLease) -> bool:
        return await self._database.write(_change(_GIVE_BACK, lease, uncounted=1))

    async def fault(self, lease: RunLease, *, cause: str) -> bool:
        if lease.attempt < ATTEMPTS_MAX:
            return await self._database.write(_change(_GIVE_BACK, lease, uncounted=0))
        return await self._end(_change(_FAIL, lease, cause=cause))

    async def finish(self, lease: RunLease, outcome: CustomRunOutcome) -> bool:
        return await self._end(_change(_FINISH, lease, outcome=encode_outcome(outcome)))

    async def _end(self, change: Callable[[Connection], bool]) -> bool:
        changed = await self._database.write(change)
        if changed:
            self._bell.ring()
        return changed


def _change(sql: str, lease: RunLease, **values: str | int) -> Callable[[Connection], bool]:
    named = {"id": lease.run.id, "token": lease.token, **values}
    return lambda connection: connection.execute(sql, named).rowcount == 1
