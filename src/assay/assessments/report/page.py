"""The page: what is shown, in which order, and in which words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assay.assessments.report import drawing
from assay.assessments.report.code import Numbered, marked_code
from assay.assessments.report.drawing import Bar, ColumnChart, CurveChart, Measured
from assay.assessments.tracing.fitting import shape
from assay.domain.limits import BYTES_PER_MIB, MILLISECONDS_PER_SECOND
from assay.domain.rubric import Rubric
from assay.domain.score import Score
from assay.domain.submission import SourceFile
from assay.domain.trace import NANOSECONDS_PER_MILLISECOND, ExecutionTrace, Fit, TestTrace
from assay.domain.verdict import Verdict

_DEDUCTIONS_MAX = 500  # what is charged is bounded; occurrences that cost nothing any more are not
_WHOLE_FROM = 100  # digits after the point say nothing there
_POWERS_FROM = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a page is made of. `source` is the main file as it was judged, `others` are the further ones."""

    problem: str
    file_name: str
    source: bytes
    verdict: Verdict
    score: Score
    rubric: Rubric
    trace: ExecutionTrace
    others: tuple[SourceFile, ...] = ()


def html_report(report: Report) -> str:
    """The whole page. Pure: the same report gives the same bytes."""
    templates = Environment(
        loader=FileSystemLoader(str(resources.files("assay.assessments.report") / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        number=_number, percent=_percent, milliseconds=_in_ms, mebibytes=_in_mib, passages=_passages
    )
    deductions = _in_order(report)
    tests = report.trace.tests
    return templates.get_template("report.html").render(
        report=report,
        score=report.score,
        trace=report.trace,
        rubric=report.rubric,
        deductions=deductions,
        left_out=len(report.score.deductions) - len(deductions),
        by_competency={
            each.id: [numbered for numbered in deductions if numbered.competency == each.id]
            for each in report.score.competencies
        },
        codes=[
            marked_code(report.file_name, report.source, deductions),
            *(
                marked_code(each.name, each.content, deductions, file=number)
                for number, each in enumerate(report.others, start=2)
            ),
        ],
        area=drawing,
        time_chart=_time_chart(tests),
        memory_chart=_memory_chart(tests),
        growth_chart=_growth_chart(report.trace),
    )


def _in_order(report: Report) -> tuple[Numbered, ...]:
    """By file and line, what was measured last, numbered from 1; so the numbers rise along the code.

    Of too many, those that are charged, and the first ones.
    """
    files = {each.name: number for number, each in enumerate(report.others, start=2)}
    found = [(each.id, deduction) for each in report.score.competencies for deduction in each.deductions]
    found.sort(key=lambda pair: pair[1].charge == 0)
    found = sorted(
        found[:_DEDUCTIONS_MAX],
        key=lambda pair: (
            pair[1].start_line is None,
            files.get(pair[1].path or "", 1),
            pair[1].start_line or 0,
            pair[1].rule,
            pair[0],
        ),
    )
    return tuple(
        Numbered(
            number=number,
            competency=competency,
            deduction=deduction,
            file=files.get(deduction.path or "", 1),
        )
        for number, (competency, deduction) in enumerate(found, start=1)
    )


def _time_chart(tests: Sequence[TestTrace]) -> ColumnChart:
    bars = _bars(tests, lambda test: test.cpu_time_ns / NANOSECONDS_PER_MILLISECOND, _in_ms)
    return drawing.column_chart(bars, label=_in_ms)


def _memory_chart(tests: Sequence[TestTrace]) -> ColumnChart:
    bars = _bars(tests, lambda test: test.memory_bytes / BYTES_PER_MIB, _in_mib)
    return drawing.column_chart(bars, label=_in_mib)


def _bars(
    tests: Sequence[TestTrace], value: Callable[[TestTrace], float], label: Callable[[float], str]
) -> list[Bar]:
    return [
        Bar(
            label=test.test.rpartition("/")[2],
            value=value(test),
            title=f"{test.test}: {label(value(test))}, {test.verdict.label}",
            has_failed=test.verdict is not Verdict.AC,
        )
        for test in tests
    ]


def _growth_chart(trace: ExecutionTrace) -> CurveChart | None:
    points = [
        Measured(
            size=point.size,
            value=point.cpu_time_ns / NANOSECONDS_PER_MILLISECOND,
            title=f"n = {point.size:,}: {_in_ms(point.cpu_time_ns / NANOSECONDS_PER_MILLISECOND)}",
        )
        for point in trace.growth.points
    ]
    fit = trace.growth.time
    curve = None if fit is None else _curve(fit)
    return drawing.curve_chart(points, curve, label_size=_as_size, label_value=_in_ms)


def _curve(fit: Fit) -> Callable[[float], float]:
    """The fit, in ms at a size."""

    def at(size: float) -> float:
        growing = shape(fit.complexity_class, size, fit.size_max, growth_base=fit.growth_base)
        return (fit.base + fit.factor * growing) / NANOSECONDS_PER_MILLISECOND

    return at


def _number(value: float) -> str:
    """ "87.9", "100"."""
    return f"{value:g}"


def _passages(text: str) -> list[tuple[str, bool]]:
    """A message in passages, and whether each is code: what is between two backticks is."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return [(text, False)]
    return [(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _in_ms(value: float) -> str:
    """Milliseconds, and from a second on seconds: "0.04 ms", "12.5 ms", "1.25 s", "1,200 s"."""
    if value >= MILLISECONDS_PER_SECOND:
        seconds = value / MILLISECONDS_PER_SECOND
        return f"{seconds:,.0f} s" if seconds >= _WHOLE_FROM else f"{seconds:.3g} s"
    return f"{value:.0f} ms" if value >= _WHOLE_FROM else f"{value:.3g} ms"


def _in_mib(value: float) -> str:
    return f"{value:,.0f} MiB" if value >= _WHOLE_FROM else f"{value:.3g} MiB"


def _as_size(value: float) -> str:
    """ "1,000", "10^6"."""
    return (
        f"{value:,.0f}" if value < _POWERS_FROM else f"{value:.0e}".replace("e+0", "·10^").replace("1·", "")
    )
