"""Analysis and scoring of 200 lines, once everything is warm: elapsed, and what of it is the score."""

from statistics import median
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


def main() -> None:
    with Analyser() as analyser:
        for language, source in SUBJECTS.items():
            wholes: list[float] = []
            scorings: list[float] = []
            found = 0
            for number in range(ROUNDS + WARM_ROUNDS):
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
            wholes.sort()
            print(
                f"{language:12} {LINES} lines, {found:3} findings: {median(wholes):5.1f} ms "
                f"(p95 {wholes[int(len(wholes) * 0.95)]:.1f}) of {TARGET_MS:g} allowed; "
                f"scoring alone {median(scorings):.1f} ms"
            )
