"""The arithmetic of rubrics with signals and competencies: monotone, bounded, silent on what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from assay.assessments.scoring.interval import Doubt, Posterior, total_ends
from assay.assessments.scoring.material import Material
from assay.assessments.scoring.rounding import CHARGE_PLACES, POINT_PLACES, rounded
from assay.assessments.scoring.signals import Charge, SignalReading, read_signals
from assay.assessments.scoring.weighing import (
    WeighedCompetency,
    lost_in_role,
    quality,
    regained_without,
    weigh,
)
from assay.domain.rubric import POINTS_MAX
from assay.domain.score import CompetencyScore, Deduction, Interval


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What an arithmetic comes to, before it is put together with the rest of a score."""

    total: float
    interval: Interval
    competencies: tuple[CompetencyScore, ...]
    assessed_share: float
    remarks: tuple[str, ...]


def sum_up(material: Material) -> Sum:
    """The total by the rubric's signals and competencies."""
    readings = read_signals(
        material.rubric, material.analysis, material.trace, may_charge=material.may_charge
    )
    weighed = weigh(material.rubric, material.role)
    of_quality = quality(material.rubric, lost_in_role(weighed, readings))
    share = material.outcome.share
    level = material.rubric.uncertainty.level
    posterior = Posterior(share=share, effective_tests=material.outcome.effective_tests)
    low, high = total_ends(posterior, of_quality, _doubts(material, weighed, readings), level)
    assessed = fsum(each.weight * each.assessed(readings) for each in weighed)
    return Sum(
        total=rounded(POINTS_MAX * share * of_quality, POINT_PLACES),
        interval=Interval(low=rounded(low, POINT_PLACES), high=rounded(high, POINT_PLACES), level=level),
        competencies=tuple(_competency(each, material, readings) for each in weighed),
        assessed_share=rounded(assessed, CHARGE_PLACES),
        remarks=_remarks(material),
    )


def _remarks(material: Material) -> tuple[str, ...]:
    if not (rules := material.informative_rules):
        return ()
    why = "Told, and free of charge, for want of proof that these rules are hardly ever wrong"
    return (f"{why}: {', '.join(rules)}.",)


def _doubts(
    material: Material, weighed: tuple[WeighedCompetency, ...], readings: Mapping[str, SignalReading]
) -> list[Doubt]:
    """One a rule: a rule that is wrong about a program is likely to be wrong about it each time."""
    rules = sorted(
        {
            charge.rule
            for reading in readings.values()
            for charge in reading.charges
            if charge.finding and material.may_charge(charge.rule)
        }
    )
    share_of_quality = 1 - material.rubric.correctness_share
    return [
        Doubt(
            comes_back=share_of_quality * regained_without(rule, weighed, readings),
            probability=1 - material.precision_of(rule),
        )
        for rule in rules
    ]


def _competency(
    weighed: WeighedCompetency, material: Material, readings: Mapping[str, SignalReading]
) -> CompetencyScore:
    is_assessed = weighed.assessed(readings) > 0
    whys = dict.fromkeys(readings[signal].not_assessed for signal in weighed.shares)
    return CompetencyScore(
        id=weighed.competency.id,
        title=weighed.competency.title,
        weight=rounded(weighed.weight, 4),
        score=rounded(POINTS_MAX * (1 - weighed.loss(readings)), POINT_PLACES) if is_assessed else None,
        not_assessed="" if is_assessed else "; ".join(why for why in whys if why),
        deductions=tuple(
            _deduction(charge, readings[signal], share, weighed, material)
            for signal, share in weighed.shares.items()
            for charge in readings[signal].charges
        ),
    )


def _deduction(
    charge: Charge, reading: SignalReading, share: float, weighed: WeighedCompetency, material: Material
) -> Deduction:
    points = charge.points * reading.scale
    of_total = weighed.weight * share * (1 - material.rubric.correctness_share) * material.outcome.share
    place = charge.finding
    return Deduction(
        rule=charge.rule,
        signal=reading.signal.id,
        severity=charge.severity,
        reason=charge.reason,
        charge=rounded(points, CHARGE_PLACES),
        points=rounded(points * of_total, CHARGE_PLACES),
        version=material.rubric.name if place is None else material.version_of_rules,
        path=None if place is None else place.path,
        start_line=None if place is None else place.start_line,
        end_line=None if place is None else place.end_line,
    )
