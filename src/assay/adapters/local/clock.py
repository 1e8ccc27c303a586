"""The machine's clock and its randomness, for those who are handed them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assay.domain.clock import Clock
from assay.domain.identity import COUNTED_BITS, RANDOM_BYTES, NewId, uuid7

_MILLISECOND = timedelta(milliseconds=1)
_STEP_BITS = 32  # so that from one identity others cannot be guessed


class SystemClock:
    """The `Clock` port."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def identities(clock: Clock, random_bytes: Callable[[int], bytes]) -> NewId:
    """UUIDv7s of the clock's hour, each after the one before. `random_bytes` is `os.urandom` in production.

    Within a millisecond the random bits go on from the last ones, by a random step (RFC 9562, section 6.2,
    method 2); and so they do when the clock is put back, until it comes again to the latest hour that it
    showed. A process makes none twice, whatever its clock says.
    """
    latest = datetime.min.replace(tzinfo=UTC)
    fixed = counted = 0

    def new_id() -> str:
        nonlocal latest, fixed, counted
        now = clock.now()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        drawn = int.from_bytes(random_bytes(RANDOM_BYTES))
        following = counted + 1 + drawn % (1 << _STEP_BITS)
        if now <= latest and following < 1 << COUNTED_BITS:
            counted = following
        else:
            latest = max(now, latest + _MILLISECOND)
            fixed, counted = drawn >> COUNTED_BITS, drawn % (1 << (COUNTED_BITS - 1))  # with room to count on
        return uuid7(latest, (fixed << COUNTED_BITS | counted).to_bytes(RANDOM_BYTES))

    return new_id
