"""A score as JSON."""

from typing import Any

from assay.domain.score import CompetencyScore, Deduction, Score


def describe_score(score: Score) -> dict[str, Any]:
    """All of a score but the trace, which is a document of its own."""
    interval = score.correctness.interval
    document: dict[str, Any] = {
        "rubric": score.rubric,
        "role": score.role,
        "total": score.total,
        "interval": [score.interval.low, score.interval.high],
        "level": score.interval.level,
        "correctness": score.correctness.score,
        "correctness_interval": [interval.low, interval.high],
        "tests": {"passed": score.correctness.passed, "count": score.correctness.count},
        "competencies": {each.id: _competency(each) for each in score.competencies},
        "assessed_share": score.assessed_share,
        "complexity": _complexity(score),
        "remarks": list(score.remarks),
        "versions": dict(score.versions),
    }
    if score.classic is None:
        return document
    figures = score.classic
    return {
        **document,
        "pass_rate": figures.pass_rate,
        "anti_patterns": list(figures.anti_patterns),
        "trace_metrics": {
            "avg_latency_ms": figures.avg_latency_ms,
            "peak_memory_mb": figures.peak_memory_mb,
            "sync_blocking_calls": figures.sync_blocking_calls,
        },
    }


def _competency(competency: CompetencyScore) -> dict[str, Any]:
    result = (
        {"not_assessed": competency.not_assessed} if competency.score is None else {"score": competency.score}
    )
    return {
        **result,
        "title": competency.title,
        "weight": competency.weight,
        "deductions": [_deduction(each) for each in competency.deductions],
    }


def _deduction(deduction: Deduction) -> dict[str, Any]:
    document = vars(deduction).copy()
    path, start, end = (document.pop(name) for name in ("path", "start_line", "end_line"))
    return {**document, "path": path, "lines": None if start is None else [start, end]}


def _complexity(score: Score) -> dict[str, Any]:
    complexity = score.complexity
    document: dict[str, Any] = {
        "time_class": complexity.time_class,
        "confidence": complexity.confidence,
        "also_possible": list(complexity.also_possible),
    }
    return document if not complexity.not_assessed else {**document, "not_assessed": complexity.not_assessed}
