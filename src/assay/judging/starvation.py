"""Runs that the machine did not let compute: whose elapsed time was over before their CPU time. Pure.

Elapsed time only ends what waits or sleeps. On a machine that is busy with other things it would end a
program that computes, too, and the verdict would depend on what those other things are. So a run that was
ended for its elapsed time although it was computing is done once more, with the same CPU time and far more
elapsed time, and that run is the one that counts: the same measurement, with the room that it lacked.
What idled is not repeated, and what had the room and did not end either is TLE.

    ended for elapsed time ── CPU time below IDLE_SHARE of it ─▶ TLE: it waited or slept
                           └─ else ─▶ once more, ROOM_FACTOR times the elapsed time ─▶ decides
"""

from dataclasses import replace

from assay.sandbox import Command, Facts, Status

# Of the elapsed time. What wants to compute gets more of a core than this on any machine that can judge at
# all; what waits uses next to nothing: a program that looks every millisecond whether it may go on, 1 %.
IDLE_SHARE = 0.03
# The elapsed time is at least twice the CPU time (`domain/limits.py`). Ten times that is enough for a program
# that gets a twentieth of a core. More would help nobody, and give who computes a little and then sleeps
# that much more of a judge's time.
ROOM_FACTOR = 10


class Patience:
    """Whether a submission's runs may have room: until one had it and did not end either. So who computes a
    little and sleeps for the rest costs a judge that time once, and not for each test.

    `was_missed`: a run would have had room, had there been any left.
    """

    def __init__(self, *, is_left: bool = True) -> None:
        self.is_left = is_left
        self.was_missed = False


def has_idled(*, cpu_time: float, wall_time: float) -> bool:
    """Whether what used so much CPU time in so much elapsed time, in the same unit, waited or slept."""
    return cpu_time < IDLE_SHARE * wall_time


def is_starved(facts: Facts, *others: Facts) -> bool:
    """Whether a run was ended for its elapsed time while it was computing. `others` ran beside it, and it may
    have waited for them: where one of them computed, it did not idle either."""
    cpu_time_us = max(each.cpu_time_us for each in (facts, *others))
    return facts.status is Status.WALL_TIME and not has_idled(
        cpu_time=cpu_time_us, wall_time=facts.wall_time_us
    )


def with_room(command: Command, *, wall_time_ms_max: int | None = None) -> Command:
    """The command with the elapsed time of a run that is repeated, or `wall_time_ms_max` if that is less."""
    wall_time_ms = ROOM_FACTOR * command.limits.wall_time_ms
    if wall_time_ms_max is not None:
        wall_time_ms = max(1, min(wall_time_ms, wall_time_ms_max))
    return replace(command, limits=replace(command.limits, wall_time_ms=wall_time_ms))
