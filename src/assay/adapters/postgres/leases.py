"""Leasing jobs, and which of many leases still hold.

The latter is asked with their jobs locked, so that the answer stays true until the commit.
"""

from collections.abc import Sequence

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.pool import Connection, Record
from assay.adapters.postgres.reading import FILES, submission_of
from assay.queue.ports import Lease

# LATERAL, so that jobs are found by their keys and locked one by one in the order in which they are asked
# for, whatever the planner believes. Whoever has a token is leased: the table sees to that.
_HELD = """
    SELECT submission_id, generation, token
      FROM unnest($1::text[], $2::integer[], $3::text[]) AS g (submission_id, generation, token),
           LATERAL (SELECT 1 FROM jobs AS j
                     WHERE j.submission_id = g.submission_id AND j.generation = g.generation
                       AND j.lease_token = g.token
                       FOR UPDATE) AS held
"""


# Of a claim: its commit waits for no disk and no standby. What falls with the database was never claimed:
# the job waits as before, and whoever believes to have it is fenced, for its token is in no row. Whatever is
# recorded later is durable, and all that was committed before it. Of a mark (announcing.py): what falls is
# announced twice.
RELAXED = "relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))"


def claiming(chosen: str, *, by: str) -> str:
    """The statement that leases the jobs which `chosen` has locked, and brings what they are to judge along.

    `chosen`: a query for submission_id and generation; `by`: the parameters for token, end of the lease, and
    worker. One statement, and so a transaction by itself: who waits for work waits for one answer. Its rows
    are for `lease_of`.
    """
    return f"""
        WITH chosen AS ({chosen}), {RELAXED}, claimed AS (
            UPDATE jobs
               SET state = 'leased', attempt = attempt + 1,
                   (lease_token, lease_until, worker_id) = ROW ({by})
              FROM chosen CROSS JOIN relaxed
             WHERE jobs.submission_id = chosen.submission_id AND jobs.generation = chosen.generation
         RETURNING jobs.submission_id, jobs.generation, jobs.attempt, jobs.lease_token
        )
        SELECT claimed.*, s.*, f.names, f.contents
          FROM claimed
          LEFT JOIN LATERAL (SELECT * FROM submissions WHERE id = claimed.submission_id LIMIT 1) AS s ON true,
               {FILES}
    """  # noqa: S608 - our own words


def lease_of(row: Record) -> Lease:
    """From a row of `claiming`. A submission that is not there, or has no files, its judging will miss."""
    return Lease(
        submission_id=row["submission_id"],
        generation=row["generation"],
        token=row["lease_token"],
        attempt=row["attempt"],
        submission=None if row["names"] is None else submission_of(row),
    )


async def held(connection: Connection, leases: Sequence[Lease]) -> frozenset[Lease]:
    """Those of `leases` that are still the jobs' own. Their jobs are locked in the order of their keys."""
    by_key = {(lease.submission_id, lease.generation, lease.token): lease for lease in leases}
    rows = await connection.fetch(_HELD, *columns(sorted(by_key), 3))
    return frozenset(by_key[tuple(row)] for row in rows)
