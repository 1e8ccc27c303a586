"""The machine's clock and its randomness, for those who are handed them."""

from collections.abc import Callable
from datetime import UTC, datetime

from assay.domain.clock import Clock
from assay.domain.identity import RANDOM_BYTES, NewId, uuid7


class SystemClock:
    """The `Clock` port."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def identities(clock: Clock, random_bytes: Callable[[int], bytes]) -> NewId:
    """UUIDv7s of the clock's hour. `random_bytes` is `os.urandom` in production."""
    return lambda: uuid7(clock.now(), random_bytes(RANDOM_BYTES))
