"""Recording submissions, each with its files, its job, its key and its first event: all or nothing.

Whatever arrives at the same time is a handful of statements for all of it, and SQLite works on each of them
while the interpreter does something else. A statement for each row would have the writer's thread wait for
the interpreter at every one.
"""

from collections.abc import Sequence
import json

from assay.adapters.sql.batches import Batches
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.reading import read_submission
from assay.adapters.sql.sqlite import Connection, Database
from assay.adapters.sql.submission_row import submission_row
from assay.crash_points import CrashPoint, reach
from assay.domain.submission import Submission
from assay.errors import IdempotencyConflict
from assay.intake.ports import IdempotencyKey
from assay.queue.ports import PRACTICE, Place

BATCH_MAX = 256  # as in a commit

Given = tuple[Submission, IdempotencyKey | None, Place]

_KEEP_KEY = """
    INSERT INTO idempotency_keys (tenant, key, request_sha256, submission_id, created_at)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
"""

_KEPT_KEY = "SELECT request_sha256, submission_id FROM idempotency_keys WHERE tenant = ? AND key = ?"

_FILE = "INSERT INTO submission_files (submission_id, position, name, content) VALUES (?, ?, ?, ?)"

# One text has all rows: a parameter for each value would be as many statements as there are sizes of batches.
_GIVEN = """
    WITH given AS MATERIALIZED (
        SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS user_id,
               json_extract(value, '$[2]') AS tenant, json_extract(value, '$[3]') AS problem_id,
               json_extract(value, '$[4]') AS problem_version, json_extract(value, '$[5]') AS language_id,
               json_extract(value, '$[6]') AS created_at, json_extract(value, '$[7]') AS mode,
               json_extract(value, '$[8]') AS lane, json_extract(value, '$[9]') AS deadline
          FROM json_each(:given)
    )
"""

_SUBMISSIONS = f"""
    {_GIVEN}
    INSERT INTO submissions (id, user_id, tenant, problem_id, problem_version, language_id, created_at,
                             mode, status, last_seq)
    SELECT id, user_id, tenant, problem_id, problem_version, language_id, created_at, mode, 'queued', 1
      FROM given
"""  # noqa: S608

_JOBS = f"""
    {_GIVEN}, to_do AS (
        SELECT id, lane, coalesce(tenant, '') AS tenant, coalesce(user_id, '') AS user_id, language_id,
               created_at, deadline
          FROM given
    ), flows AS MATERIALIZED (
        SELECT lane, tenant,
               coalesce((SELECT min(turn) FROM jobs AS j
                          WHERE j.state = 'pending' AND NOT j.held AND j.lane = t.lane
                            AND j.tenant = t.tenant), 0) AS turn
          FROM (SELECT DISTINCT lane, tenant FROM to_do) AS t
    ), users AS MATERIALIZED (
        SELECT lane, tenant, user_id,
               coalesce((SELECT max(turn) + 1 FROM jobs AS j
                          WHERE j.state = 'pending' AND j.lane = t.lane AND j.tenant = t.tenant
                            AND j.user_id = t.user_id), 0) AS turn
          FROM (SELECT DISTINCT lane, tenant, user_id FROM to_do) AS t
    )
    INSERT INTO jobs (submission_id, generation, lane, tenant, user_id, language_id, state, attempt,
                      not_before, created_at, deadline, turn)
    SELECT id, 1, lane, tenant, user_id, language_id, 'pending', 0, created_at, created_at, deadline,
           max(flows.turn, users.turn) - 1
               + row_number() OVER (PARTITION BY lane, tenant, user_id ORDER BY created_at, id)
      FROM to_do JOIN flows USING (lane, tenant) JOIN users USING (lane, tenant, user_id)
"""  # noqa: S608

_EVENTS = f"""
    {_GIVEN}
    INSERT INTO events (submission_id, seq, status) SELECT id, 1, 'queued' FROM given
"""  # noqa: S608


class SqlSubmissionStore:
    """The `SubmissionStore` port."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._intake = Batches(self._record, size_max=BATCH_MAX)

    async def record_and_enqueue(
        self, submission: Submission, *, key: IdempotencyKey | None, place: Place = PRACTICE
    ) -> Submission:
        recorded = await self._intake.one((submission, key, place))
        if isinstance(recorded, IdempotencyConflict):
            raise recorded
        return recorded

    async def _record(self, batch: Sequence[Given]) -> Sequence[Submission | IdempotencyConflict]:
        return await self._database.write(lambda connection: _record(connection, batch))


def _record(connection: Connection, batch: Sequence[Given]) -> list[Submission | IdempotencyConflict]:
    owners = [None if key is None else _keep(connection, key, submission) for submission, key, _ in batch]
    _insert(
        connection,
        [
            (submission, place)
            for (submission, _, place), owner in zip(batch, owners, strict=True)
            if owner is None
        ],
    )
    reach(CrashPoint.RECORDED_BEFORE_COMMIT)
    return [
        submission if key is None or owner is None else _recorded_before(connection, key, owner)
        for (submission, key, _), owner in zip(batch, owners, strict=True)
    ]


def _keep(connection: Connection, key: IdempotencyKey, submission: Submission) -> tuple[str, str] | None:
    """Keep the key for this submission, or say whose it is: the digest of the request that it was kept for,
    and its submission. The constraint decides."""
    tenant = key.tenant or ""
    kept = connection.execute(
        _KEEP_KEY, (tenant, key.value, key.request_sha256, submission.id, to_row(submission.created_at))
    )
    if kept.rowcount == 1:
        return None
    ((request_sha256, submission_id),) = connection.execute(_KEPT_KEY, (tenant, key.value)).fetchall()
    return request_sha256, submission_id


def _recorded_before(
    connection: Connection, key: IdempotencyKey, owner: tuple[str, str]
) -> Submission | IdempotencyConflict:
    request_sha256, submission_id = owner
    if request_sha256 != key.request_sha256:
        return IdempotencyConflict("this Idempotency-Key was used before with another request")
    state = read_submission(connection, submission_id)
    assert state is not None  # noqa: S101 - a key and its submission are recorded together
    return state.submission


def _insert(connection: Connection, fresh: Sequence[tuple[Submission, Place]]) -> None:
    if not fresh:
        return
    given = {"given": json.dumps([submission_row(submission, place) for submission, place in fresh])}
    connection.execute(_SUBMISSIONS, given)
    connection.executemany(  # their bytes need be no text
        _FILE,
        [
            (submission.id, position, file.name, file.content)
            for submission, _ in fresh
            for position, file in enumerate(submission.files)
        ],
    )
    connection.execute(_JOBS, given)
    connection.execute(_EVENTS, given)
