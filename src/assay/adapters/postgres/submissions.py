"""Recording submissions: whatever arrives at the same time is one statement and one commit.

Recording the same batch again changes nothing, because identities and keys are the same: so a connection lost
during a commit is no reason to refuse, or to doubt, what may have been accepted.
"""

from collections.abc import Sequence

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.postgres.reading import read_submissions
from assay.adapters.sql.batches import Batches
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.submission_row import submission_row
from assay.crash_points import CrashPoint, reach
from assay.domain.submission import Submission
from assay.errors import IdempotencyConflict
from assay.intake.ports import IdempotencyKey
from assay.queue.ports import PRACTICE, Place

BATCH_MAX = 256  # submissions in one commit; beyond, a longer statement only makes its first caller wait

Given = tuple[Submission, IdempotencyKey | None, Place]

# Keys are written in their order, so that two writers of the same ones wait for each other and not in a ring.
_KEEP_KEYS = """
    WITH given AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
               AS g (tenant, key, request_sha256, submission_id, created_at)
    ), kept AS (
        INSERT INTO idempotency_keys (tenant, key, request_sha256, submission_id, created_at)
        SELECT DISTINCT ON (tenant, key) tenant, key, request_sha256, submission_id, created_at
          FROM given ORDER BY tenant, key, submission_id
            ON CONFLICT DO NOTHING
        RETURNING tenant, key, request_sha256, submission_id
    )
    SELECT tenant, key, request_sha256, submission_id FROM kept
    UNION
    SELECT k.tenant, k.key, k.request_sha256, k.submission_id
      FROM given,
           LATERAL (SELECT * FROM idempotency_keys AS i
                     WHERE i.tenant = given.tenant AND i.key = given.key LIMIT 1) AS k
"""

_RECORD = """
    WITH given AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                             $7::bigint[], $8::text[], $9::text[], $10::bigint[])
               AS g (id, user_id, tenant, problem_id, problem_version, language_id, created_at, mode, lane,
                     deadline)
    ), fresh AS (
        INSERT INTO submissions (id, user_id, tenant, problem_id, problem_version, language_id, created_at,
                                 mode, status, last_seq)
        SELECT id, user_id, tenant, problem_id, problem_version, language_id, created_at, mode, 'queued', 1
          FROM given
            ON CONFLICT DO NOTHING
        RETURNING id, created_at
    ), files AS (
        INSERT INTO submission_files (submission_id, position, name, content)
        SELECT f.submission_id, f.position, f.name, f.content
          FROM unnest($11::text[], $12::integer[], $13::text[], $14::bytea[])
               AS f (submission_id, position, name, content)
          JOIN fresh ON id = f.submission_id
    ), to_do AS (
        SELECT id, lane, coalesce(tenant, '') AS tenant, coalesce(user_id, '') AS user_id, language_id,
               created_at, deadline
          FROM given JOIN fresh USING (id, created_at)
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY lane, tenant ORDER BY user_id, created_at, id) AS in_flow,
               row_number() OVER (PARTITION BY lane, tenant, user_id ORDER BY created_at, id) AS of_user
          FROM to_do
    ), queued AS (
        INSERT INTO jobs (submission_id, generation, lane, tenant, user_id, language_id, state, attempt,
                          not_before, created_at, deadline, turn)
        SELECT id, 1, lane, tenant, user_id, language_id, 'pending', 0, created_at, created_at, deadline,
               greatest(max(CASE in_flow WHEN 1 THEN
                                (SELECT j.turn FROM jobs AS j
                                  WHERE j.state = 'pending' AND NOT j.held AND j.lane = n.lane
                                    AND j.tenant = n.tenant
                                  ORDER BY j.turn, j.deadline, j.submission_id LIMIT 1) END)
                            OVER (PARTITION BY lane, tenant),
                        max(CASE of_user WHEN 1 THEN
                                (SELECT j.turn + 1 FROM jobs AS j
                                  WHERE j.state = 'pending' AND j.lane = n.lane AND j.tenant = n.tenant
                                    AND j.user_id = n.user_id AND j.turn >= 0  -- by an index for this alone
                                  ORDER BY j.turn DESC LIMIT 1) END)
                            OVER (PARTITION BY lane, tenant, user_id),
                        0) + of_user - 1
          FROM numbered AS n
    )
    INSERT INTO events (submission_id, seq, status) SELECT id, 1, 'queued' FROM fresh
"""


class PostgresSubmissionStore:
    """The `SubmissionStore` port."""

    def __init__(self, database: Postgres) -> None:
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
        return await self._database.transaction(
            lambda connection: _record(connection, batch), is_repeatable=True
        )


async def _record(connection: Connection, batch: Sequence[Given]) -> list[Submission | IdempotencyConflict]:
    owners = await _keep_keys(connection, [given for given in batch if given[1] is not None])
    fresh = [
        (submission, place)
        for submission, key, place in batch
        if key is None or owners[_name(key)] == (key.request_sha256, submission.id)
    ]
    await connection.execute(
        _RECORD,
        *columns([submission_row(submission, place) for submission, place in fresh], 10),
        *columns(
            [
                (submission.id, position, file.name, file.content)
                for submission, _ in fresh
                for position, file in enumerate(submission.files)
            ],
            4,
        ),
    )
    reach(CrashPoint.RECORDED_BEFORE_COMMIT)
    outcomes: list[Submission | IdempotencyConflict] = []
    known = {submission.id: submission for submission, _ in fresh}
    earlier = {owners[_name(key)][1] for _, key, _ in batch if key is not None} - known.keys()
    for state in await read_submissions(connection, sorted(earlier)):
        known[state.submission.id] = state.submission
    for submission, key, _ in batch:
        if key is None:
            outcomes.append(submission)
            continue
        request_sha256, submission_id = owners[_name(key)]
        if request_sha256 == key.request_sha256:
            outcomes.append(known[submission_id])
        else:
            outcomes.append(IdempotencyConflict("this Idempotency-Key was used before with another request"))
    return outcomes


async def _keep_keys(
    connection: Connection, batch: Sequence[Given]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Whose each key is now: its request's digest and its submission."""
    if not batch:
        return {}
    rows = [
        (*_name(key), key.request_sha256, submission.id, to_row(submission.created_at))
        for submission, key, _ in batch
        if key is not None
    ]
    kept = await connection.fetch(_KEEP_KEYS, *columns(rows, 5))
    owners = {(row["tenant"], row["key"]): (row["request_sha256"], row["submission_id"]) for row in kept}
    missing = [row for row in rows if (row[0], row[1]) not in owners]
    if missing:  # kept by another process since this statement began: a new one sees it
        kept = await connection.fetch(_KEEP_KEYS, *columns(missing, 5))
        owners |= {(row["tenant"], row["key"]): (row["request_sha256"], row["submission_id"]) for row in kept}
    return owners


def _name(key: IdempotencyKey) -> tuple[str, str]:
    return key.tenant or "", key.value
