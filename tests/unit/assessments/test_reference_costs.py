"""All submissions of a problem are compared with the same costs of its model solution, if with any."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from assay.assessments import reference_costs
from assay.assessments.reference_costs import KEPT_SECONDS, ReferenceCosts
from assay.assessments.tracing import Program, References, trace_of_runs
from assay.assessments.tracing.measuring import Input
from assay.domain.judgement import Decision, Judgement
from assay.domain.jury import DataRef, JuryFile, JuryProgram
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile, Submission
from assay.domain.verdict import Verdict
from assay.errors import Unavailable
from assay.languages import load_catalogue
from tests.contract.houses import problem
from tests.unit.assessments.evidence.assessed import assessment, run

PYTHON = load_catalogue().get("python3")
FILES = (SourceFile(name="main.py", content=b"x\n"),)
MODEL = JuryProgram(
    name="submissions/accepted/model.py",
    files=(JuryFile(name="model.py", content=DataRef("0" * 64)),),
    language_id="python3",
)
INPUTS = {f"secret/{ordinal}": Input(bytes=10, first_integer=None) for ordinal in (1, 2, 3)}
OURS = assessment().decision
SUBMISSION = Submission(
    id="s1",
    problem_id="sum",
    problem_version="v1",
    language_id="python3",
    files=FILES,
    user_id=None,
    tenant=None,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
JUDGEMENT = Judgement(
    id="j1",
    submission_id="s1",
    generation=1,
    decision=OURS,
    started_at=SUBMISSION.created_at,
    ended_at=SUBMISSION.created_at,
)


def with_model(version: str = "v1", **changes: Any) -> Problem:
    return replace(problem(version=version), model_solution=replace(MODEL, **changes))


class Jury:
    """Judges model solutions, and counts how often."""

    def __init__(self, verdict: Verdict = Verdict.AC) -> None:
        self.judged: list[str] = []
        self.now = 0.0
        self._decision = replace(
            OURS, verdict=verdict, runs=tuple(replace(run(n), cpu_time_ms=100) for n in (1, 2, 3))
        )
        self.until: Callable[[], Awaitable[object]] | None = None

    async def __call__(self, of: Problem) -> tuple[Program, Decision]:
        self.judged.append(of.version)
        await asyncio.sleep(0)
        if self.until is not None:
            await self.until()
        return Program(name=MODEL.name, files=FILES, language=PYTHON), self._decision

    def costs(self) -> ReferenceCosts:
        return ReferenceCosts(self, host_class="x86_64", seconds=lambda: self.now)


async def of(costs: ReferenceCosts, problem: Problem) -> References:
    return await costs.of(SUBMISSION, JUDGEMENT, problem, INPUTS)


async def test_a_submission_is_compared_with_the_model_solution() -> None:
    references = await of(Jury().costs(), with_model())
    slow = tuple(replace(each, cpu_time_ms=300) for each in OURS.runs)
    trace = trace_of_runs(slow, INPUTS, language=PYTHON, references=references)
    (compared,) = trace.references
    assert (compared.reference, compared.same_language) == (MODEL.name, True)
    assert compared.time_ratio == 3.0
    assert compared.memory_ratio == 1.0
    assert "references" not in trace.not_assessed
    assert "counts" in trace.not_assessed


async def test_it_is_judged_once_for_all_and_again_when_that_is_long_ago() -> None:
    jury = Jury()
    costs = jury.costs()
    found = await asyncio.gather(*(of(costs, with_model()) for _ in range(5)))
    assert jury.judged == ["v1"]
    assert all(each is found[0] for each in found), "everybody is compared with the same"
    jury.now = KEPT_SECONDS - 1
    await of(costs, with_model())
    assert jury.judged == ["v1"]
    jury.now = KEPT_SECONDS
    await of(costs, with_model())
    await of(costs, with_model("v2"))
    assert jury.judged == ["v1", "v1", "v2"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (problem(), "the problem's package names no model solution"),
        (with_model(language_id="cpp"), "the model solution is in another language, cpp"),
    ],
)
async def test_where_there_is_nothing_to_compare_with_nothing_is_run(given: Problem, why: str) -> None:
    jury = Jury()
    references = await of(jury.costs(), given)
    assert references.why_none == why
    assert jury.judged == []
    trace = trace_of_runs(OURS.runs, INPUTS, references=references)
    assert (trace.references, trace.not_assessed["references"]) == ((), why)


async def test_machines_of_two_classes_are_not_compared() -> None:
    jury = Jury()
    costs = ReferenceCosts(jury, host_class="another", seconds=lambda: 0.0)
    assert "another class of machine" in (await of(costs, with_model())).why_none
    assert jury.judged == []


async def test_a_model_solution_that_fails_is_no_measure() -> None:
    jury = Jury(Verdict.TLE)
    costs = jury.costs()
    for _ in range(2):
        assert "not accepted here" in (await of(costs, with_model())).why_none
    assert jury.judged == ["v1"]


async def test_a_score_waits_no_longer_than_its_lease_lets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_costs, "WAIT_SECONDS_MAX", 0.01)
    jury = Jury()
    jury.until = asyncio.Event().wait
    costs = jury.costs()
    assert "soon enough" in (await of(costs, with_model())).why_none
    jury.until = None
    assert (await of(costs, with_model())).timed, "the next one may have it"


async def test_a_fault_of_ours_is_none_of_the_model_solution_s() -> None:
    jury = Jury()

    async def fail() -> None:
        raise Unavailable("the sandbox failed")

    jury.until = fail
    costs = jury.costs()
    with pytest.raises(Unavailable):
        await of(costs, with_model())
    jury.until = None
    assert (await of(costs, with_model())).timed
