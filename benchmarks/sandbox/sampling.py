"""Spreads of samples, and rounds in which each measured thing has its turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from statistics import median, quantiles

from benchmarks.sandbox.peers.peer import PeerFailed


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What is said of samples; the unit is theirs."""

    samples: int
    p10: float
    median: float
    p90: float

    @classmethod
    def of(cls, samples: list[float]) -> "Spread":
        """At least two samples."""
        tenths = quantiles(samples, n=10, method="inclusive")
        return cls(samples=len(samples), p10=tenths[0], median=median(samples), p90=tenths[-1])

    def __str__(self) -> str:
        return f"{self.median:8.2f}  ({self.p10:.2f} to {self.p90:.2f}, n = {self.samples})"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One of those that take turns. `measure` does it once and says what it took."""

    measure: Callable[[], float]
    every: int = 1  # takes part in each so-manieth round: for the slow ones


def in_turns(
    turns: Mapping[str, Turn],
    *,
    rounds: int,
    warm_up: int = 3,
    lost: Callable[[str, PeerFailed], None] | None = None,
) -> dict[str, list[float]]:
    """Samples by name. The order changes from round to round, so that nobody always follows the same one:
    what a container leaves behind for the kernel to tidy up would be counted against its successor.
    Who fails is told to `lost` and takes part no more; without it, the failure is the caller's.
    """
    order = Random(1)  # noqa: S311 - the same orders in each run
    samples: dict[str, list[float]] = {name: [] for name in turns}
    for number in range(-warm_up, rounds):
        names = [name for name in samples if number < 0 or number % turns[name].every == 0]
        order.shuffle(names)
        for name in names:
            try:
                value = turns[name].measure()
            except PeerFailed as error:
                if lost is None:
                    raise
                lost(name, error)
                del samples[name]
                continue
            if number >= 0:
                samples[name].append(value)
    return samples
