"""The same evidence gives the same score: in any order, in any locale, in whatever process."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
from random import Random
import subprocess
import sys

import pytest

from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import describe_score, score
from assay.domain.finding import COMPETENCIES, Severity
from tests.unit.assessments.programs import LINEAR_FIT, analysis, decision, finding, trace

ROOT = Path(__file__).resolve().parents[4]


def results(seed: int) -> list[str]:
    """Scores of forty made-up programs, in the order of the programs, found in another order each time."""
    told = {}
    programs = list(range(40))
    Random(seed).shuffle(programs)  # noqa: S311  an order that comes again, and no secret
    for program in programs:
        chance = Random(program)  # noqa: S311
        found = [
            finding(
                f"r{chance.randrange(9)}",
                chance.choice(COMPETENCIES),
                chance.choice(list(Severity)),
                line=line,
            )
            for line in range(1, chance.randrange(2, 30))
        ]
        Random(seed).shuffle(found)  # noqa: S311
        result = score(
            decision([chance.random() < 0.8 for _ in range(13)]),
            analysis=analysis(found),
            trace=trace(time_ratio=1 + program / 7, memory_ratio=0.9, fit=LINEAR_FIT),
            rubric=shipped_rubric("default"),
            role="backend",
            precision={},
        )
        told[program] = json.dumps(describe_score(result), ensure_ascii=False)
    return [told[program] for program in sorted(told)]


@pytest.fixture(scope="module")
def here() -> list[str]:
    return results(0)


def test_the_order_of_programs_and_of_findings_changes_nothing(here: list[str]) -> None:
    assert all(results(seed) == here for seed in range(1, 4))
    assert len(set(here)) == len(here)


def _elsewhere(locale: str, seed: int) -> "subprocess.Popen[str]":
    environment = {**os.environ, "LC_ALL": locale, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.assessments.scoring.test_one_result", str(seed)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def others() -> Iterator[list["subprocess.Popen[str]"]]:
    """Two workers at once, each with a locale and a seed of its hashes."""
    processes = [_elsewhere("C", 1), _elsewhere("C.UTF-8", 2)]
    yield processes
    for process in processes:
        process.communicate()


def test_other_processes_in_other_locales_say_the_same(
    here: list[str], others: list["subprocess.Popen[str]"]
) -> None:
    for process in others:
        told, _ = process.communicate(timeout=120)
        assert json.loads(told) == here


if __name__ == "__main__":
    print(json.dumps(results(int(sys.argv[1]))))
