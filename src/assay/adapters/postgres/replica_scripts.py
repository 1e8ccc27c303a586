"""Scripts that only read, on a standby that has all that the primary had when they were asked for.

For lists of many rows that have no number of their own to be compared by. Where the standby is behind it gets
a moment to come up; then the primary is asked. So an operator who has changed something sees it in the list.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from assay.adapters.postgres.pool import Connection
from assay.adapters.postgres.replica import Replica
from assay.adapters.postgres.scripts import run_script
from assay.adapters.sql.scripts import Script, Scripts
from assay.errors import Unavailable

T = TypeVar("T")
PATIENCE_SECONDS = 0.2
PAUSE_SECONDS = 0.02
_HAS = "SELECT coalesce(pg_last_wal_replay_lsn() - '0/0' >= $1, false) AS has"


class ReplicaScripts:
    """The `Scripts` port, for scripts that change nothing."""

    def __init__(self, primary: Scripts, replica: Replica) -> None:
        self._primary = primary
        self._replica = replica

    async def run(self, script: Callable[[], Script[T]]) -> T:
        if self._replica.trouble is None and (position := await self._replica.written()) is not None:

            async def read(connection: Connection) -> tuple[bool, T | None]:
                (row,) = await connection.fetch(_HAS, position)
                return row["has"], await run_script(connection, script()) if row["has"] else None

            deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
            while asyncio.get_running_loop().time() < deadline:
                try:
                    has, result = await self._replica.read(read)
                except Unavailable:  # the replica has said so
                    break
                if has:
                    return result  # type: ignore[return-value]
                await asyncio.sleep(PAUSE_SECONDS)
        return await self._primary.run(script)
