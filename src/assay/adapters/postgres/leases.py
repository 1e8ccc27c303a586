"""Which of many leases still hold.

Asked with their jobs locked, so that the answer stays true until the commit.
"""

from collections.abc import Sequence

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.pool import Connection
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
# recorded later is durable, and all that was committed before it.
RELAXED = "relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))"


async def held(connection: Connection, leases: Sequence[Lease]) -> frozenset[Lease]:
    """Those of `leases` that are still the jobs' own. Their jobs are locked in the order of their keys."""
    by_key = {(lease.submission_id, lease.generation, lease.token): lease for lease in leases}
    rows = await connection.fetch(_HELD, *columns(sorted(by_key), 3))
    return frozenset(by_key[tuple(row)] for row in rows)
