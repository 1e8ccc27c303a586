"""When to try again and when to give up. Pure; randomness comes in as a number.

Only our own faults are tried again. A candidate's fault is a verdict, and a verdict is final.
"""

from dataclasses import dataclass

ATTEMPTS_MAX = 5  # past this it is poison, not bad luck
DEATHS_MAX = 3  # of workers, each amid the same job: sooner, because each costs all that its worker had
BACKOFF_BASE_SECONDS = 1.0
BACKOFF_MAX_SECONDS = 60.0
POSTPONED_SECONDS = 5.0  # soon enough for who waits, and few enough steps for a log that keeps each


@dataclass(frozen=True, kw_only=True)
class TryAgain:
    delay_seconds: float


@dataclass(frozen=True, kw_only=True)
class GiveUp:
    """The job becomes a dead letter."""


def after_fault(*, attempt: int, chance: float) -> TryAgain | GiveUp:
    """What follows the `attempt`-th failure (from 1): exponential back-off with full jitter, or the end.

    `chance` is uniform in [0, 1). Full jitter, because faults of ours come in herds, and a herd that waits
    equally long comes back as one (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015).
    """
    if is_exhausted(attempt):
        return GiveUp()
    ceiling_seconds = min(BACKOFF_MAX_SECONDS, BACKOFF_BASE_SECONDS * 2 ** (attempt - 1))
    return TryAgain(delay_seconds=chance * ceiling_seconds)


def postponed_seconds(*, chance: float) -> float:
    """How long a job waits whose test data are out of reach: as long each time, since how often is no matter.

    Half of it is jitter. `chance` is uniform in [0, 1).
    """
    return POSTPONED_SECONDS * (1 + chance)


def is_exhausted(attempt: int, *, deaths: int = 0) -> bool:
    """Whether the `attempt`-th try (counted from 1) was the last; `deaths` of workers came of them."""
    return attempt >= ATTEMPTS_MAX or deaths >= DEATHS_MAX
