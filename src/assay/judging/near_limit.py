"""Runs that end so close to the time limit that another one might end on its other side. Pure.

A run may take up to the end of the guard band, `GUARD_SHARE` past the limit. One that ends inside the band,
before or after the limit alike, is repeated `REPETITIONS` times, on other cores, and the median of all its
times is what counts. So luck favours nobody: a program is not given a second chance that another one, as far
on the good side, is spared. docs/judging.md states how often a verdict still depends on the machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from assay.sandbox import RunLimits

GUARD_SHARE = (
    0.05  # of the limit, on either side: over ten times what the same run varies by on a busy machine
)
GUARD_MS_MIN = 2  # what the clock and a context switch may cost even a very short run
REPETITIONS = 2  # with the first an odd number, so that there is a median


@dataclass(frozen=True, kw_only=True)
class GuardBand:
    """From where to where a run counts as near its limit, in milliseconds of CPU time, ends included."""

    lowest_ms: int
    limit_ms: int
    highest_ms: int

    def holds(self, cpu_time_us: int) -> bool:
        return self.lowest_ms * 1000 <= cpu_time_us <= self.highest_ms * 1000


def guard_band(limits: RunLimits) -> GuardBand:
    """The band around the CPU time limit of a run."""
    width_ms = max(GUARD_MS_MIN, round(limits.cpu_time_ms * GUARD_SHARE))
    return GuardBand(
        lowest_ms=max(0, limits.cpu_time_ms - width_ms),
        limit_ms=limits.cpu_time_ms,
        highest_ms=limits.cpu_time_ms + width_ms,
    )


def deciding(cpu_times_us: Sequence[int]) -> int:
    """Which of the runs decides: the index of the median time."""
    return list(cpu_times_us).index(median_low(cpu_times_us))
