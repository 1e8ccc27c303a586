"""A rubric as a document, and its digest: of what it says, not of how its file is written."""

import hashlib
from typing import Any, assert_never

import rfc8785

from assay.domain.rubric import FindingsSignal, MetricSignal, Ramp, RatioSignal, Rubric, Signal


def rubric_document(rubric: Rubric) -> dict[str, Any]:
    """All of a rubric in the fields of its YAML; `parse_rubric` reads it back as an equal rubric."""
    document: dict[str, Any] = {
        "rubric": rubric.id,
        "version": rubric.version,
        "title": rubric.title,
        "about": rubric.about,
        "arithmetic": rubric.arithmetic.value,
        "uncertainty": vars(rubric.uncertainty),
        "roles": {role.id: {"title": role.title, "weights": dict(role.weights)} for role in rubric.roles},
    }
    if rubric.classic is not None:
        return {**document, "classic": vars(rubric.classic)}
    return {
        **document,
        "correctness_share": rubric.correctness_share,
        "signals": {signal.id: _signal_document(signal) for signal in rubric.signals},
        "competencies": {
            competency.id: {
                "title": competency.title,
                "parts": {part.of: part.weight for part in competency.parts},
            }
            for competency in rubric.competencies
        },
    }


def rubric_digest(rubric: Rubric) -> str:
    """ "sha256:…" over the document as canonical JSON (RFC 8785): the same in any layout, on any machine."""
    return "sha256:" + hashlib.sha256(rfc8785.dumps(rubric_document(rubric))).hexdigest()


def _signal_document(signal: Signal) -> dict[str, Any]:
    match signal:
        case FindingsSignal():
            needs = {} if signal.needs is None else {"needs": signal.needs}
            return {
                "title": signal.title,
                "findings_of": signal.findings_of,
                "charges": {severity.value: charge for severity, charge in signal.charges.items()},
                "rule_charge_max": signal.rule_charge_max,
                **needs,
            }
        case RatioSignal():
            return {"title": signal.title, "ratio_of": signal.ratio_of.value, **_ramp(signal.ramp)}
        case MetricSignal():
            return {"title": signal.title, "metric": signal.metric, **_ramp(signal.ramp)}
        case _:
            assert_never(signal)


def _ramp(ramp: Ramp) -> dict[str, float]:
    return {"free_up_to": ramp.free_up_to, "lost_from": ramp.lost_from}
