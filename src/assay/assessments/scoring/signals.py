"""What each signal of a rubric charges, and why; or why it could not be assessed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import assert_never

from assay.domain.finding import Analysis, Finding
from assay.domain.rubric import (
    POINTS_MAX,
    FindingsSignal,
    Measure,
    MetricSignal,
    RatioSignal,
    Rubric,
    Signal,
)
from assay.domain.trace import Aspect, ExecutionTrace, ReferenceComparison

MEASURED = "measured"  # the "severity" of a charge that no rule gave


@dataclass(frozen=True, kw_only=True)
class Charge:
    """`points` of the signal's 100. `finding` is None for what was measured."""

    rule: str
    severity: str
    reason: str
    points: float
    finding: Finding | None = None


@dataclass(frozen=True, kw_only=True)
class SignalReading:
    """What a signal says of one program. `not_assessed` is why it says nothing, "" when it does."""

    signal: Signal
    charges: tuple[Charge, ...] = ()
    not_assessed: str = ""

    @cached_property
    def loss(self) -> float:
        """The share of the signal that is lost, 0 to 1."""
        return self._lost([charge.points for charge in self.charges])

    def loss_without(self, rule: str) -> float:
        """The same had this rule found nothing."""
        return self._lost([charge.points for charge in self.charges if charge.rule != rule])

    @cached_property
    def scale(self) -> float:
        """What charges are to be multiplied with to add up to what is lost: below 1 when all of it is."""
        total = fsum(charge.points for charge in self.charges)
        return POINTS_MAX / total if total > POINTS_MAX else 1.0

    @staticmethod
    def _lost(points: list[float]) -> float:
        return min(POINTS_MAX, fsum(points)) / POINTS_MAX


def read_signals(
    rubric: Rubric, analysis: Analysis, trace: ExecutionTrace, *, may_charge: Callable[[str], bool]
) -> Mapping[str, SignalReading]:
    """All signals of the rubric, by their ids. What a rule found that may not charge costs nothing."""
    return {signal.id: _read(signal, analysis, trace, may_charge) for signal in rubric.signals}


def _read(
    signal: Signal, analysis: Analysis, trace: ExecutionTrace, may_charge: Callable[[str], bool]
) -> SignalReading:
    if not analysis.parsed:
        # Its costs could be told. But who cannot be read is scored on correctness alone, whatever it costs.
        return SignalReading(signal=signal, not_assessed=f"the program could not be read: {analysis.why_not}")
    match signal:
        case FindingsSignal():
            return _read_findings(signal, analysis, may_charge)
        case RatioSignal():
            return _read_ratio(signal, trace)
        case MetricSignal():
            return _read_metric(signal, analysis)
        case _:
            assert_never(signal)


def in_order(findings: tuple[Finding, ...]) -> list[Finding]:
    """By their places, then by all that they say, so that no score depends on who found what first."""
    return sorted(
        findings,
        key=lambda each: (
            each.path,
            each.start_line,
            each.end_line,
            each.rule,
            each.competency,
            each.severity.value,
            each.message,
        ),
    )


def _read_findings(
    signal: FindingsSignal, analysis: Analysis, may_charge: Callable[[str], bool]
) -> SignalReading:
    findings = [each for each in in_order(analysis.findings) if each.competency == signal.findings_of]
    if not findings and signal.needs is not None and analysis.metrics.get(signal.needs, 0) <= 0:
        return SignalReading(signal=signal, not_assessed="the program has no occasion for it")
    room: dict[str, float] = {}
    charges: list[Charge] = []
    for finding in findings:
        left = room.get(finding.rule, signal.rule_charge_max if may_charge(finding.rule) else 0.0)
        points = min(left, signal.charges[finding.severity])
        room[finding.rule] = left - points
        charges.append(
            Charge(
                rule=finding.rule,
                severity=finding.severity.value,
                reason=finding.message,
                points=points,
                finding=finding,
            )
        )
    return SignalReading(signal=signal, charges=tuple(charges))


def _read_ratio(signal: RatioSignal, trace: ExecutionTrace) -> SignalReading:
    ratios = {
        each.reference: ratio
        for each in trace.references
        if each.same_language and (ratio := _ratio(each, signal.ratio_of)) is not None
    }
    if not ratios:
        why = trace.not_assessed.get(Aspect.REFERENCES)
        return SignalReading(
            signal=signal, not_assessed=why or "no reference in the same language shows what the tests cost"
        )
    # The nearest: who solves a problem in another way than most references is no worse for it.
    reference, ratio = min(ratios.items(), key=lambda item: (item[1], item[0]))
    lost = signal.ramp.loss(ratio) * POINTS_MAX
    if not lost:
        return SignalReading(signal=signal)
    reason = (
        f"{ratio:.1f} times the {_WHAT[signal.ratio_of]} of {reference}; {signal.ramp.free_up_to:g} is free"
    )
    return SignalReading(signal=signal, charges=(_measured(signal, reason, lost),))


def _ratio(reference: ReferenceComparison, measure: Measure) -> float | None:
    match measure:
        case Measure.CPU_TIME:
            return reference.time_ratio
        case Measure.MEMORY:
            return reference.memory_ratio
        case _:
            assert_never(measure)


_WHAT = {Measure.CPU_TIME: "CPU time", Measure.MEMORY: "memory"}


def _read_metric(signal: MetricSignal, analysis: Analysis) -> SignalReading:
    value = analysis.metrics.get(signal.metric)
    if value is None:
        return SignalReading(signal=signal, not_assessed=f"{signal.metric} is not measured in this language")
    lost = signal.ramp.loss(value) * POINTS_MAX
    if not lost:
        return SignalReading(signal=signal)
    reason = f"{signal.metric} is {value:g}; {signal.ramp.free_up_to:g} is free"
    return SignalReading(signal=signal, charges=(_measured(signal, reason, lost),))


def _measured(signal: Signal, reason: str, points: float) -> Charge:
    return Charge(rule=signal.id, severity=MEASURED, reason=reason, points=points)
