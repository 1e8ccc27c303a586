"""A score, and everything that it is made of. Points go from 0 to 100 and are rounded once, at the end, to
what is shown, so that equal evidence gives equal bytes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Where the value is to be believed, with the probability `level`. Both ends belong to it."""

    low: float
    high: float
    level: float

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"{self.low} is above {self.high}")

    def overlaps(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, kw_only=True)
class Deduction:
    """Points lost, for one reason. `charge` is of the signal's 100, `points` of the total's; below 0 it is a
    bonus. What a rule found has a place (`path`, lines counted from 1), what was measured has none. `version`
    says which rules or which rubric it is by.
    """

    rule: str
    signal: str
    severity: str
    reason: str
    charge: float
    points: float
    version: str
    path: str | None = None
    start_line: int | None = None
    end_line: int | None = None


@dataclass(frozen=True, kw_only=True)
class CompetencyScore:
    """`score` is None when nothing of it could be assessed, and `not_assessed` says why. `weight` is its
    share of the role; those of all the role's competencies together are 1."""

    id: str
    title: str
    weight: float
    score: float | None
    not_assessed: str
    deductions: tuple[Deduction, ...]

    def __post_init__(self) -> None:
        if (self.score is None) is not bool(self.not_assessed):
            raise ValueError("a competency has a score or a reason why not")


@dataclass(frozen=True, kw_only=True)
class Correctness:
    """The share of tests passed, in points, and where it is to be believed."""

    score: float
    interval: Interval
    passed: int
    count: int


@dataclass(frozen=True, kw_only=True)
class Complexity:
    """How time grows with the input, as measured. `confidence` is from 0 to 1. None: see `not_assessed`.
    `also_possible` are classes that are not ruled out."""

    time_class: str | None
    confidence: float | None
    also_possible: tuple[str, ...] = ()
    not_assessed: str = ""


@dataclass(frozen=True, kw_only=True)
class ClassicFigures:
    """What the classic rubric shows beside its total. `anti_patterns` has each kind once, though each
    occurrence was charged. A megabyte is a million bytes."""

    pass_rate: float
    anti_patterns: tuple[str, ...]
    avg_latency_ms: float
    peak_memory_mb: float
    sync_blocking_calls: int


@dataclass(frozen=True, kw_only=True)
class Score:
    """A program's score by one rubric for one role.

    `assessed_share`: the share of the role's weights for whose competencies there was evidence. `remarks` are
    for people: what was not assessed and why, and what of this rubric is to be known. `is_classic` marks
    scores that are neither monotone nor bounded. `versions` names all that the score depended on.
    """

    rubric: str
    role: str
    total: float
    interval: Interval
    correctness: Correctness
    competencies: tuple[CompetencyScore, ...]
    assessed_share: float
    complexity: Complexity
    remarks: tuple[str, ...]
    versions: Mapping[str, str]
    classic: ClassicFigures | None = None

    @property
    def deductions(self) -> tuple[Deduction, ...]:
        """All of them, competency by competency."""
        return tuple(each for competency in self.competencies for each in competency.deductions)

    @property
    def is_classic(self) -> bool:
        return self.classic is not None
