"""Custom runs in memory."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from assay.domain.clock import Clock
from assay.domain.custom_run import (
    KEPT_FOR,
    PATIENCE,
    CustomRun,
    CustomRunOutcome,
    CustomRunState,
    CustomRunStatus,
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


@dataclass
class _Row:
    run: CustomRun
    status: CustomRunStatus = CustomRunStatus.QUEUED
    attempt: int = 0
    token: str | None = None
    lease_until: datetime | None = None
    outcome: CustomRunOutcome | None = None
    cause: str = ""

    def end_lease(self, status: CustomRunStatus) -> None:
        self.status, self.token, self.lease_until = status, None, None

    def fail(self, cause: str) -> None:
        self.end_lease(CustomRunStatus.FAILED)
        self.cause = cause


class MemoryCustomRuns:
    """The ports `CustomRunStore` and `CustomRunQueue`."""

    def __init__(self, *, bell: Doorbell, clock: Clock) -> None:
        self._bell = bell
        self._clock = clock
        self._rows: dict[str, _Row] = {}

    async def record(self, run: CustomRun) -> None:
        self._forget(run.created_at)
        unfinished = [row for row in self._rows.values() if not row.status.is_final]
        own = sum(row.run.visitor == run.visitor for row in unfinished)
        if own >= UNFINISHED_PER_VISITOR_MAX or len(unfinished) >= UNFINISHED_MAX:
            raise TooManyAtOnce(refusal_of(own))
        finished = [row for row in self._sorted() if row.status.is_final]
        for row in finished[: max(0, len(self._rows) - KEPT_MAX + 1)]:
            del self._rows[row.run.id]
        self._rows[run.id] = _Row(run=run)

    async def state(self, run_id: str, *, at: datetime) -> CustomRunState | None:
        row = self._rows.get(run_id)
        if row is None or row.run.created_at <= at - KEPT_FOR:
            return None
        return CustomRunState(run=row.run, status=row.status, outcome=row.outcome, cause=row.cause)

    async def claim(self, *, token: str, lease_seconds: float) -> RunLease | None:
        now = self._clock.now()
        self._forget(now)
        self._fail_hopeless(now)
        for row in self._sorted():
            if self._is_due(row, now):
                row.status, row.token = CustomRunStatus.RUNNING, token
                row.lease_until = now + timedelta(seconds=lease_seconds)
                row.attempt += 1
                return RunLease(run=row.run, token=token, attempt=row.attempt)
        return None

    async def extend(self, lease: RunLease, *, lease_seconds: float) -> bool:
        row = self._held(lease)
        if row is not None:
            row.lease_until = self._clock.now() + timedelta(seconds=lease_seconds)
        return row is not None

    async def give_back(self, lease: RunLease) -> bool:
        row = self._held(lease)
        if row is not None:
            row.end_lease(CustomRunStatus.QUEUED)
            row.attempt -= 1
        return row is not None

    async def fault(self, lease: RunLease, *, cause: str) -> bool:
        row = self._held(lease)
        if row is None:
            return False
        if lease.attempt < ATTEMPTS_MAX:
            row.end_lease(CustomRunStatus.QUEUED)
        else:
            row.fail(cause)
            self._bell.ring()
        return True

    async def finish(self, lease: RunLease, outcome: CustomRunOutcome) -> bool:
        row = self._held(lease)
        if row is None:
            return False
        row.end_lease(CustomRunStatus.DONE)
        row.outcome = outcome
        self._bell.ring()
        return True

    def _forget(self, now: datetime) -> None:
        self._rows = {key: row for key, row in self._rows.items() if row.run.created_at > now - KEPT_FOR}

    def _fail_hopeless(self, now: datetime) -> None:
        for row in self._rows.values():
            if not self._is_due(row, now):
                continue
            if row.run.created_at <= now - PATIENCE:
                row.fail(NOBODY_FREE)
            elif row.status is CustomRunStatus.RUNNING and row.attempt >= ATTEMPTS_MAX:
                row.fail(SILENT)
            else:
                continue
            self._bell.ring()

    def _is_due(self, row: _Row, now: datetime) -> bool:
        is_silent = row.lease_until is not None and row.lease_until < now
        return row.status is CustomRunStatus.QUEUED or is_silent

    def _sorted(self) -> list[_Row]:
        return sorted(self._rows.values(), key=lambda row: (row.run.created_at, row.run.id))

    def _held(self, lease: RunLease) -> _Row | None:
        row = self._rows.get(lease.run.id)
        return row if row is not None and row.token == lease.token else None
