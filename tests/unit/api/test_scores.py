"""Scores and evidence over HTTP: told once they are there, and never of what has none."""

from collections.abc import Mapping
from dataclasses import replace
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from assay.api.app import create_app
from assay.api.limits import Capacity
from assay.assessments.evidence.file import read_file
from assay.assessments.evidence.sealing import Desk, erase
from assay.assessments.evidence.signing import new_signer
from assay.assessments.evidence.verify import verify
from assay.assessments.ports import ScoreState, ScoringLease
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.score_submission import Office, score_submission
from assay.assessments.tracing.measuring import Input
from assay.domain.evidence import Candidate, Part
from assay.domain.finding import Analysis
from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from assay.errors import NotScorable
from tests.unit.api.door import Door
from tests.unit.api.test_submissions import BODY, assert_problem

TOKEN = "of-the-operator-alone"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


class Parser:
    """Looks at nothing, and says so."""

    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        return Analysis(
            language=language, findings=(), metrics={}, parsed=False, why_not="a fake", versions={}
        )


async def sizes(problem: Problem) -> Mapping[str, Input]:
    return {test.name: Input(bytes=4, first_integer=1) for test in problem.tests}


@pytest.fixture
async def door(tmp_path: Path) -> Door:
    door = Door(upload_dir=tmp_path, capacity=Capacity())
    door.services = replace(door.services, operator_token=TOKEN)
    door.app = create_app(door.services, own_host="assay.test", allowed_hosts=frozenset())
    await door.add_problem()
    return door


@pytest.fixture
def desk(door: Door) -> Desk:
    return Desk(
        log=door.evidence,
        signer=new_signer(),
        clock=door.services.clock,
        new_id=door.new_id,
        random_bytes=os.urandom,
    )


async def submitted(http: httpx.AsyncClient, lane: str = "assessment") -> str:
    body = {**BODY, "lane": lane, "user_id": "ada"}
    return str((await http.post("/api/v1/submissions", json=body, headers=OPERATOR)).json()["url"])


def office_of(door: Door, desk: Desk) -> Office:
    return Office(
        store=door.scores,
        submissions=door.store,
        problems=door.problems,
        analyser=Parser(),
        inputs=sizes,
        desk=lambda: desk,
        rubric=shipped_rubric("default@1"),
        role="generalist",
        precision={},
    )


async def score(door: Door, desk: Desk, verdicts: tuple[Verdict, ...]) -> None:
    """Judge what waits, and score it as a worker does."""
    await door.judge(verdicts)
    (lease,) = await door.scores.claim(token=door.new_id(), limit=1, lease_seconds=30)
    office = office_of(door, desk)
    recorded = await score_submission(lease, office)
    assert recorded is not None
    assert await score_submission(lease, office) is None, "once is enough"


async def answer(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    response = await http.get(f"{url}/score")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_a_score_waits_for_its_judgement_and_then_for_a_worker(
    http: httpx.AsyncClient, door: Door, desk: Desk
) -> None:
    url = await submitted(http)
    first = await answer(http, url)
    assert (first["status"], first["generation"], first["score"]) == ("waiting", None, None)
    assert_problem(await http.get(f"{url}/evidence", headers=OPERATOR), 404)
    await score(door, desk, (Verdict.AC, Verdict.AC, Verdict.WA))
    told = await answer(http, url)
    assert (told["status"], told["generation"]) == ("scored", 1)
    assert told["score"]["tests"] == {"passed": 2, "count": 3}
    assert "correctness only" in told["score"]["remarks"][0]
    content = (await http.get(told["evidence_url"], headers=OPERATOR)).content
    read = read_file(content)
    broken = verify(read, await door.evidence.keys()).broken
    assert broken is not None
    assert broken.name == "digest of the source files", "the door's judgements are of no real source"
    assert read.parts[Part.SCORE].content == told["score"]
    assert read.assessment.statement["id"] == told["evidence_entry"]
    assert_problem(await http.get(told["evidence_url"]), 403)


async def test_assessments_run_all_tests(http: httpx.AsyncClient) -> None:
    assert (await http.get(await submitted(http))).json()["judging"] == "all-tests"
    assert (await http.get(await submitted(http, "practice"))).json()["judging"] == "lazy"


async def test_who_was_erased_has_no_score_and_evidence_of_that(
    http: httpx.AsyncClient, door: Door, desk: Desk
) -> None:
    url = await submitted(http)
    await score(door, desk, (Verdict.AC,) * 3)
    assert await erase(Candidate(tenant=None, user_id="ada", submission_id=""), desk) is not None
    told = await answer(http, url)
    assert (told["status"], told["score"], told["scored_at"]) == ("erased", None, None)
    report = verify(
        read_file((await http.get(told["evidence_url"], headers=OPERATOR)).content),
        await door.evidence.keys(),
    )
    assert report.broken is None
    assert Part.SOURCE in report.erased


async def test_what_is_not_assessed_has_no_score(http: httpx.AsyncClient, door: Door) -> None:
    url = await submitted(http, "practice")
    assert (await answer(http, url))["status"] == "waiting", "nobody says yet that it never comes"
    await door.judge()
    refused = assert_problem(await http.get(f"{url}/score"), 404)
    assert "assessment" in refused["detail"]
    for unknown in ("x", "00000000-0000-7000-8000-000000000000"):
        assert_problem(await http.get(f"/api/v1/submissions/{unknown}/score"), 404)
        assert_problem(await http.get(f"/api/v1/submissions/{unknown}/evidence", headers=OPERATOR), 404)


async def test_what_is_judged_while_somebody_asks_is_not_taken_for_practice(
    http: httpx.AsyncClient, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await submitted(http)
    look = door.scores.state

    async def late(submission_id: str) -> ScoreState | None:
        state = await look(submission_id)
        monkeypatch.setattr(door.scores, "state", look)
        await door.judge()  # between the look at the scores and the one at the submission
        return state

    monkeypatch.setattr(door.scores, "state", late)
    assert (await answer(http, url))["status"] == "waiting"


async def test_what_is_gone_is_not_scorable(door: Door, desk: Desk) -> None:
    lease = ScoringLease(submission_id="gone", generation=1, token="t", attempt=1)
    office = office_of(door, desk)
    with pytest.raises(NotScorable, match="not in the database any more"):
        await score_submission(lease, office)
