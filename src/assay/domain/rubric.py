"""A rubric: how evidence about a program becomes a score. Data, frozen; the arithmetic is in
assessments/scoring.

    signals ──parts──► competencies ──weights──► role score
       │                    └─ parts may be competencies, too
       └ findings of rules · costs beside the references' · a metric of the source
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assay.domain.finding import Severity

POINTS_MAX = 100.0  # a score, a competency and a signal all go from 0 to this


class Arithmetic(StrEnum):
    """How a rubric computes."""

    EVIDENCE = "evidence"  # monotone, charges bounded, what cannot be assessed costs nothing
    CLASSIC = "classic"  # the fixed sum that textbooks give; exempt from all of that, and labelled so


class Measure(StrEnum):
    """What of a program's runs is compared with those of the problem's references."""

    CPU_TIME = "cpu_time"
    MEMORY = "memory"


@dataclass(frozen=True, kw_only=True)
class Ramp:
    """Free up to a value, everything lost from another one, linear between them."""

    free_up_to: float
    lost_from: float

    def __post_init__(self) -> None:
        if not 0 <= self.free_up_to < self.lost_from:
            raise ValueError("a ramp rises: 0 <= free_up_to < lost_from")

    def loss(self, value: float) -> float:
        """The share that is lost at `value`: 0 to 1, never falling."""
        return min(1.0, max(0.0, (value - self.free_up_to) / (self.lost_from - self.free_up_to)))


@dataclass(frozen=True, kw_only=True)
class FindingsSignal:
    """What the rules of one competency found. Each occurrence is charged by its severity, but all
    occurrences of one rule together no more than `rule_charge_max`.

    `needs`: a metric of the source that is above 0 where there is an opportunity to do well or badly (no
    async function: nothing to say of concurrency). None: every program is one.
    """

    id: str
    title: str
    findings_of: str
    charges: Mapping[Severity, float]
    rule_charge_max: float
    needs: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.rule_charge_max <= POINTS_MAX:
            raise ValueError(f"rule_charge_max is above 0 and at most {POINTS_MAX:g}")
        if any(not 0 <= charge <= POINTS_MAX for charge in self.charges.values()):
            raise ValueError(f"a charge is from 0 to {POINTS_MAX:g}")


@dataclass(frozen=True, kw_only=True)
class RatioSignal:
    """What the tests cost, as a multiple of what they cost the nearest reference in the same language."""

    id: str
    title: str
    ratio_of: Measure
    ramp: Ramp


@dataclass(frozen=True, kw_only=True)
class MetricSignal:
    """A number that the analysis measures in the source, such as the largest cyclomatic complexity."""

    id: str
    title: str
    metric: str
    ramp: Ramp


Signal = FindingsSignal | RatioSignal | MetricSignal


@dataclass(frozen=True, kw_only=True)
class Part:
    """A signal or a competency within a competency. `weight` is from 0 to 1, beside those of its siblings."""

    of: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Competency:
    """Something that a program shows its author to be able to do."""

    id: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Role:
    """How much each competency matters in a kind of work. Weights are from 0 to 1; their sum is the whole."""

    id: str
    title: str
    weights: Mapping[str, float]

    @property
    def total_weight(self) -> float:
        return sum(self.weights[competency] for competency in sorted(self.weights))


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """How the interval of a score is computed (docs/scoring.md).

    `level`: the share of the posterior that is inside. `correlation`: how alike the outcomes of two tests of
    one group are, from 0 (independent) to 1 (one test would do). `precision`: how often a rule's finding is
    right, where nobody has counted.
    """

    level: float
    correlation: float
    precision: float

    def __post_init__(self) -> None:
        if not (0 < self.level < 1 and 0 <= self.correlation <= 1 and 0 < self.precision <= 1):
            raise ValueError("level is between 0 and 1, correlation and precision are from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class ClassicTerms:
    """The fixed arithmetic: a base for the run, a charge for each occurrence, one for memory, a bonus that
    depends on the role alone. Points, unless the name says otherwise."""

    passing: float
    failing: float
    occurrence_charge: float
    memory_bytes_max: int
    memory_charge: float
    concurrency_weight_above: float
    concurrency_bonus: float


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """One version of a rubric. `correctness_share` is what correct code has at the least, as a share of all;
    the rest is for its competencies. `classic` is None unless `arithmetic` is."""

    id: str
    version: int
    title: str
    about: str
    arithmetic: Arithmetic
    correctness_share: float
    signals: tuple[Signal, ...]
    competencies: tuple[Competency, ...]
    roles: tuple[Role, ...]
    uncertainty: Uncertainty
    classic: ClassicTerms | None = None

    def __post_init__(self) -> None:
        if (self.classic is not None) is not (self.arithmetic is Arithmetic.CLASSIC):
            raise ValueError("a classic rubric has its terms, and no other has them")

    @property
    def name(self) -> str:
        """ "default@1" """
        return f"{self.id}@{self.version}"

    def role(self, role_id: str) -> Role | None:
        return next((role for role in self.roles if role.id == role_id), None)
