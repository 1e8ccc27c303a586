"""How far a standby is behind its primary, in seconds. Pure.

Positions are bytes of the write-ahead log. The primary's is noted now and then with the instant; the standby
is as late as the first of these that it has not replayed yet. So an idle database has no lag, and no clock
but our own is read.
"""

from collections import deque

NOTES_MAX = 3600  # at one a second; who is behind by an hour is behind by an hour or more


class Lag:
    def __init__(self) -> None:
        self._notes: deque[tuple[int, float]] = deque(maxlen=NOTES_MAX)

    def note(self, position: int, *, at: float) -> None:
        """The primary has written so far."""
        if not self._notes or position > self._notes[-1][0]:
            self._notes.append((position, at))

    def seconds(self, replayed: int, *, at: float) -> float:
        """How late a standby is that has replayed so far."""
        while self._notes and self._notes[0][0] <= replayed:
            self._notes.popleft()
        return at - self._notes[0][1] if self._notes else 0.0
