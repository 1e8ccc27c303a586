"""Lengths of time for people, and instants for programs."""

from datetime import datetime

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600
HOURS_SHOWN_MAX = 48


def age(since: datetime, now: datetime) -> str:
    """ "5 s", "12 min", "3 h", "4 d"; never less than nothing, whatever the clocks say."""
    seconds = max(0, int((now - since).total_seconds()))
    hours = seconds // SECONDS_PER_HOUR
    if seconds < SECONDS_PER_MINUTE:
        return f"{seconds} s"
    if seconds < SECONDS_PER_HOUR:
        return f"{seconds // SECONDS_PER_MINUTE} min"
    return f"{hours} h" if hours < HOURS_SHOWN_MAX else f"{hours // 24} d"


def rfc3339(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
