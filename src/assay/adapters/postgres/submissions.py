"""Recording submissions: whatever arrives at the same time is one statement and one commit.

Recording the same batch again changes nothing, because identities and keys are the same: so a connection lost
during a commit is no reason to refuse, or to doubt, what may have been accepted.
"""

from collections.abc import Sequence

from assay.adapters.postgres.batches import Batches
from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.postgres.reading import read_submissions
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.modes import mode_of
from assay.domain.submission import Submission
from assay.errors import IdempotencyConflict
from assay.intake.ports import IdempotencyKey
from assay.queue.ports import LANE_DEFAULT

BATCH_MAX = 256  # submissions in one commit; beyond, a longer statement only makes its first caller wait

Given = tuple[Submission, IdempotencyKey | None]

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
      FROM idempotency_keys AS k JOIN given USING (tenant, key)
"""

_RECORD = f"""
    WITH given AS (
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                             $7::bigint[], $8::text[])
               AS g (id, user_id, tenant, problem_id, problem_version, language_id, created_at, mode)
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
          FROM unnest($9::text[], $10::integer[], $11::text[], $12::bytea[])
               AS f (submission_id, position, name, content)
          JOIN fresh ON id = f.submission_id
    ), jobs AS (
        INSERT INTO jobs (submission_id, generation, lane, state, attempt, not_before)
        SELECT id, 1, '{LANE_DEFAULT}', 'pending', 0, created_at FROM fresh
    )
    INSERT INTO events (submission_id, seq, status) SELECT id, 1, 'queued' FROM fresh
"""  # noqa: S608 - our own word


class PostgresSubmissionStore:
    """The `SubmissionStore` port."""

    def __init__(self, database: Postgres) -> None:
        self._database = database
        self._intake = Batches(self._record, size_max=BATCH_MAX)

    async def record_and_enqueue(self, submission: Submission, *, key: IdempotencyKey | None) -> Submission:
        recorded = await self._intake.one((submission, key))
        if isinstance(recorded, IdempotencyConflict):
            raise recorded
        return recorded

    async def _record(self, batch: Sequence[Given]) -> Sequence[Submission | IdempotencyConflict]:
        return await self._database.transaction(
            lambda connection: _record(connection, batch), is_repeatable=True
        )


async def _record(connection: Connection, batch: Sequence[Given]) -> list[Submission | IdempotencyConflict]:
    owners = await _keep_keys(connection, [given for given in batch if given[1] is not None])
    fresh = [s for s, key in batch if key is None or owners[_name(key)] == (key.request_sha256, s.id)]
    await connection.execute(
        _RECORD,
        *columns([_row(submission) for submission in fresh], 8),
        *columns(
            [
                (submission.id, position, file.name, file.content)
                for submission in fresh
                for position, file in enumerate(submission.files)
            ],
            4,
        ),
    )
    outcomes: list[Submission | IdempotencyConflict] = []
    earlier_ids = {owners[_name(key)][1] for s, key in batch if key is not None} - {s.id for s in fresh}
    earlier = await read_submissions(connection, sorted(earlier_ids))
    known = {s.id: s for s in fresh} | {state.submission.id: state.submission for state in earlier}
    for submission, key in batch:
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
        for submission, key in batch
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


def _row(submission: Submission) -> tuple[object, ...]:
    return (
        submission.id,
        submission.user_id,
        submission.tenant,
        submission.problem_id,
        submission.problem_version,
        submission.language_id,
        to_row(submission.created_at),
        mode_of(all_tests=submission.all_tests),
    )
