"""What a submission's page shows: scores, groups, near-limit runs, messages, and tests that may be shown."""

from dataclasses import replace
import re

import httpx
import pytest

from assay.domain.judgement import Decision
from assay.domain.problem import ShownSample
from assay.domain.verdict import Verdict
from tests.unit.api.door import Door, SteadyClock, decision_of
from tests.unit.api.scoring import HINT, JUDGE_MESSAGE, add_scoring_problem, scored_decision

BODY = {"problem_id": "lamps", "language": "python3", "source": "print(3)"}


async def panel_of(
    http: httpx.AsyncClient, door: Door, *, shows_groups: bool = True, change: Decision | None = None
) -> str:
    """The panel of a submission to the scoring problem, judged as `scored_decision` says."""
    problem = await add_scoring_problem(door, shows_groups=shows_groups)
    submission_id = (await http.post("/api/v1/submissions", json=BODY)).json()["id"]
    await door.record(await door.lease(), change or scored_decision(problem))
    return (await http.get(f"/submissions/{submission_id}/panel")).text


async def test_score_and_groups(http: httpx.AsyncClient, door: Door) -> None:
    text = await panel_of(http, door)
    assert "<dt>Score</dt><dd>37.5 of 100</dd>" in text
    groups = text[text.index('aria-label="Groups of tests"') : text.index('aria-label="Tests"')]
    assert re.search(r'class="id">sample</th>\s*<td class="good">Accepted</td>', groups)
    assert re.search(r'class="id">secret</th>\s*<td class="bad">Wrong answer</td>', groups)
    assert groups.count("<tr>") == 3  # the head, and not the group that is everything
    assert "37.5 of 100" in groups


async def test_groups_that_are_not_to_be_shown_are_not(http: httpx.AsyncClient, door: Door) -> None:
    text = await panel_of(http, door, shows_groups=False)
    assert "Groups of tests" not in text
    assert "37.5 of 100" in text


async def test_a_group_of_which_nothing_was_run(http: httpx.AsyncClient, door: Door) -> None:
    decision = scored_decision(await add_scoring_problem(door))
    *others, last = decision.groups
    unrun = replace(decision, groups=(*others, replace(last, verdict=None, score=None)))
    text = await panel_of(http, door, change=unrun)
    assert re.search(r'<td class="waiting">Not run</td>\s*<td class="figure">\N{EN DASH} of 100', text)


async def test_a_run_near_the_limit_is_marked_and_explained(http: httpx.AsyncClient, door: Door) -> None:
    text = await panel_of(http, door)
    assert text.count('<span class="near">near limit</span>') == 2
    assert "median" in text
    decision = scored_decision(await add_scoring_problem(door))
    calm = replace(decision, runs=tuple(replace(run, near_limit=False) for run in decision.runs))
    text = await panel_of(http, door, change=calm)
    assert "near limit" not in text
    assert "median" not in text


async def test_a_failed_test_with_full_feedback_is_shown(http: httpx.AsyncClient, door: Door) -> None:
    text = await panel_of(http, door)
    shown = text[text.index("shown-test") :]
    assert HINT in shown
    assert "house 3 stays dark &lt;b&gt;at night&lt;/b&gt;" in shown
    texts = re.findall(r"<figcaption>([^<]+)</figcaption><pre[^>]*>([^<]*)</pre>", shown)
    assert texts[1:] == [
        ("Input", "1 2\n"),
        ("Expected output", "3\n"),
        ("Your output", "4 5 &amp; more\n"),
        ("Your standard error", "debug: &lt;i&gt;\n"),
    ]


async def test_nothing_of_a_secret_test_or_for_the_jury(http: httpx.AsyncClient, door: Door) -> None:
    decision = scored_decision(await add_scoring_problem(door))
    *others, secret = decision.runs
    failed = replace(decision, runs=(*others, replace(secret, verdict=Verdict.WA)))
    text = await panel_of(http, door, change=failed)
    for word in ("secret input", "secret answer", "secret hint", "never kept", JUDGE_MESSAGE, "the trap"):
        assert word not in text
    assert text.count("shown-test") == 1


@pytest.mark.parametrize(("shown", "is_there"), [(None, True), (ShownSample(), False)])
async def test_a_failed_sample_is_shown_where_there_is_something_to_show(
    http: httpx.AsyncClient, door: Door, shown: ShownSample | None, *, is_there: bool
) -> None:
    problem = await door.add_problem()
    sample, *others = problem.tests
    talk = replace(problem, tests=(replace(sample, shown=shown), *others), version="c" * 64)
    await door.problems.record(talk, at=SteadyClock().now())
    submission_id = (await http.post("/api/v1/submissions", json={**BODY, "problem_id": "sum"})).json()["id"]
    decision = decision_of([Verdict.WA], total=3, compile_output="")
    runs = (replace(decision.runs[0], test_name=sample.name),)
    await door.record(await door.lease(), replace(decision, runs=runs))
    text = (await http.get(f"/submissions/{submission_id}/panel")).text
    assert ("shown-test" in text) is is_there


async def test_an_accepted_test_is_not_shown(http: httpx.AsyncClient, door: Door) -> None:
    decision = scored_decision(await add_scoring_problem(door))
    fine = replace(
        decision,
        verdict=Verdict.AC,
        runs=tuple(replace(run, verdict=Verdict.AC, team_message="") for run in decision.runs),
    )
    assert "shown-test" not in await panel_of(http, door, change=fine)


async def test_a_pass_fail_panel_is_without_all_that(http: httpx.AsyncClient, door: Door) -> None:
    body = {**BODY, "problem_id": "sum"}
    submission_id = (await http.post("/api/v1/submissions", json=body)).json()["id"]
    waiting = (await http.get(f"/submissions/{submission_id}/panel")).text
    assert re.search(r" data-stops-at-failure data-events=", waiting)  # each an attribute of its own
    await door.judge()
    text = (await http.get(f"/submissions/{submission_id}/panel")).text
    for word in ("Score", "Groups of tests", "near limit", "shown-test"):
        assert word not in text


@pytest.mark.parametrize(("problem_id", "judging"), [("sum", "all-tests"), ("lamps", "lazy")])
async def test_where_judging_goes_on_after_a_failure_no_test_counts_as_passed(
    http: httpx.AsyncClient, door: Door, problem_id: str, judging: str
) -> None:
    await add_scoring_problem(door)
    body = {**BODY, "problem_id": problem_id, "judging": judging}
    submission_id = (await http.post("/api/v1/submissions", json=body)).json()["id"]
    assert "data-stops-at-failure" not in (await http.get(f"/submissions/{submission_id}/panel")).text
