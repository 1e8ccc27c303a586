"""The fixed sum of `classic@1`, which textbook designs of such systems give.

A base for the run, so much less for every occurrence, so much less above a peak of memory, so much more where
the role's weight of concurrency is high: held to 0 to 100. It is kept as it is. An occurrence costs the same
however many there are, so correct code with many is below incorrect code with none; and the bonus is for the
role, not for anything that the program shows. That is why its scores are labelled.
"""

from assay.assessments.scoring.by_evidence import Sum
from assay.assessments.scoring.interval import Posterior, discrete_ends, spread_occurrences
from assay.assessments.scoring.material import Material
from assay.assessments.scoring.rounding import CHARGE_PLACES, POINT_PLACES, rounded
from assay.assessments.scoring.signals import MEASURED, in_order
from assay.domain.finding import SYNC_BLOCKING_RULE, Finding, Severity
from assay.domain.rubric import POINTS_MAX, ClassicTerms
from assay.domain.score import ClassicFigures, CompetencyScore, Deduction, Interval

LABEL = (
    "A fixed sum: it is not monotone (correct code may score below incorrect code), its charges are not "
    "bounded, and its bonus is for the role, not for evidence."
)
MEMORY = "memory"
MEMORY_RULE = "memory_above_bound"
CONCURRENCY = "concurrency"
BONUS_RULE = "concurrency_weight_bonus"
_NO_SCORE = "this rubric has no scores of competencies, only charges"
_BYTES_PER_MEGABYTE = 1_000_000


def sum_up_classic(material: Material, terms: ClassicTerms) -> Sum:
    """The total by the fixed sum."""
    deductions = _deductions(material, terms)
    level = material.rubric.uncertainty.level
    low, high = _ends(material, terms, level)
    by_competency: dict[str, list[Deduction]] = {}
    for competency, deduction in deductions:
        by_competency.setdefault(competency, []).append(deduction)
    return Sum(
        total=rounded(_total(material, terms, passing=material.outcome.is_accepted), POINT_PLACES),
        interval=Interval(low=rounded(low, POINT_PLACES), high=rounded(high, POINT_PLACES), level=level),
        competencies=tuple(
            CompetencyScore(
                id=competency,
                title=competency.replace("_", " ").capitalize(),
                weight=rounded(material.role.weights.get(competency, 0.0) / material.role.total_weight, 4),
                score=None,
                not_assessed=_NO_SCORE,
                deductions=tuple(by_competency[competency]),
            )
            for competency in sorted(by_competency)
        ),
        assessed_share=0.0,
        remarks=(LABEL,),
    )


def figures(material: Material) -> ClassicFigures:
    """What it shows beside the total."""
    findings = _anti_patterns(material)
    outcome, trace = material.outcome, material.trace
    return ClassicFigures(
        pass_rate=rounded(outcome.passed / outcome.count, 4),
        anti_patterns=tuple(dict.fromkeys(finding.rule for finding in findings)),
        avg_latency_ms=rounded(trace.average_wall_time_ms or 0.0, 3),
        peak_memory_mb=rounded((trace.peak_memory_bytes or 0) / _BYTES_PER_MEGABYTE, 3),
        sync_blocking_calls=sum(finding.rule == SYNC_BLOCKING_RULE for finding in findings),
    )


def _anti_patterns(material: Material) -> list[Finding]:
    """In order. What only makes a program harder to read is told elsewhere, and is none."""
    return [each for each in in_order(material.analysis.findings) if each.severity is not Severity.INFO]


def _total(material: Material, terms: ClassicTerms, *, passing: bool, wrongly_charged: int = 0) -> float:
    """`wrongly_charged` occurrences are left out."""
    occurrences = len(_anti_patterns(material)) - wrongly_charged
    total = terms.passing if passing else terms.failing
    total -= terms.occurrence_charge * occurrences
    total -= _memory_charge(material, terms)
    total += _bonus(material, terms)
    return min(POINTS_MAX, max(0.0, total))


def _memory_charge(material: Material, terms: ClassicTerms) -> float:
    return terms.memory_charge if (material.trace.peak_memory_bytes or 0) > terms.memory_bytes_max else 0.0


def _bonus(material: Material, terms: ClassicTerms) -> float:
    weight = material.role.weights.get(CONCURRENCY, 0.0)
    return terms.concurrency_bonus if weight > terms.concurrency_weight_above else 0.0


def _ends(material: Material, terms: ClassicTerms, level: float) -> tuple[float, float]:
    """The sum is all or nothing: what is uncertain is whether one more independent test would be passed, too,
    and whether the rules are right. A failed test stays one."""
    posterior = Posterior(share=material.outcome.share, effective_tests=material.outcome.effective_tests)
    fails = posterior.next_fails if material.outcome.is_accepted else 1.0
    counts: dict[str, int] = {}
    for finding in _anti_patterns(material):
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
    wrong = spread_occurrences((counts[rule], 1 - material.precision_of(rule)) for rule in sorted(counts))
    totals: dict[float, float] = {}
    for passing, probability in ((True, 1 - fails), (False, fails)):
        for count, chance in wrong.items():
            total = _total(material, terms, passing=passing, wrongly_charged=count)
            totals[total] = totals.get(total, 0.0) + probability * chance
    low, high = discrete_ends(totals, level)
    point = _total(material, terms, passing=material.outcome.is_accepted)
    return min(low, point), max(high, point)


def _deductions(material: Material, terms: ClassicTerms) -> list[tuple[str, Deduction]]:
    """Each with its competency. They add up to what the base has lost unless the sum was held to 0 or 100."""
    found = [
        (finding.competency, _of_finding(finding, terms, material.version_of_rules))
        for finding in _anti_patterns(material)
    ]
    name = material.rubric.name
    if charge := _memory_charge(material, terms):
        peak = material.trace.peak_memory_bytes
        reason = f"{peak:,} bytes at the peak; above {terms.memory_bytes_max:,} costs"
        found.append((MEMORY, _of_rubric(MEMORY_RULE, reason, charge, name)))
    if bonus := _bonus(material, terms):
        reason = f"the role's weight of concurrency exceeds {terms.concurrency_weight_above:g}: a bonus"
        found.append((CONCURRENCY, _of_rubric(BONUS_RULE, reason, -bonus, name)))
    return found


def _of_finding(finding: Finding, terms: ClassicTerms, version: str) -> Deduction:
    charge = rounded(terms.occurrence_charge, CHARGE_PLACES)
    return Deduction(
        rule=finding.rule,
        signal="occurrence",
        severity=finding.severity.value,
        reason=finding.message,
        charge=charge,
        points=charge,
        version=version,
        path=finding.path,
        start_line=finding.start_line,
        end_line=finding.end_line,
    )


def _of_rubric(rule: str, reason: str, charge: float, version: str) -> Deduction:
    points = rounded(charge, CHARGE_PLACES)
    return Deduction(
        rule=rule,
        signal=rule,
        severity=MEASURED,
        reason=reason,
        charge=points,
        points=points,
        version=version,
    )
