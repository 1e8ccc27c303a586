"""Whether there is room for another submission: practice is turned away before contests feel anything.

A lane is full when too much waits in it, or when what waits has waited for too long. What is told of the
queue is a second old at most, so what was accepted since then counts, too; several doors may together
accept a little more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from assay.domain.clock import Clock
from assay.domain.lane import Lane
from assay.errors import Overloaded
from assay.queue.desk import LaneCounts

_STALE_AFTER = timedelta(seconds=10)  # what was seen longer ago says nothing any more
CONTEST_DEPTH_MAX = 200_000  # a hundred each from two thousand people; what the tables bear is far more


@dataclass(frozen=True, kw_only=True)
class Bound:
    """`depth_max` jobs may wait; None of them for longer than `age_seconds_max`, if that is given."""

    depth_max: int
    age_seconds_max: float | None = None


def bounds(*, practice_depth_max: int, practice_age_seconds_max: float) -> dict[Lane, Bound]:
    """The bounds of all lanes. Contests and assessments are bounded by what can be kept, and nothing else."""
    practice = Bound(depth_max=practice_depth_max, age_seconds_max=practice_age_seconds_max)
    privileged = Bound(depth_max=CONTEST_DEPTH_MAX)
    return {lane: privileged if lane.is_privileged else practice for lane in Lane}


class Admission:
    """What was last seen of the queue, and what follows for whoever comes."""

    def __init__(self, bounds: Mapping[Lane, Bound], *, clock: Clock) -> None:
        self._bounds = bounds
        self._clock = clock
        self._seen: dict[Lane, LaneCounts] = {}
        self._seen_at = clock.now()
        self._accepted: dict[Lane, int] = dict.fromkeys(Lane, 0)

    def bound_by(self, bounds: Mapping[Lane, Bound]) -> None:
        """From now on let in by these."""
        self._bounds = bounds

    def see(self, counts: Sequence[LaneCounts]) -> None:
        """The queue as it is now."""
        self._seen = {each.lane: each for each in counts}
        self._seen_at = self._clock.now()
        self._accepted = dict.fromkeys(Lane, 0)

    def admit(self, lane: Lane) -> None:
        """Let one more in. Raises `Overloaded`. While nothing is known of the queue, everybody is let in."""
        bound, seen, now = self._bounds[lane], self._seen.get(lane), self._clock.now()
        if seen is not None and now - self._seen_at < _STALE_AFTER:
            depth = seen.pending + self._accepted[lane]
            if depth >= bound.depth_max:
                raise Overloaded(f"{depth} submissions are waiting already; please try again in a while")
            if bound.age_seconds_max is not None and seen.oldest_pending_at is not None:
                waits_seconds = (now - seen.oldest_pending_at).total_seconds()
                if waits_seconds > bound.age_seconds_max:
                    minutes = round(waits_seconds / 60)
                    raise Overloaded(
                        f"submissions wait for {minutes} minutes already; please try again in a while"
                    )
        self._accepted[lane] += 1
