"""A trace as JSON, and back: whole numbers of nanoseconds and bytes, so that it is the same in any locale."""

from collections.abc import Mapping
from typing import Any

from assay.domain.trace import (
    CallClass,
    ComplexityClass,
    Counts,
    ExecutionTrace,
    Fit,
    Growth,
    GrowthPoint,
    ReferenceComparison,
    SizeMeasure,
    TestTrace,
)
from assay.domain.verdict import Verdict


def as_json(trace: ExecutionTrace) -> dict[str, Any]:
    """All of it. Keys are the nouns' own, classes are written like "O(n log n)"."""
    growth = trace.growth
    return {
        "tests": [_describe_test(test) for test in trace.tests],
        "growth": {
            "measure": None if growth.measure is None else growth.measure.value,
            "points": [vars(point) for point in growth.points],
            "time": _describe_fit(growth.time),
            "memory": _describe_fit(growth.memory),
        },
        "references": [
            {**vars(each), "time_class": None if each.time_class is None else each.time_class.value}
            for each in trace.references
        ],
        "not_assessed": dict(trace.not_assessed),
    }


def from_json(described: Mapping[str, Any]) -> ExecutionTrace:
    """The trace that `as_json` gave this for. Raises `ValueError`, `KeyError` or `TypeError` for anything
    else."""
    growth = described["growth"]
    return ExecutionTrace(
        tests=tuple(_test(each) for each in described["tests"]),
        growth=Growth(
            measure=None if growth["measure"] is None else SizeMeasure(growth["measure"]),
            points=tuple(GrowthPoint(**each) for each in growth["points"]),
            time=_fit(growth["time"]),
            memory=_fit(growth["memory"]),
        ),
        references=tuple(
            ReferenceComparison(**{**each, "time_class": _class(each["time_class"])})
            for each in described["references"]
        ),
        not_assessed=dict(described["not_assessed"]),
    )


def _describe_test(test: TestTrace) -> dict[str, Any]:
    counts = test.counts
    return {
        **vars(test),
        "verdict": test.verdict.value,
        "counts": None if counts is None else {**vars(counts), "system_calls": _by_class(counts)},
    }


def _by_class(counts: Counts) -> dict[str, int]:
    """Every class, also those without a call."""
    return {each.value: counts.system_calls.get(each, 0) for each in CallClass}


def _describe_fit(fit: Fit | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    return {
        **vars(fit),
        "complexity_class": fit.complexity_class.value,
        "also_possible": [each.value for each in fit.also_possible],
    }


def _test(described: Mapping[str, Any]) -> TestTrace:
    counts = described["counts"]
    if counts is not None:
        calls = {CallClass(name): count for name, count in counts["system_calls"].items()}
        counts = Counts(**{**counts, "system_calls": calls})
    return TestTrace(**{**described, "verdict": Verdict(described["verdict"]), "counts": counts})


def _fit(described: Mapping[str, Any] | None) -> Fit | None:
    if described is None:
        return None
    return Fit(
        **{
            **described,
            "complexity_class": ComplexityClass(described["complexity_class"]),
            "also_possible": tuple(ComplexityClass(each) for each in described["also_possible"]),
        }
    )


def _class(name: str | None) -> ComplexityClass | None:
    return None if name is None else ComplexityClass(name)
