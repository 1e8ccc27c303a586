"""A score for people at a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.domain.judgement import Decision
from assay.domain.score import CompetencyScore, Deduction, Interval, Score

_DEDUCTIONS_SHOWN = 100  # more than anybody reads at a terminal


def show_score(console: Console, score: Score, decision: Decision) -> None:
    """Total, competencies, each deduction, complexity, and what is to be known beside."""
    if score.deductions:
        console.print(_deductions(score))
        if len(score.deductions) > _DEDUCTIONS_SHOWN:
            console.print(f" and {len(score.deductions) - _DEDUCTIONS_SHOWN} more: --json has them")
        console.print()
    console.print(_competencies(score))
    console.print()
    for line in _sentences(score, decision):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def between(interval: Interval) -> str:
    """ "72.5 to 100"."""
    return f"{interval.low:g} to {interval.high:g}"


def _sentences(score: Score, decision: Decision) -> list[str]:
    correctness = score.correctness
    tests = f"{correctness.passed} of {correctness.count} tests, {decision.verdict.value}"
    lines = [
        f"{score.total:g} of 100 points by {score.rubric} for the role {score.role}",
        f"  to be believed: {between(score.interval)} ({score.interval.level:.0%})",
        f"  correctness {correctness.score:g}, {between(correctness.interval)}: {tests}",
    ]
    if not score.is_classic:
        lines.append(f"  {score.assessed_share:.0%} of the role's competencies could be assessed")
    complexity = score.complexity
    if complexity.time_class is None:
        lines.append(f"  growth of time not assessed: {complexity.not_assessed}")
    else:
        lines.append(f"  time grows like {complexity.time_class} (confidence {complexity.confidence:.0%})")
    if score.classic is not None:
        figures = score.classic
        lines += [
            f"  pass rate {figures.pass_rate:g}, {figures.avg_latency_ms:g} ms a test",
            f"  {figures.peak_memory_mb:g} MB at the peak, {figures.sync_blocking_calls} blocking calls",
            f"  anti-patterns: {', '.join(figures.anti_patterns) or 'none'}",
        ]
    return lines + [f"  {remark}" for remark in score.remarks]


def _competencies(score: Score) -> Table:
    table = Table("competency", box=None)
    table.add_column("weight", justify="right")
    table.add_column("score", justify="right")
    table.add_column("")
    before = ""
    for competency in score.competencies:
        table.add_row(
            Text(competency.title),
            f"{competency.weight:.0%}",
            "-" if competency.score is None else f"{competency.score:g}",
            Text(_why(competency, before)),
        )
        before = competency.not_assessed
    return table


def _why(competency: CompetencyScore, before: str) -> str:
    """Why it was not assessed; the same twice in a row is not written out."""
    if competency.score is not None:
        return ""
    return "as above" if competency.not_assessed == before else f"not assessed: {competency.not_assessed}"


def _deductions(score: Score) -> Table:
    table = Table(box=None)
    table.add_column("points", justify="right")
    for name in ("lines", "rule", "reason"):
        table.add_column(name)
    has_files = len({each.path for each in score.deductions if each.start_line is not None}) > 1
    costly = sorted(score.deductions, key=lambda each: each.charge == 0)[:_DEDUCTIONS_SHOWN]
    for deduction in sorted(costly, key=_by_place):
        table.add_row(
            f"{-deduction.points:+g}" if deduction.points else "0",
            Text(
                f"{deduction.path}:{place(deduction)}" if has_files and place(deduction) else place(deduction)
            ),
            Text(deduction.rule),
            Text(deduction.reason),
        )
    return table


def place(deduction: Deduction) -> str:
    """ "7", "7-9", or "" for what was measured."""
    start, end = deduction.start_line, deduction.end_line
    if start is None:
        return ""
    return f"{start}" if start == end else f"{start}-{end}"


def _by_place(deduction: Deduction) -> tuple[bool, str, int, str]:
    return deduction.start_line is None, deduction.path or "", deduction.start_line or 0, deduction.rule
