"""Which of two scores is above the other, if that can be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assay.domain.score import Interval, Score
from assay.errors import InvalidInput, NotComparable

_SAME = ("problem", "rubric", "rules")  # versions without which two scores say nothing of each other


class Standing(StrEnum):
    """Where the first of two is."""

    ABOVE = "above"
    BELOW = "below"
    NOT_DISTINGUISHABLE = "not_distinguishable"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`reason` is for people."""

    standing: Standing
    reason: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What of a score another one is held against."""

    role: str
    interval: Interval
    versions: Mapping[str, str]


def claim_of(score: Score) -> Claim:
    """What a score claims."""
    return Claim(role=score.role, interval=score.interval, versions=score.versions)


def read_claim(document: Any) -> Claim:
    """What the document of a score (`describe_score`) claims. Raises `InvalidInput` for anything else."""
    try:
        low, high = document["interval"]
        versions = document["versions"]
        return Claim(
            role=str(document["role"]),
            interval=Interval(low=float(low), high=float(high), level=float(document["level"])),
            versions={str(name): str(version) for name, version in versions.items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput("is not what 'assay score --json' prints", field="score") from error


def compare(first: Claim, second: Claim) -> Comparison:
    """Two candidates whose intervals overlap are not distinguishable, whatever their totals.

    Raises `NotComparable` for scores on other problems, by other rubrics or rules, or for other roles.
    """
    if first.role != second.role:
        raise NotComparable(f"one score is for the role {first.role}, the other one for {second.role}")
    for name in _SAME:
        if first.versions.get(name) != second.versions.get(name):
            raise NotComparable(
                f"the two scores rest on different versions of: {name}; score one of them again"
            )
    a, b = first.interval, second.interval
    if a.overlaps(b):
        return Comparison(
            standing=Standing.NOT_DISTINGUISHABLE,
            reason=f"{a.low:g} to {a.high:g} and {b.low:g} to {b.high:g} overlap: not distinguishable",
        )
    standing = Standing.ABOVE if a.low > b.high else Standing.BELOW
    return Comparison(
        standing=standing,
        reason=f"{a.low:g} to {a.high:g} is {standing.value} {b.low:g} to {b.high:g}",
    )
