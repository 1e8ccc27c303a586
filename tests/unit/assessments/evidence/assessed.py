"""An assessment of a small program, whole."""

from dataclasses import replace
from typing import Any

from assay.assessments.evidence.assessment import Assessment, parts_of
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import RulePrecision
from assay.assessments.tracing import trace_of_runs
from assay.assessments.tracing.measuring import Input
from assay.domain.evidence import Candidate, Part
from assay.domain.finding import Analysis, Finding, Severity
from assay.domain.judgement import Decision, Evidence, GroupResult, Run
from assay.domain.submission import SourceFile, source_digest
from assay.domain.verdict import Verdict

FILES = (SourceFile(name="a b/\xfc.py", content=b"import time\n\n\nasync def f():\n    time.sleep(1)\n"),)
CANDIDATE = Candidate(tenant="t", user_id="ada", submission_id="s1")
JURY = "for the jury alone"
JOB = "s1/1"


def run(ordinal: int, verdict: Verdict = Verdict.AC) -> Run:
    return Run(
        ordinal=ordinal,
        test_name=f"secret/{ordinal}",
        verdict=verdict,
        cpu_time_ms=10 * ordinal,
        wall_time_ms=20 * ordinal,
        memory_bytes=1 << 20,
        exit_code=None if verdict is Verdict.RTE else 0,
        signal=11 if verdict is Verdict.RTE else None,
        message="",
        score=None,
        output="4 5\x00\n",
        judge_message="" if verdict is Verdict.AC else JURY,
    )


def assessment(**changes: Any) -> Assessment:
    runs = (run(1), run(2), run(3, Verdict.WA))
    made = Assessment(
        problem_id="sum",
        language_id="python3",
        files=FILES,
        decision=Decision(
            verdict=Verdict.WA,
            runs=runs,
            test_count=3,
            compile_output="",
            message="line 1: not the expected output",
            evidence=Evidence(
                source_sha256=source_digest(FILES),
                problem_version="v1",
                language_version="Python 3.11.2",
                limits={"cpu_time_ms": 1000},
                sandbox="cell 1",
                host_class="x86_64",
            ),
            groups=(GroupResult(name="", verdict=Verdict.WA, score=None, max_score=None),),
        ),
        all_tests=True,
        analysis=Analysis(
            language="python3",
            findings=(
                Finding(
                    rule="sync_blocking_in_async_context",
                    competency="concurrency",
                    severity=Severity.MAJOR,
                    message="blocks",
                    path="a b/\xfc.py",
                    start_line=5,
                    end_line=5,
                ),
            ),
            metrics={"functions": 1.0, "concurrency_sites": 1.0},
            parsed=True,
            why_not=None,
            versions={"rules": "r1", "tree-sitter-python": "0.25.0"},
        ),
        trace=trace_of_runs(
            runs, {each.test_name: Input(bytes=10**each.ordinal, first_integer=None) for each in runs}
        ),
        rubric=shipped_rubric("default@1"),
        role="generalist",
        precision={"sync_blocking_in_async_context": RulePrecision(right=40, wrong=1)},
    )
    return replace(made, **changes)


def parts(made: Assessment | None = None) -> dict[Part, Any]:
    made = made or assessment()
    return parts_of(made, made.scored(), job=JOB, candidate=CANDIDATE)
