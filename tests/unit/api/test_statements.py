"""Statements and what else is told of problems, over the API."""

from dataclasses import replace

import httpx
import pytest

from assay.domain.grading import Scoring
from assay.domain.problem import Problem
from tests.unit.api.door import Door
from tests.unit.api.test_submissions import assert_problem
from tests.unit.web.test_problem_pages import UNUSUAL, graded, problem, record

__all__ = ["problem"]  # the same problem as the pages show
URL = "/api/v1/problems/sum"


@pytest.mark.usefixtures("problem")
async def test_a_statement_as_html(http: httpx.AsyncClient) -> None:
    response = await http.get(f"{URL}/statement", headers={"Accept-Language": "sv"})
    assert response.headers["content-language"] == "sv"
    assert response.headers["vary"] == "Accept-Language"
    statement = response.json()
    assert statement["title_html"].startswith("Summa <math>")
    assert statement["html"] == "<p>Addera <em>två</em>.</p>"
    assert (statement["name"], statement["language"], statement["direction"]) == ("Summa", "sv", "ltr")
    assert statement["text"].startswith(r"\problemname")
    assert statement["languages"] == ["ar", "de", "en", "sv"]


@pytest.mark.usefixtures("problem")
async def test_a_language_may_be_asked_for(http: httpx.AsyncClient) -> None:
    english = (await http.get(f"{URL}/statement", params={"lang": "en"})).json()
    assert '<div data-sample="1"></div>' in english["html"]
    assert english["samples_placed"] == 1
    assert 'src="/problems/sum/statement/boat.png"' in english["html"]
    german = (await http.get(f"{URL}/statement", params={"lang": "de"})).json()
    assert (german["html"], german["pdf_url"]) == ("", "/problems/sum/statement-de.pdf")
    assert_problem(await http.get(f"{URL}/statement", params={"lang": "x" * 36}), 422, field="lang")


async def test_no_statement_is_not_found(http: httpx.AsyncClient, door: Door, problem: Problem) -> None:
    await record(door, replace(problem, statements=()))
    assert_problem(await http.get(f"{URL}/statement"), 404)
    assert_problem(await http.get("/api/v1/problems/none/statement"), 404)


@pytest.mark.usefixtures("problem")
async def test_every_address_leads_somewhere(http: httpx.AsyncClient) -> None:
    told = (await http.get(URL)).json()
    assert told["names"] == {"ar": "مجموع", "en": "Sum", "sv": "Summa"}
    statements = told["statements"]
    assert [each["pdf_url"] is not None for each in statements] == [False, True, False, False]
    urls = [each["url"] for each in (*statements, *told["attachments"], *told["samples"][0]["files"])]
    assert len(urls) == 4 + 2 + 2
    for url in [*urls, statements[1]["pdf_url"]]:
        assert (await http.get(url)).status_code == 200, url


async def test_how_it_is_judged(http: httpx.AsyncClient, door: Door, problem: Problem) -> None:
    plain = (await http.get(URL)).json()
    assert (plain["is_interactive"], plain["passes_max"], plain["scoring"]) == (False, 1, None)
    unusual = replace(problem, validation=UNUSUAL, grading=graded(problem), scoring=Scoring(max_score=100.0))
    await record(door, unusual)
    told = (await http.get(URL)).json()
    assert (told["is_interactive"], told["passes_max"]) == (True, 3)
    assert told["scoring"]["max_score"] == 100
    assert told["scoring"]["groups"] == [
        {"name": "easy", "test_count": 1, "max_score": 30, "requires": []},
        {"name": "hard<", "test_count": 1, "max_score": None, "requires": ["easy"]},
    ]
