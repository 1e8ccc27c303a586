"""Recording judgements, many at once, each only while its lease holds.

One statement does all but the runs, whatever the number of judgements: what asks, and locks, also carries the
values on, so that nothing has to be joined again. The runs, of which there are many, are copied.
"""

from collections.abc import Sequence
from dataclasses import asdict
import json

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.pool import Connection
from assay.adapters.postgres.texts import to_bytes
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.modes import mode_of
from assay.domain.events import Progress
from assay.domain.judgement import Decision, Evidence, Judgement, Run
from assay.queue.ports import Lease

Finish = tuple[Lease, Judgement, Progress]
"""What is to be recorded, and the submission's last step."""

# How jobs are found and locked: leases.py.
_FINISH = """
    WITH mine AS MATERIALIZED (
        SELECT g.*
          FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::integer[],
                      $7::bytea[], $8::bytea[], $9::text[], $10::bigint[], $11::bigint[], $12::text[],
                      $13::double precision[], $14::text[], $15::integer[], $16::integer[], $17::bigint[],
                      $18::bigint[], $19::boolean[])
               AS g (submission_id, generation, token, id, verdict, test_count, compile_output, message,
                     evidence, started_at, ended_at, mode, score, groups, test_case, total, cpu_time_ms,
                     memory_bytes, near_limit),
               LATERAL (SELECT 1 FROM jobs AS j
                         WHERE j.submission_id = g.submission_id AND j.generation = g.generation
                           AND j.lease_token = g.token
                           FOR UPDATE) AS held
    ), done AS (
        UPDATE jobs AS j
           SET state = 'done', lease_token = NULL, lease_until = NULL, cause = NULL
          FROM mine
         WHERE j.submission_id = mine.submission_id AND j.generation = mine.generation
    ), recorded AS (
        INSERT INTO judgements (id, submission_id, generation, verdict, test_count, compile_output, message,
                                evidence, started_at, ended_at, mode, score, groups)
        SELECT id, submission_id, generation, verdict, test_count, compile_output, message, evidence,
               started_at, ended_at, mode, score, groups
          FROM mine
    ), moved AS (
        UPDATE submissions AS s
           SET status = 'judged', test_case = mine.test_case, total = mine.total, verdict = mine.verdict,
               score = mine.score, started_at = mine.started_at, ended_at = mine.ended_at,
               cpu_time_ms = mine.cpu_time_ms, memory_bytes = mine.memory_bytes,
               near_limit = mine.near_limit, last_seq = s.last_seq + 1
          FROM mine
         WHERE s.id = mine.submission_id
     RETURNING mine.id, s.id AS submission_id, s.last_seq, s.status, s.test_case, s.total, s.verdict, s.score
    ), logged AS (
        INSERT INTO events (submission_id, seq, status, test_case, total, verdict, score)
        SELECT submission_id, last_seq, status, test_case, total, verdict, score FROM moved
    )
    SELECT id, last_seq FROM moved
"""

_RUN_COLUMNS = (
    "judgement_id", "ordinal", "test_name", "verdict", "cpu_time_ms", "wall_time_ms", "memory_bytes",
    "exit_code", "signal", "message", "score", "near_limit", "passes", "team_message", "judge_message",
    "output", "error_output",
)  # fmt: skip

_EVIDENCE = json.JSONEncoder(sort_keys=True)


async def finish(connection: Connection, finishes: Sequence[Finish]) -> dict[str, int]:
    """Record those whose leases hold. Returns the numbers of their events by their judgements' identities."""
    in_order = sorted(finishes, key=lambda each: (each[0].submission_id, each[0].generation))
    moved = await connection.fetch(_FINISH, *columns([_row(*each) for each in in_order], 19))
    numbers = {row["id"]: row["last_seq"] for row in moved}
    runs = [
        _run_row(judgement.id, run)
        for _, judgement, _ in in_order
        if judgement.id in numbers
        for run in judgement.decision.runs
    ]
    if runs:
        await connection.copy_records_to_table("runs", records=runs, columns=_RUN_COLUMNS)
    return numbers


def _row(lease: Lease, judgement: Judgement, step: Progress) -> tuple[object, ...]:
    decision = judgement.decision
    return (
        lease.submission_id,
        lease.generation,
        lease.token,
        judgement.id,
        decision.verdict.value,
        decision.test_count,
        to_bytes(decision.compile_output),
        to_bytes(decision.message),
        _evidence(decision.evidence),
        to_row(judgement.started_at),
        to_row(judgement.ended_at),
        mode_of(all_tests=judgement.all_tests),
        decision.score,
        _groups(decision),
        step.test_case,
        step.total,
        decision.cpu_time_ms,
        decision.memory_bytes,
        decision.near_limit,
    )


def _evidence(evidence: Evidence) -> str:
    return _EVIDENCE.encode(vars(evidence))


def _groups(decision: Decision) -> str:
    return json.dumps([asdict(group) for group in decision.groups]) if decision.groups else "[]"


def _run_row(judgement_id: str, run: Run) -> tuple[object, ...]:
    return (
        judgement_id,
        run.ordinal,
        run.test_name,
        run.verdict.value,
        run.cpu_time_ms,
        run.wall_time_ms,
        run.memory_bytes,
        run.exit_code,
        run.signal,
        to_bytes(run.message),
        run.score,
        run.near_limit,
        run.passes,
        to_bytes(run.team_message),
        to_bytes(run.judge_message),
        to_bytes(run.output),
        to_bytes(run.error_output),
    )
