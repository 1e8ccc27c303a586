"""What has to be done now and then, by whoever comes first: every worker does it, and twice is no harm."""

from datetime import timedelta
from typing import Protocol

KEYS_KEPT_FOR = timedelta(days=7)  # longer than any client goes on repeating one request


class Upkeep(Protocol):
    async def tidy(self) -> int:
        """Forget idempotency keys that are too old; make ready what the next weeks need.

        Returns how many keys were forgotten.
        """
        ...
