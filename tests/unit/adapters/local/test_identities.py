"""No identity is made twice: not when the clock stands still, is put back, or the whole machine with it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import os
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.adapters.local import clock
from assay.adapters.local.clock import identities
from assay.domain.identity import RANDOM_BYTES, month_of, uuid7

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Hands:
    """A clock that shows one hour after the other."""

    def __init__(self, *hours: datetime) -> None:
        self._hours = list(hours)

    def now(self) -> datetime:
        return self._hours.pop(0) if len(self._hours) > 1 else self._hours[0]


def zeros(count: int) -> bytes:
    return bytes(count)


def ones(count: int) -> bytes:
    return b"\xff" * count


def made(count: int, clock: Hands, random_bytes: Callable[[int], bytes] = os.urandom) -> list[str]:
    new_id = identities(clock, random_bytes)
    return [new_id() for _ in range(count)]


def test_they_are_uuids_of_version_7_and_of_their_hour() -> None:
    (identity,) = made(1, Hands(NOON))
    assert (UUID(identity).version, UUID(identity).variant) == (7, "specified in RFC 4122")
    assert UUID(identity).int >> 80 == int(NOON.timestamp() * 1000)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=50))
def test_each_comes_after_the_one_before_whatever_the_clock_does(milliseconds: list[int]) -> None:
    hours = [NOON + timedelta(milliseconds=each) for each in milliseconds]
    for random_bytes in (os.urandom, zeros, ones):
        found = made(len(hours) + 5, Hands(*hours), random_bytes)
        assert found == sorted(set(found))


def test_a_clock_that_is_put_back_by_a_day_makes_none_of_yesterdays() -> None:
    new_id = identities(Hands(NOON, *[NOON - timedelta(days=1)] * 1000, NOON), os.urandom)
    found = [new_id() for _ in range(1002)]
    assert len(set(found)) == len(found)
    assert min(found) == found[0]


def test_bits_that_are_used_up_borrow_from_the_next_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_STEP_BITS", 61)  # else it takes half a thousand million
    found = made(9, Hands(NOON), ones)
    assert found == sorted(set(found))
    assert UUID(found[-1]).int >> 80 > int(NOON.timestamp() * 1000)


def test_a_machine_that_is_put_back_with_its_clock_makes_others_than_before() -> None:
    """As after the restore of a backup: the same hours again, and another process."""
    hours = [NOON + timedelta(milliseconds=each // 100) for each in range(20_000)]
    before, after = made(len(hours), Hands(*hours)), made(len(hours), Hands(*hours))
    assert not set(before) & set(after)


def test_the_month_of_an_identity_is_that_of_its_making() -> None:
    for hour in (datetime(2026, 2, 28, 23, 59, 59, 999000, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)):
        assert month_of(uuid7(hour, os.urandom(RANDOM_BYTES))) == datetime(
            hour.year, hour.month, 1, tzinfo=UTC
        )
    for other in ("s1", "", "0196c4a0", "ffffffff-ffff-7000-8000-000000000000", "0196C4A0-0000-7"):
        assert month_of(other) is None
