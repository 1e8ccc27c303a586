"""A step of a submission: its row moves on and the log gets the next event, in the same transaction."""

from assay.adapters.sql.sqlite import Connection
from assay.domain.events import Progress, SubmissionEvent
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict

EVENT_COLUMNS = "submission_id, seq, status, test_case, total, verdict, score"
EventRow = tuple[str, int, str, int | None, int | None, str | None, float | None]

ADVANCE = """
    UPDATE submissions
       SET status = :status, test_case = :test_case, total = :total, verdict = :verdict,
           score = :score,
           started_at = CASE :status WHEN 'queued' THEN NULL ELSE coalesce(started_at, :at) END,
           ended_at = CASE WHEN :status IN ('judged', 'failed') THEN :at END,
           last_seq = last_seq + 1
     WHERE id = :submission_id
 RETURNING last_seq
"""

APPEND = """
    INSERT INTO events (submission_id, seq, status, test_case, total, verdict, score)
    VALUES (:submission_id, :seq, :status, :test_case, :total, :verdict, :score)
"""


def advance(connection: Connection, submission_id: str, progress: Progress, *, at: int) -> None:
    """Move a submission on and log it. `seq` has no gaps, because the submission's own row counts it."""
    values = {"submission_id": submission_id, "at": at, **values_of(progress)}
    ((seq,),) = connection.execute(ADVANCE, values).fetchall()
    connection.execute(APPEND, {**values, "seq": seq})


def event_of(row: EventRow) -> SubmissionEvent:
    """An event from `EVENT_COLUMNS`."""
    submission_id, seq, status, test_case, total, verdict, score = row
    return SubmissionEvent(
        submission_id=submission_id,
        seq=seq,
        progress=Progress(
            status=SubmissionStatus(status),
            test_case=test_case,
            total=total,
            verdict=None if verdict is None else Verdict(verdict),
            score=score,
        ),
    )


def values_of(progress: Progress) -> dict[str, str | int | float | None]:
    """A step as the named values of `ADVANCE` and `APPEND`."""
    return {
        "status": progress.status.value,
        "test_case": progress.test_case,
        "total": progress.total,
        "verdict": None if progress.verdict is None else progress.verdict.value,
        "score": progress.score,
    }
