"""Steps of submissions: rows move on and the log gets their next events, many at once.

Statements that change several submissions lock their jobs first, in the order of their keys: then two of
them that meet wait for each other, and never in a ring.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.pool import Connection
from assay.domain.events import Progress, SubmissionEvent

_ADVANCE = """
    WITH given AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::integer[], $5::text[],
                             $6::double precision[], $7::bigint[])
               AS g (submission_id, status, test_case, total, verdict, score, at)
    ), moved AS (
        UPDATE submissions AS s
           SET status = g.status, test_case = g.test_case, total = g.total, verdict = g.verdict,
               score = g.score,
               started_at = CASE g.status WHEN 'queued' THEN NULL ELSE coalesce(s.started_at, g.at) END,
               ended_at = CASE WHEN g.status IN ('judged', 'failed') THEN g.at END,
               last_seq = s.last_seq + 1
          FROM given AS g
         WHERE s.id = g.submission_id
     RETURNING s.id, s.last_seq, g.status, g.test_case, g.total, g.verdict, g.score
    ), logged AS (
        INSERT INTO events (submission_id, seq, status, test_case, total, verdict, score)
        SELECT id, last_seq, status, test_case, total, verdict, score FROM moved
    )
    SELECT id, last_seq FROM moved
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One submission moves on, at an instant in microseconds since 1970 UTC."""

    submission_id: str
    progress: Progress
    at: int


async def advance(connection: Connection, steps: Sequence[Step]) -> list[SubmissionEvent]:
    """Move each submission on and log it; no submission may be there twice. Returns the events."""
    if not steps:
        return []
    rows = await connection.fetch(_ADVANCE, *columns([_row(step) for step in steps], 7))
    numbers = {row["id"]: row["last_seq"] for row in rows}
    return [
        SubmissionEvent(
            submission_id=step.submission_id, seq=numbers[step.submission_id], progress=step.progress
        )
        for step in steps
    ]


def _row(step: Step) -> tuple[object, ...]:
    progress = step.progress
    return (
        step.submission_id,
        progress.status.value,
        progress.test_case,
        progress.total,
        None if progress.verdict is None else progress.verdict.value,
        progress.score,
        step.at,
    )
