"""Recording a submission: one transaction with its files, its job, its key and its first event."""

from assay.adapters.sql.instants import deadline_to_row, to_row
from assay.adapters.sql.modes import mode_of
from assay.adapters.sql.reading import read_submission
from assay.adapters.sql.sqlite import Connection, Database
from assay.adapters.sql.steps import append_first
from assay.crash_points import CrashPoint, reach
from assay.domain.events import Progress
from assay.domain.submission import Submission, SubmissionStatus
from assay.errors import IdempotencyConflict
from assay.intake.ports import IdempotencyKey
from assay.queue.ports import PRACTICE, Place

_KEEP_KEY = """
    INSERT INTO idempotency_keys (tenant, key, request_sha256, submission_id, created_at)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
"""

_KEPT_KEY = "SELECT request_sha256, submission_id FROM idempotency_keys WHERE tenant = ? AND key = ?"

_SUBMISSION = """
    INSERT INTO submissions (id, user_id, tenant, problem_id, problem_version, language_id, created_at,
                             mode, status, last_seq)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', 1)
"""

_FILE = "INSERT INTO submission_files (submission_id, position, name, content) VALUES (?, ?, ?, ?)"

_JOB = """
    INSERT INTO jobs (submission_id, generation, lane, tenant, user_id, language_id, state, attempt,
                      not_before, created_at, deadline, turn)
    VALUES (:id, 1, :lane, :tenant, :user_id, :language_id, 'pending', 0, :created_at, :created_at, :deadline,
            max(coalesce((SELECT min(turn) FROM jobs
                           WHERE state = 'pending' AND NOT held AND lane = :lane AND tenant = :tenant), 0),
                coalesce((SELECT max(turn) + 1 FROM jobs
                           WHERE state = 'pending' AND lane = :lane AND tenant = :tenant
                             AND user_id = :user_id), 0)))
"""


class SqlSubmissionStore:
    """The `SubmissionStore` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record_and_enqueue(
        self, submission: Submission, *, key: IdempotencyKey | None, place: Place = PRACTICE
    ) -> Submission:
        def record(connection: Connection) -> Submission:
            if key is not None:
                earlier = _keep(connection, key, submission)
                if earlier is not None:
                    return earlier
            _insert(connection, submission, place)
            reach(CrashPoint.RECORDED_BEFORE_COMMIT)
            return submission

        return await self._database.write(record)


def _keep(connection: Connection, key: IdempotencyKey, submission: Submission) -> Submission | None:
    """Keep the key for this submission, or return the one that it was kept for. The constraint decides."""
    tenant = key.tenant or ""
    kept = connection.execute(
        _KEEP_KEY, (tenant, key.value, key.request_sha256, submission.id, to_row(submission.created_at))
    )
    if kept.rowcount == 1:
        return None
    ((request_sha256, submission_id),) = connection.execute(_KEPT_KEY, (tenant, key.value)).fetchall()
    if request_sha256 != key.request_sha256:
        raise IdempotencyConflict("this Idempotency-Key was used before with another request")
    state = read_submission(connection, submission_id)
    assert state is not None  # noqa: S101 - a key and its submission are recorded together
    return state.submission


def _insert(connection: Connection, submission: Submission, place: Place) -> None:
    created_at = to_row(submission.created_at)
    connection.execute(
        _SUBMISSION,
        (
            submission.id,
            submission.user_id,
            submission.tenant,
            submission.problem_id,
            submission.problem_version,
            submission.language_id,
            created_at,
            mode_of(all_tests=submission.all_tests),
        ),
    )
    connection.executemany(
        _FILE,
        [(submission.id, n, file.name, file.content) for n, file in enumerate(submission.files)],
    )
    job = {
        "id": submission.id,
        "lane": place.lane.value,
        "tenant": submission.tenant or "",
        "user_id": submission.user_id or "",
        "language_id": submission.language_id,
        "created_at": created_at,
        "deadline": deadline_to_row(place.deadline),
    }
    connection.execute(_JOB, job)
    append_first(connection, submission.id, Progress(status=SubmissionStatus.QUEUED))
