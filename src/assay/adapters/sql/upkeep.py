"""Forgetting old idempotency keys, on either database."""

from datetime import datetime

from assay.adapters.sql.instants import to_row
from assay.adapters.sql.scripts import Script, Scripts
from assay.domain.clock import Clock
from assay.queue.upkeep import KEYS_KEPT_FOR

KEYS_PER_TRANSACTION = 1000  # a short one: submissions are recorded meanwhile

_FORGET = """
    DELETE FROM idempotency_keys
     WHERE (tenant, key) IN (SELECT tenant, key FROM idempotency_keys WHERE created_at < :before LIMIT :most)
 RETURNING key
"""


class SqlUpkeep:
    """The `Upkeep` port, on SQLite."""

    def __init__(self, scripts: Scripts, *, clock: Clock) -> None:
        self._scripts = scripts
        self._clock = clock

    async def tidy(self) -> int:
        return await forget_keys(self._scripts, before=self._clock.now() - KEYS_KEPT_FOR)


async def forget_keys(scripts: Scripts, *, before: datetime) -> int:
    """Forget the keys of before; how many."""

    def script() -> Script[int]:
        gone = yield _FORGET, {"before": to_row(before), "most": KEYS_PER_TRANSACTION}
        return len(gone)

    forgotten = 0
    while True:
        gone = await scripts.run(script)
        forgotten += gone
        if gone < KEYS_PER_TRANSACTION:
            return forgotten
