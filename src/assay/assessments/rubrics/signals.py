"""The signals of a rubric's YAML: which kind each is, and its bounds.

error_handling: {title: …, findings_of: error_handling, charges: {info: 4, …}, rule_charge_max: 50}
cpu_time:       {title: …, ratio_of: cpu_time, free_up_to: 2, lost_from: 10}
branching:      {title: …, metric: cyclomatic_max, free_up_to: 15, lost_from: 60}
"""

from assay.assessments.rubrics.metrics import INFORMATIVE, METRICS
from assay.assessments.rubrics.required import entries, required_number, required_text
from assay.domain.finding import COMPETENCIES, Severity
from assay.domain.rubric import (
    POINTS_MAX,
    FindingsSignal,
    Measure,
    MetricSignal,
    Ramp,
    RatioSignal,
    Signal,
)
from assay.problems.fields import Fields

_KINDS = ("findings_of", "ratio_of", "metric")
_RATIO_MAX = 1e6
_METRIC_MAX = 1e12


def read_signals(fields: Fields) -> tuple[Signal, ...]:
    """All signals that are right; the others are reported."""
    found = [_read(signal_id, entry) for signal_id, entry in entries(fields, "signals")]
    return tuple(signal for signal in found if signal is not None)


def _read(signal_id: str, fields: Fields) -> Signal | None:
    title = required_text(fields, "title") or ""
    kinds = [kind for kind in _KINDS if kind in fields]
    if len(kinds) != 1:
        fields.error(
            "title", f"belongs to a signal of no or of several kinds; give one of {', '.join(_KINDS)}"
        )
        return None
    signal: Signal | None
    match kinds[0]:
        case "findings_of":
            signal = _findings(signal_id, title, fields)
        case "ratio_of":
            signal = _ratio(signal_id, title, fields)
        case _:
            signal = _metric(signal_id, title, fields)
    fields.finish(what="field of such a signal")
    return signal


def _findings(signal_id: str, title: str, fields: Fields) -> FindingsSignal | None:
    of = required_text(fields, "findings_of")
    if of is not None and of not in COMPETENCIES:
        fields.error("findings_of", f"no rule is about {of!r}; rules are about {', '.join(COMPETENCIES)}")
    charges = _charges(fields)
    bound = required_number(fields, "rule_charge_max", above=True, at_most=POINTS_MAX)
    needs = fields.text("needs")
    if needs is not None:
        _check_metric(fields, "needs", needs)
    if of is None or of not in COMPETENCIES or charges is None or bound is None:
        return None
    return FindingsSignal(
        id=signal_id, title=title, findings_of=of, charges=charges, rule_charge_max=bound, needs=needs
    )


def _charges(fields: Fields) -> dict[Severity, float] | None:
    """A charge for each severity. What weighs more is not charged less: else a finding that somebody calls
    worse would raise a score."""
    inner = fields.fields("charges")
    if inner is None:
        fields.error("charges", f"is missing; give points for {', '.join(Severity)}")
        return None
    found = {severity: required_number(inner, severity, at_most=POINTS_MAX) for severity in Severity}
    inner.finish(what="severity")
    charges = {severity: charge for severity, charge in found.items() if charge is not None}
    if len(charges) < len(Severity):
        return None
    if list(charges.values()) != sorted(charges.values()):
        inner.error(Severity.INFO, "the charges must rise from info over minor to major")
        return None
    return charges


def _ratio(signal_id: str, title: str, fields: Fields) -> RatioSignal | None:
    of = required_text(fields, "ratio_of")
    measures = {measure.value: measure for measure in Measure}
    if of is not None and of not in measures:
        fields.error("ratio_of", f"{of!r} is not compared with references; {', '.join(measures)} are")
    ramp = _ramp(fields, _RATIO_MAX)
    if of not in measures or ramp is None:
        return None
    if ramp.free_up_to < 1:
        fields.error("free_up_to", "must be at least 1: what costs no more than a reference costs no points")
        return None
    return RatioSignal(id=signal_id, title=title, ratio_of=measures[of], ramp=ramp)


def _metric(signal_id: str, title: str, fields: Fields) -> MetricSignal | None:
    metric = required_text(fields, "metric")
    ramp = _ramp(fields, _METRIC_MAX)
    if metric is None or ramp is None:
        return None
    _check_metric(fields, "metric", metric)
    return MetricSignal(id=signal_id, title=title, metric=metric, ramp=ramp)


def _check_metric(fields: Fields, field: str, metric: str) -> None:
    """Else a signal with a slip of the pen would never be assessed, and nobody would know."""
    if metric in INFORMATIVE:
        fields.error(field, f"{metric} is informative, and never costs anything")
    elif metric not in METRICS:
        fields.error(field, f"there is no metric {metric[:50]!r}; there are {', '.join(sorted(METRICS))}")


def _ramp(fields: Fields, at_most: float) -> Ramp | None:
    free = required_number(fields, "free_up_to", at_most=at_most)
    lost = required_number(fields, "lost_from", at_most=at_most)
    if free is None or lost is None:
        return None
    if free >= lost:
        fields.error("lost_from", f"must be more than free_up_to, which is {free:g}")
        return None
    return Ramp(free_up_to=free, lost_from=lost)
