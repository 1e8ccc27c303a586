"""A scoring problem with groups, and a judgement of a submission to it, with everything that one can have."""

from dataclasses import replace

from assay.domain.grading import Aggregation, Scored, Scoring, TestGroup
from assay.domain.judgement import Decision, GroupResult
from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from tests.unit.api.door import Door, SteadyClock, decision_of

HINT = "Are there houses without a lamp?"
TEAM_MESSAGE = "house 3 stays dark <b>at night</b>"
JUDGE_MESSAGE = "the jury's secret: house 3 was the trap"
OUTPUT, ERROR_OUTPUT = "4 5 & more\n", "debug: <i>\n"


async def add_scoring_problem(door: Door, *, shows_groups: bool = True) -> Problem:
    """Three tests: a sample, one with full feedback and a secret one; 100 points at most."""
    plain = await door.add_problem("lamps", name="Lamps")
    sample, shown, secret = plain.tests
    tests = (
        sample,
        replace(shown, full_feedback=True, hint=HINT, scored=Scored.BOUNDED, accept_score=40.0),
        replace(
            secret,
            input=door.blobs.put(b"a secret input"),
            answer=door.blobs.put(b"a secret answer"),
            hint="a secret hint",
            scored=Scored.BOUNDED,
            accept_score=60.0,
        ),
    )
    groups = TestGroup(
        name="",
        members=(
            TestGroup(name="sample", members=(sample.name,), counts=False),
            TestGroup(
                name="secret",
                members=(shown.name, secret.name),
                aggregation=Aggregation.SUM,
                max_score=100.0,
                stops_at_rejection=False,
            ),
        ),
        aggregation=Aggregation.SUM,
        max_score=100.0,
        stops_at_rejection=False,
    )
    problem = replace(
        plain, tests=tests, grading=groups, scoring=Scoring(max_score=100.0, shows_groups=shows_groups)
    )
    await door.problems.record(problem, at=SteadyClock().now())
    return problem


def scored_decision(problem: Problem) -> Decision:
    """AC on the sample, WA on the test that is shown, 37.5 of 60 points near the limit on the secret one."""
    plain = decision_of([Verdict.AC, Verdict.WA, Verdict.AC], total=3, compile_output="")
    first, second, third = (
        replace(run, test_name=test.name) for run, test in zip(plain.runs, problem.tests, strict=True)
    )
    return replace(
        plain,
        verdict=Verdict.WA,
        runs=(
            first,
            replace(
                second,
                score=0.0,
                team_message=TEAM_MESSAGE,
                judge_message=JUDGE_MESSAGE,
                output=OUTPUT,
                error_output=ERROR_OUTPUT,
            ),
            replace(third, score=37.5, near_limit=True, passes=2, output="never kept of a secret test"),
        ),
        score=37.5,
        groups=(
            GroupResult(name="", verdict=Verdict.WA, score=37.5, max_score=100.0),
            GroupResult(name="sample", verdict=Verdict.AC, score=None, max_score=None),
            GroupResult(name="secret", verdict=Verdict.WA, score=37.5, max_score=100.0),
        ),
    )
