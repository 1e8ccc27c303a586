"""Which of many leases still hold.

Asked with their jobs locked, so that the answer stays true until the commit.
"""

from collections.abc import Sequence

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.pool import Connection
from assay.queue.ports import Lease

_HELD = """
    SELECT submission_id, generation, lease_token
      FROM jobs
      JOIN unnest($1::text[], $2::integer[], $3::text[]) AS g (submission_id, generation, token)
     USING (submission_id, generation)
     WHERE lease_token = token AND state = 'leased'
     ORDER BY submission_id, generation
       FOR UPDATE OF jobs
"""


async def held(connection: Connection, leases: Sequence[Lease]) -> frozenset[Lease]:
    """Those of `leases` that are still the jobs' own. Their jobs are locked in the order of their keys."""
    by_key = {(lease.submission_id, lease.generation, lease.token): lease for lease in leases}
    rows = await connection.fetch(_HELD, *columns(by_key, 3))
    return frozenset(by_key[row["submission_id"], row["generation"], row["lease_token"]] for row in rows)
