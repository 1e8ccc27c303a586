"""Whether a worker may think of others that they are silent: only while it was heard itself for a while.

    away ──a beat is heard──▶ ● ──another──▶ steady ──a beat is late, or not heard──▶ away

While the store is away nobody can extend a lease, and all run out. When it is back, the living need a moment
to give a sign of it: a sweep at that instant would take them all for dead, and a job amid which a few workers
died is buried.
"""

STEADY_BEATS = 2  # the others' come as often as ours: each has had one by then


class Touch:
    """Of one event loop. `heartbeat_seconds`: between two beats that are in time. Instants are seconds since
    whenever, by a clock that nobody sets."""

    def __init__(self) -> None:
        self._beats = STEADY_BEATS  # whoever starts has missed nothing
        self._heard_at: float | None = None

    def note(self, *, is_heard: bool, at: float, heartbeat_seconds: float) -> None:
        """How the last beat went, at its end."""
        is_in_time = self._heard_at is None or at - self._heard_at <= 2 * heartbeat_seconds
        self._beats = self._beats + 1 if is_heard and is_in_time else int(is_heard)
        self._heard_at = at

    def is_steady(self, *, at: float, heartbeat_seconds: float) -> bool:
        """Also not while a beat is on its way for too long."""
        is_in_time = self._heard_at is None or at - self._heard_at <= 2 * heartbeat_seconds
        return self._beats >= STEADY_BEATS and is_in_time
