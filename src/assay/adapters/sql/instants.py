"""Instants as the schema keeps them: whole microseconds since 1970 UTC, which sort and subtract exactly."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_SECOND = 1_000_000
_NO_DEADLINE = 1 << 62


def to_row(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def from_row(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND


def from_row_or_none(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_row(microseconds)


def deadline_to_row(instant: datetime | None) -> int:
    """Jobs without a deadline come after those with one."""
    return _NO_DEADLINE if instant is None else to_row(instant)


def microseconds(seconds: float) -> int:
    """A length of time."""
    return round(seconds * _MICROSECONDS_PER_SECOND)
