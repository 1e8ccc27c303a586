"""Evidence about programs that nobody ran: judgements, analyses and traces as a test needs them."""

from collections.abc import Mapping, Sequence

from assay.domain.finding import Analysis, Finding, Severity
from assay.domain.judgement import Decision, Evidence, GroupResult, Run
from assay.domain.trace import (
    ComplexityClass,
    ExecutionTrace,
    Fit,
    Growth,
    GrowthPoint,
    ReferenceComparison,
    SizeMeasure,
    TestTrace,
)
from assay.domain.verdict import Verdict

MEGABYTE = 1_000_000
EVIDENCE = Evidence(
    source_sha256="5" * 64,
    problem_version="sha256:problem",
    language_version="Python 3.11.2",
    limits={},
    sandbox="cell 1",
    host_class="x86_64; a CPU; 2 cores",
)
METRICS = {"cyclomatic_max": 4.0}
FEW_MS = 12


def decision(
    passes: Sequence[bool],
    *,
    test_count: int | None = None,
    verdict: Verdict | None = None,
    group: str = "secret",
    score: float | None = None,
    groups: tuple[GroupResult, ...] = (),
    memory_bytes: int = 10 * MEGABYTE,
) -> Decision:
    """A judgement of tests that were passed or not."""
    runs = tuple(
        Run(
            ordinal=ordinal,
            test_name=f"{group}/{ordinal}",
            verdict=Verdict.AC if passed else Verdict.WA,
            cpu_time_ms=FEW_MS,
            wall_time_ms=FEW_MS,
            memory_bytes=memory_bytes,
            exit_code=0,
            signal=None,
            message="",
        )
        for ordinal, passed in enumerate(passes, start=1)
    )
    count = len(runs) if test_count is None else test_count
    accepted = all(passes) and count == len(runs)
    return Decision(
        verdict=verdict or (Verdict.AC if accepted else Verdict.WA),
        runs=runs,
        test_count=count,
        compile_output="",
        message="",
        evidence=EVIDENCE,
        score=score,
        groups=groups,
    )


def finding(
    rule: str, competency: str, severity: Severity = Severity.MAJOR, *, line: int = 1, path: str = "a.py"
) -> Finding:
    return Finding(
        rule=rule,
        competency=competency,
        severity=severity,
        message=f"{rule} is not good",
        path=path,
        start_line=line,
        end_line=line,
    )


def analysis(
    findings: Sequence[Finding] = (),
    *,
    metrics: Mapping[str, float] = METRICS,
    why_not: str | None = None,
    language: str | None = "python3",
) -> Analysis:
    return Analysis(
        language=language,
        findings=tuple(findings),
        metrics={} if why_not else metrics,
        parsed=why_not is None,
        why_not=why_not,
        versions={"rules": "sha256:rules"},
    )


def trace(
    *,
    memory_bytes: int = 10 * MEGABYTE,
    tests: int = 4,
    time_ratio: float | None = None,
    memory_ratio: float | None = None,
    same_language: bool = True,
    fit: Fit | None = None,
) -> ExecutionTrace:
    """So many tests, each larger than the one before."""
    points = tuple(
        GrowthPoint(size=10**n, cpu_time_ns=10**n * 1000, memory_bytes=memory_bytes)
        for n in range(1, tests + 1)
    )
    references = (
        ReferenceComparison(
            reference="accepted/good.py",
            language_id="python3",
            same_language=same_language,
            time_ratio=time_ratio,
            memory_ratio=memory_ratio,
            time_class=ComplexityClass.LINEAR,
        ),
    )
    return ExecutionTrace(
        tests=tuple(
            TestTrace(
                test=f"secret/{n}",
                verdict=Verdict.AC,
                input_bytes=10**n,
                first_integer=None,
                cpu_time_ns=10**n * 1000,
                wall_time_ns=10 * 1_000_000,
                memory_bytes=memory_bytes,
                runs=1,
                is_whole=True,
            )
            for n in range(1, tests + 1)
        ),
        growth=Growth(measure=SizeMeasure.BYTES, points=points, time=fit, memory=None),
        references=() if time_ratio is None and memory_ratio is None else references,
        not_assessed={} if fit else {"time_growth": "the sizes of the tests do not differ enough"},
    )


LINEAR_FIT = Fit(
    complexity_class=ComplexityClass.LINEAR,
    confidence=0.93,
    base=0.0,
    factor=10_000_000.0,
    size_max=10_000,
    also_possible=(ComplexityClass.LINEARITHMIC,),
)
