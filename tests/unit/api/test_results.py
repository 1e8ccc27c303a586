"""Scores, groups, runs near the limit and validators' words, as the door tells them, and what it keeps."""

from dataclasses import replace
import json

import httpx
import pytest

from assay.domain.verdict import Verdict
from tests.unit.api.door import Door
from tests.unit.api.scoring import (
    ERROR_OUTPUT,
    HINT,
    JUDGE_MESSAGE,
    OUTPUT,
    TEAM_MESSAGE,
    add_scoring_problem,
    scored_decision,
)

BODY = {"problem_id": "lamps", "language": "python3", "source": "print(3)"}


@pytest.fixture
async def url(http: httpx.AsyncClient, door: Door) -> str:
    """A judged submission's address."""
    problem = await add_scoring_problem(door)
    url = str((await http.post("/api/v1/submissions", json=BODY)).json()["url"])
    await door.record(await door.lease(), scored_decision(problem))
    return url


async def test_a_submission_has_its_score(http: httpx.AsyncClient, url: str) -> None:
    seen = (await http.get(url)).json()
    assert (seen["verdict"], seen["score"], seen["max_score"], seen["near_limit"]) == (
        "WA",
        37.5,
        100.0,
        True,
    )


async def test_a_submission_without_a_verdict_has_no_score_yet(http: httpx.AsyncClient, door: Door) -> None:
    await add_scoring_problem(door)
    url = (await http.post("/api/v1/submissions", json=BODY)).json()["url"]
    seen = (await http.get(url)).json()
    assert (seen["score"], seen["max_score"], seen["near_limit"]) == (None, 100.0, None)


async def test_a_pass_fail_problem_has_no_scores(http: httpx.AsyncClient, door: Door) -> None:
    url = (await http.post("/api/v1/submissions", json={**BODY, "problem_id": "sum"})).json()["url"]
    await door.judge([Verdict.AC] * 3)
    seen = (await http.get(url)).json()
    assert (seen["score"], seen["max_score"], seen["near_limit"]) == (None, None, False)
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    assert (judgement["score"], judgement["max_score"], judgement["groups"]) == (None, None, [])


async def test_a_judgement_has_its_groups(http: httpx.AsyncClient, url: str) -> None:
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    assert (judgement["score"], judgement["max_score"], judgement["near_limit"]) == (37.5, 100.0, True)
    assert judgement["groups"] == [
        {"name": "", "verdict": "WA", "score": 37.5, "max_score": 100.0},
        {"name": "sample", "verdict": "AC", "score": None, "max_score": None},
        {"name": "secret", "verdict": "WA", "score": 37.5, "max_score": 100.0},
    ]


async def test_groups_that_are_not_to_be_shown_are_not(http: httpx.AsyncClient, door: Door) -> None:
    problem = await add_scoring_problem(door, shows_groups=False)
    url = (await http.post("/api/v1/submissions", json=BODY)).json()["url"]
    await door.record(await door.lease(), scored_decision(problem))
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    assert (judgement["score"], judgement["groups"]) == (37.5, [])


async def test_the_final_event_has_the_score(http: httpx.AsyncClient, url: str) -> None:
    stream = await http.get(f"{url}/events")
    last = [line for line in stream.text.splitlines() if line.startswith("data: ")][-1]
    assert json.loads(last.removeprefix("data: "))["score"] == 37.5


async def test_a_run_says_what_its_submitter_may_know(http: httpx.AsyncClient, url: str) -> None:
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    sample, shown, secret = (await http.get(judgement["runs_url"])).json()["items"]
    assert (sample["score"], sample["near_limit"], sample["passes"], sample["feedback"]) == (
        None,
        False,
        1,
        None,
    )
    assert (shown["score"], shown["team_message"]) == (0.0, TEAM_MESSAGE)
    assert shown["feedback"] == {
        "hint": HINT,
        "input": "1 2\n",
        "expected": "3\n",
        "output": OUTPUT,
        "error_output": ERROR_OUTPUT,
        "truncated": False,
    }
    assert (secret["score"], secret["near_limit"], secret["passes"]) == (37.5, True, 2)


async def test_a_failed_secret_test_is_not_shown(http: httpx.AsyncClient, door: Door) -> None:
    problem = await add_scoring_problem(door)
    url = (await http.post("/api/v1/submissions", json=BODY)).json()["url"]
    decision = scored_decision(problem)
    *others, secret = decision.runs
    failed = replace(decision, runs=(*others, replace(secret, verdict=Verdict.WA)))
    await door.record(await door.lease(), failed)
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    runs = await http.get(judgement["runs_url"])
    assert [run["feedback"] is None for run in runs.json()["items"]] == [True, False, True]
    assert "secret input" not in runs.text
    assert "secret answer" not in runs.text
    assert "secret hint" not in runs.text
    assert "never kept" not in runs.text


async def test_what_is_for_the_jury_is_told_to_nobody(http: httpx.AsyncClient, url: str) -> None:
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    addresses = [url, f"{url}/judgements", judgement["runs_url"], f"{url}/events", f"{url}/status"]
    pages = [url.removeprefix("/api/v1"), f"{url.removeprefix('/api/v1')}/panel"]
    for address in addresses + pages:
        response = await http.get(address)
        assert response.status_code == 200
        assert JUDGE_MESSAGE not in response.text
        assert "the trap" not in response.text


@pytest.mark.parametrize(("said", "kept"), [(None, "lazy"), ("lazy", "lazy"), ("all-tests", "all-tests")])
async def test_how_much_is_judged_is_the_submitters_to_say(
    http: httpx.AsyncClient, door: Door, said: str | None, kept: str
) -> None:
    body = {"problem_id": "sum", "language": "python3", "source": "x"} | (
        {} if said is None else {"judging": said}
    )
    url = (await http.post("/api/v1/submissions", json=body)).json()["url"]
    await door.judge()
    seen = (await http.get(url)).json()
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    assert (seen["judging"], judgement["judging"]) == (kept, kept)


@pytest.mark.parametrize("wrong", ["", "eager", 1, None, ["lazy"], "LAZY"])
async def test_another_way_of_judging_is_refused(http: httpx.AsyncClient, door: Door, wrong: object) -> None:
    response = await http.post("/api/v1/submissions", json={**BODY, "problem_id": "sum", "judging": wrong})
    assert response.status_code == 422
    assert response.json()["field"] == "judging"
    assert door.store.jobs == {}


async def test_a_key_of_before_there_was_a_choice_stands_for_lazy(http: httpx.AsyncClient) -> None:
    body, headers = {**BODY, "problem_id": "sum"}, {"Idempotency-Key": "k"}
    first = await http.post("/api/v1/submissions", json=body, headers=headers)
    same = await http.post("/api/v1/submissions", json={**body, "judging": "lazy"}, headers=headers)
    other = await http.post("/api/v1/submissions", json={**body, "judging": "all-tests"}, headers=headers)
    assert same.json() == first.json()
    assert other.json()["code"] == "idempotency_conflict"
