"""Identities: UUIDs of version 7 (RFC 9562, section 5.7), which sort by the time of their making.

    48 bits  milliseconds since 1970 UTC
     4 bits  version, 0111
    12 bits  random
     2 bits  variant, 10
    62 bits  random

New rows then land at the end of a primary key's index instead of all over it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import re
from uuid import UUID

NewId = Callable[[], str]
"""Makes an identity that nothing else has. Built in one place from a clock and a source of randomness."""

RANDOM_BYTES = 10
COUNTED_BITS = 62  # the last ones, without a gap

_INSTANT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION_7 = 0x7 << 76
_VARIANT_RFC = 0b10 << 62
_RANDOM_A_MASK = 0xFFF << 64
_RANDOM_B_MASK = (1 << COUNTED_BITS) - 1


def uuid7(at: datetime, random: bytes) -> str:
    """A UUIDv7 in its usual spelling, from an instant and `RANDOM_BYTES` random bytes. Pure."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a UUIDv7 takes {RANDOM_BYTES} random bytes, not {len(random)}")
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    noise = int.from_bytes(random)
    number = milliseconds << 80 | _VERSION_7 | _VARIANT_RFC | noise & (_RANDOM_A_MASK | _RANDOM_B_MASK)
    return str(UUID(int=number))


def month_of(identity: str) -> datetime | None:
    """The beginning of the month in which an identity was made, by its first 48 bits; None if it has none."""
    if not _INSTANT.match(identity):
        return None
    try:
        made_at = _EPOCH + timedelta(milliseconds=int(identity[:8] + identity[9:13], 16))
    except OverflowError:  # of years that no calendar has
        return None
    return made_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
