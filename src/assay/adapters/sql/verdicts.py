"""Recording progress and judgements, fenced by the lease's token in the same transaction."""

from collections.abc import Callable
from dataclasses import asdict
import json

from assay.adapters.sql.instants import to_row
from assay.adapters.sql.modes import mode_of
from assay.adapters.sql.sqlite import Connection, Database
from assay.adapters.sql.steps import advance
from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.domain.events import Progress
from assay.domain.judgement import Judgement
from assay.queue.ports import Doorbell, Lease
from assay.verdicts.rules import final_step

_HELD = """
    SELECT 1 FROM jobs
     WHERE submission_id = ? AND generation = ? AND lease_token = ? AND state = 'leased'
"""

_DONE = """
    UPDATE jobs SET state = 'done', lease_token = NULL, lease_until = NULL, cause = NULL
     WHERE submission_id = ? AND generation = ? AND lease_token = ? AND state = 'leased'
"""

_JUDGEMENT = """
    INSERT INTO judgements (id, submission_id, generation, verdict, test_count, compile_output, message,
                            evidence, started_at, ended_at, mode, score, groups)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_RUN = """
    INSERT INTO runs (judgement_id, ordinal, test_name, verdict, cpu_time_ms, wall_time_ms, memory_bytes,
                      exit_code, signal, message, score, near_limit, passes, team_message, judge_message,
                      output, error_output)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_FIGURES = """
    UPDATE submissions SET started_at = ?, cpu_time_ms = ?, memory_bytes = ?, near_limit = ? WHERE id = ?
"""


class SqlVerdictStore:
    """The `VerdictStore` port. `bell` wakes those who follow events."""

    def __init__(self, database: Database, *, bell: Doorbell, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock

    async def progress(self, lease: Lease, progress: Progress) -> bool:
        at = to_row(self._clock.now())

        def record(connection: Connection) -> bool:
            if (
                connection.execute(_HELD, (lease.submission_id, lease.generation, lease.token)).fetchone()
                is None
            ):
                return False
            advance(connection, lease.submission_id, progress, at=at)
            reach(CrashPoint.STEP_BEFORE_COMMIT)
            return True

        return await self._write_and_ring(record)

    async def finish(self, lease: Lease, judgement: Judgement) -> bool:
        def record(connection: Connection) -> bool:
            done = connection.execute(_DONE, (lease.submission_id, lease.generation, lease.token))
            if done.rowcount == 0:
                return False
            _insert(connection, judgement)
            decision = judgement.decision
            connection.execute(
                _FIGURES,
                (
                    to_row(judgement.started_at),
                    decision.cpu_time_ms,
                    decision.memory_bytes,
                    decision.near_limit,
                    lease.submission_id,
                ),
            )
            advance(connection, lease.submission_id, final_step(decision), at=to_row(judgement.ended_at))
            reach(CrashPoint.FINISHED_BEFORE_COMMIT)
            return True

        return await self._write_and_ring(record)

    async def _write_and_ring(self, record: Callable[[Connection], bool]) -> bool:
        recorded = await self._database.write(record)
        if recorded:
            reach(CrashPoint.STEP_BEFORE_RING)
            self._bell.ring()
        return recorded


def _insert(connection: Connection, judgement: Judgement) -> None:
    decision = judgement.decision
    connection.execute(
        _JUDGEMENT,
        (
            judgement.id,
            judgement.submission_id,
            judgement.generation,
            decision.verdict.value,
            decision.test_count,
            decision.compile_output,
            decision.message,
            json.dumps(asdict(decision.evidence), sort_keys=True),
            to_row(judgement.started_at),
            to_row(judgement.ended_at),
            mode_of(all_tests=judgement.all_tests),
            decision.score,
            json.dumps([asdict(group) for group in decision.groups]),
        ),
    )
    connection.executemany(
        _RUN,
        [
            (
                judgement.id,
                run.ordinal,
                run.test_name,
                run.verdict.value,
                run.cpu_time_ms,
                run.wall_time_ms,
                run.memory_bytes,
                run.exit_code,
                run.signal,
                run.message,
                run.score,
                run.near_limit,
                run.passes,
                run.team_message,
                run.judge_message,
                run.output,
                run.error_output,
            )
            for run in decision.runs
        ],
    )
