"""All submissions of a problem are compared with the same costs of its model solution, if with any."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from assay.assessments import reference_costs
from assay.assessments.reference_costs import FAULT_KEPT_SECONDS, KEPT_SECONDS, ReferenceCosts
from assay.assessments.tracing import Program, References, trace_of_runs
from assay.assessments.tracing.measuring import Input
from assay.domain.judgement import Decision, Judgement
from assay.domain.jury import DataRef, JuryFile, JuryProgram
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile, Submission
from assay.domain.verdict import Verdict
from assay.errors import Unavailable, UnknownLanguage
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


async def test_what_takes_longer_than_a_score_waits_is_judged_once_and_there_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reference_costs, "WAIT_SECONDS_MAX", 0.01)
    jury, ends = Jury(), asyncio.Event()
    jury.until = ends.wait
    costs = jury.costs()
    for _ in range(3):
        assert "soon enough" in (await of(costs, with_model())).why_none
    assert jury.judged == ["v1"], "it goes on beside the scores"
    ends.set()
    assert await until_timed(costs)
    assert jury.judged == ["v1"]
    jury.now = KEPT_SECONDS
    assert await until_timed(costs)
    assert jury.judged == ["v1", "v1"]


async def until_timed(costs: ReferenceCosts) -> bool:
    for _ in range(100):
        if (await of(costs, with_model())).timed:
            return True
    return False


async def begun() -> None:
    """Whatever can go on without anything else has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_comes_when_it_was_begun_long_ago_does_not_wait() -> None:
    jury = Jury()
    jury.until = asyncio.Event().wait
    costs = jury.costs()
    first = asyncio.create_task(of(costs, with_model()))
    await begun()
    jury.now = reference_costs.WAIT_SECONDS_MAX
    assert "soon enough" in (await of(costs, with_model())).why_none
    assert not first.done()
    first.cancel()
    await costs.close()


async def test_what_is_judged_ends_with_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_costs, "WAIT_SECONDS_MAX", 0.01)
    before = asyncio.all_tasks()
    jury = Jury()
    jury.until = asyncio.Event().wait
    costs = jury.costs()
    await of(costs, with_model())
    assert asyncio.all_tasks() != before
    await costs.close()
    assert asyncio.all_tasks() == before


async def test_no_problem_is_forgotten_while_its_model_solution_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reference_costs, "PROBLEMS_MAX", 1)
    jury, ends = Jury(), asyncio.Event()
    jury.until = ends.wait
    costs = jury.costs()
    scores = [asyncio.create_task(of(costs, with_model(version))) for version in ("v1", "v2", "v1", "v2")]
    await begun()
    ends.set()
    assert all(each.timed for each in await asyncio.gather(*scores))
    assert jury.judged == ["v1", "v2"]
    await of(costs, with_model("v3"))
    await of(costs, with_model("v1"))
    assert jury.judged == ["v1", "v2", "v3", "v1"], "what is done is forgotten when others come"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Unavailable("Java is not installed here"), "Java is not installed here"),
        (UnknownLanguage("no such language", field="language"), "no such language"),
        (OSError(5, "Input/output error", "/srv/blobs/ab"), "Input/output error"),
        (TimeoutError(), "TimeoutError"),
    ],
)
async def test_no_fault_of_a_comparison_keeps_a_score_from_being_made(fault: Exception, words: str) -> None:
    jury = Jury()

    async def fail() -> None:
        raise fault

    jury.until = fail
    costs = jury.costs()
    for _ in range(2):
        why = (await of(costs, with_model())).why_none
        assert why == f"the model solution could not be judged: {words}"
    assert jury.judged == ["v1"], "it is not begun anew at once"
    jury.until = None
    jury.now = FAULT_KEPT_SECONDS
    assert (await of(costs, with_model())).timed


async def test_a_fault_that_the_sandbox_reports_passes() -> None:
    jury = Jury(Verdict.JE)
    costs = jury.costs()
    assert "not accepted here" in (await of(costs, with_model())).why_none
    jury.now = FAULT_KEPT_SECONDS
    await of(costs, with_model())
    assert jury.judged == ["v1", "v1"]


async def test_a_bug_is_met_by_a_score_even_where_none_waited_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_costs, "WAIT_SECONDS_MAX", 0.01)
    jury, ends = Jury(), asyncio.Event()

    async def fail() -> None:
        await ends.wait()
        raise ValueError("a bug")

    jury.until = fail
    costs = jury.costs()
    assert "soon enough" in (await of(costs, with_model())).why_none
    ends.set()
    await asyncio.sleep(0.01)
    with pytest.raises(ValueError, match="a bug"):
        await of(costs, with_model())
    jury.until = None
    assert await until_timed(costs)
