"""Analysis and scoring of 200 lines, once everything is warm: elapsed, and what of it is the score."""

import os
from pathlib import Path
from statistics import median
import threading
import time

from assay.analysis import Analyser
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import describe_score, score
from assay.domain.finding import Analysis
from benchmarks.scoring.subjects import LINES, SUBJECTS, decision, trace

TARGET_MS = 60.0
ROUNDS = 60
WARM_ROUNDS = 5
MILLISECONDS = 1000.0


def _scored(analysis: Analysis) -> dict[str, object]:
    return describe_score(
        score(
            decision(),
            analysis=analysis,
            trace=trace(),
            rubric=shipped_rubric("default"),
            role="backend",
            precision={},
        )
    )


def _cpu_seconds() -> float:
    """Of this process and of the child that looks at programs, which has no child of its own."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    ticks = 0
    for child in children:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # proc(5): utime and stime
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    with Analyser() as analyser:
        for language, source in SUBJECTS.items():
            wholes: list[float] = []
            scorings: list[float] = []
            found = 0
            cpu = 0.0
            for number in range(ROUNDS + WARM_ROUNDS):
                if number == WARM_ROUNDS:
                    cpu = _cpu_seconds()
                began = time.perf_counter()
                analysis = analyser.analyse(source, language=language, path="subject")
                looked = time.perf_counter()
                _scored(analysis)
                ended = time.perf_counter()
                assert analysis.parsed, analysis.why_not
                found = len(analysis.findings)
                if number >= WARM_ROUNDS:
                    wholes.append((ended - began) * MILLISECONDS)
                    scorings.append((ended - looked) * MILLISECONDS)
            cpu_ms = (_cpu_seconds() - cpu) / ROUNDS * MILLISECONDS
            wholes.sort()
            print(
                f"{language:12} {LINES} lines, {found:3} findings: {median(wholes):5.1f} ms "
                f"(p95 {wholes[int(len(wholes) * 0.95)]:.1f}) of {TARGET_MS:g} allowed; "
                f"scoring alone {median(scorings):.1f} ms; {cpu_ms:.1f} ms of CPU"
            )
