"""What hangs on each signal of a rubric, for a role: in points of the total, for a correct program. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from assay.assessments.scoring.rounding import CHARGE_PLACES, rounded
from assay.assessments.scoring.weighing import weigh
from assay.domain.rubric import (
    POINTS_MAX,
    ClassicTerms,
    FindingsSignal,
    Measure,
    MetricSignal,
    RatioSignal,
    Role,
    Rubric,
    Signal,
)


@dataclass(frozen=True, kw_only=True)
class Stake:
    """`points_max` is what a signal can cost through this competency. Of findings: what one costs by its
    severity, and all of one rule at the most. `condition` says in words when it costs anything."""

    competency: str
    signal: str
    title: str
    points_max: float
    occurrence: Mapping[str, float]
    rule_max: float | None
    condition: str


def stakes(rubric: Rubric, role: Role) -> tuple[Stake, ...]:
    """The weightiest competency first. None of a classic rubric, whose terms are points as they are."""
    if rubric.classic is not None:
        return ()
    signals = {signal.id: signal for signal in rubric.signals}
    return tuple(
        _stake(signals[signal], weighed.competency.id, weighed.weight * share * _of_quality(rubric))
        for weighed in weigh(rubric, role)
        for signal, share in weighed.shares.items()
    )


def _of_quality(rubric: Rubric) -> float:
    return POINTS_MAX * (1 - rubric.correctness_share)


def _stake(signal: Signal, competency: str, points: float) -> Stake:
    occurrence: Mapping[str, float] = {}
    rule_max: float | None = None
    match signal:
        case FindingsSignal():
            occurrence = {
                severity.value: _points(points * charge / POINTS_MAX)
                for severity, charge in signal.charges.items()
            }
            rule_max = _points(points * signal.rule_charge_max / POINTS_MAX)
            condition = f"findings of rules about {signal.findings_of}"
            if signal.needs is not None:
                condition += f"; not assessed where {signal.needs} is 0"
        case RatioSignal():
            condition = (
                f"{_MEASURES[signal.ratio_of]} beside the nearest reference in the same language: free up to "
                f"{signal.ramp.free_up_to:g} times, all from {signal.ramp.lost_from:g} times"
            )
        case MetricSignal():
            condition = (
                f"{signal.metric}: free up to {signal.ramp.free_up_to:g}, all from {signal.ramp.lost_from:g}"
            )
        case _:
            assert_never(signal)
    return Stake(
        competency=competency,
        signal=signal.id,
        title=signal.title,
        points_max=_points(points),
        occurrence=occurrence,
        rule_max=rule_max,
        condition=condition,
    )


_MEASURES = {Measure.CPU_TIME: "CPU time", Measure.MEMORY: "peak memory"}


def classic_words(terms: ClassicTerms) -> tuple[str, ...]:
    """The fixed sum, a line a term."""
    return (
        f"{terms.passing:g} points for a passing run, {terms.failing:g} for a failing one",
        f"{terms.occurrence_charge:g} less for every anti-pattern occurrence, without a bound",
        f"{terms.memory_charge:g} less above {terms.memory_bytes_max:,} bytes at the peak",
        f"{terms.concurrency_bonus:g} more where concurrency weighs over {terms.concurrency_weight_above:g}",
        f"held to 0 to {POINTS_MAX:g}",
    )


def _points(value: float) -> float:
    return rounded(value, CHARGE_PLACES)
