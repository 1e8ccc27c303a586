"""Forgetting old idempotency keys, and making partitions ahead."""

from assay.adapters.postgres.pool import Postgres
from assay.adapters.postgres.schema import make_partitions
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.sql.upkeep import forget_keys
from assay.domain.clock import Clock
from assay.queue.upkeep import KEYS_KEPT_FOR


class PostgresUpkeep:
    """The `Upkeep` port."""

    def __init__(self, database: Postgres, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def tidy(self) -> int:
        now = self._clock.now()
        await make_partitions(self._database, now=now)
        return await forget_keys(PostgresScripts(self._database), before=now - KEYS_KEPT_FOR)
