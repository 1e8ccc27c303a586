"""What a process stands on: databases, brokers, stores, workers, each with what was last found of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """One of them, by its name. `trouble`: what keeps it from its work; None: it does it.

    `is_vital`: without it nothing can be answered. Without any other, work goes on: slower, later or in part.
    """

    name: str
    is_vital: bool
    trouble: str | None


class Readiness(StrEnum):
    READY = "ready"
    DEGRADED = "degraded"  # requests are answered, and something behind them is amiss
    NOT_READY = "not_ready"


def readiness_on(dependencies: Sequence[Dependency]) -> Readiness:
    """How fit a process is that stands on these."""
    in_trouble = [each for each in dependencies if each.trouble is not None]
    if any(each.is_vital for each in in_trouble):
        return Readiness.NOT_READY
    return Readiness.DEGRADED if in_trouble else Readiness.READY
