"""A problem's page in its languages, and the files that belong to it."""

from dataclasses import replace

import httpx
import pytest

from assay.domain.grading import Aggregation, Scoring, TestGroup
from assay.domain.jury import DataRef, JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.problem import (
    About,
    Credit,
    Problem,
    ShownSample,
    Source,
    Statement,
    StatementFormat,
)
from tests.unit.api.door import Door, SteadyClock

MARKDOWN, TEX, PDF = StatementFormat.MARKDOWN, StatementFormat.TEX, StatementFormat.PDF
URL = "/problems/sum"
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


async def record(door: Door, problem: Problem) -> None:
    await door.problems.record(problem, at=SteadyClock().now())


def file(door: Door, name: str, content: str) -> JuryFile:
    return JuryFile(name=name, content=door.blobs.put(content.encode()))


@pytest.fixture
async def problem(door: Door) -> Problem:
    """In English, Swedish, Arabic, and German as PDF."""
    problem = replace(
        await door.add_problem(),
        names=(("en", "Sum"), ("sv", "Summa"), ("ar", "مجموع")),
        statements=(
            Statement(language="ar", format=MARKDOWN, text="اجمع $a+b$"),
            Statement(language="de", format=PDF, text="", file=door.blobs.put(b"%PDF-1.4 x")),
            Statement(
                language="en", format=MARKDOWN, text="Add *two*.\n\n{{nextsample}}\n\nThen ![b](boat.png)"
            ),
            Statement(language="sv", format=TEX, text=r"\problemname{Summa $\Sigma$}Addera \emph{två}."),
        ),
        statement_files=(
            file(door, "boat.png", "png"),
            file(door, "sub/map.svg", SVG),
            file(door, "odd.html", "<script>alert(1)</script>"),
        ),
        attachments=(file(door, "tool é.py", "print()"), file(door, "templates/c/a.c", "int main;")),
    )
    await record(door, problem)
    return problem


async def text_of(http: httpx.AsyncClient, query: str = "", **headers: str) -> str:
    response = await http.get(URL + query, headers=headers)
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize(
    ("query", "accept", "language", "heading"),
    [
        ("", "", "en", "Sum<"),
        ("", "sv-SE,sv;q=0.9,en;q=0.8", "sv", "Summa <math>"),
        ("", "fr", "en", "Sum<"),
        ("?lang=sv", "en", "sv", "Summa <math>"),
        ("?lang=xx", "sv", "sv", "Summa <math>"),
        ("?lang=ar", "", "ar", "مجموع"),
        (f"?lang={'x' * 5000}", "", "en", "Sum<"),
    ],
)
@pytest.mark.usefixtures("problem")
async def test_the_readers_language(
    http: httpx.AsyncClient, query: str, accept: str, language: str, heading: str
) -> None:
    text = await text_of(http, query, **{"Accept-Language": accept})
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<h1 lang="{language}" dir="{direction}">{heading}' in text
    assert f'<section class="prose" aria-label="Statement" lang="{language}" dir="{direction}">' in text
    assert f'<span aria-current="true" lang="{language}">' in text
    others = {"ar", "de", "en", "sv"} - {language}
    assert all(f'<a href="?lang={other}" lang="{other}"' in text for other in others)


@pytest.mark.usefixtures("problem")
async def test_caches_know_what_the_page_depends_on(http: httpx.AsyncClient) -> None:
    vary = (await http.get(URL)).headers["vary"]
    assert {"accept-language", "hx-request"} <= {each.strip().lower() for each in vary.split(",")}


@pytest.mark.usefixtures("problem")
async def test_a_sample_stands_where_the_text_wants_it(http: httpx.AsyncClient) -> None:
    text = await text_of(http)
    assert text.index("Add <em>two</em>") < text.index('aria-label="Sample 1"') < text.index("Then <img")
    assert 'id="samples"' not in text
    assert "data-sample" not in text
    swedish = await text_of(http, "?lang=sv")
    assert swedish.index("två") < swedish.index('id="samples"') < swedish.index('aria-label="Sample 1"')


@pytest.mark.usefixtures("problem")
async def test_a_pdf_is_offered(http: httpx.AsyncClient) -> None:
    text = await text_of(http, "?lang=de")
    assert f'href="{URL}/statement-de.pdf"' in text
    response = await http.get(f"{URL}/statement-de.pdf")
    assert response.content == b"%PDF-1.4 x"
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == "inline; filename*=UTF-8''sum-de.pdf"
    assert (await http.get(f"{URL}/statement-en.pdf")).status_code == 404


@pytest.mark.parametrize(
    ("path", "media_type", "disposition"),
    [
        ("statement/boat.png", "image/png", "inline; filename*=UTF-8''boat.png"),
        ("statement/sub/map.svg", "image/svg+xml", "inline; filename*=UTF-8''map.svg"),
        ("statement/odd.html", "application/octet-stream", "attachment; filename*=UTF-8''odd.html"),
        (
            "attachments/tool%20%C3%A9.py",
            "application/octet-stream",
            "attachment; filename*=UTF-8''tool%20%C3%A9.py",
        ),
        ("attachments/templates/c/a.c", "application/octet-stream", "attachment; filename*=UTF-8''a.c"),
        ("samples/1/1.in", "text/plain; charset=utf-8", "attachment; filename*=UTF-8''1.in"),
    ],
)
@pytest.mark.usefixtures("problem")
async def test_files_do_nothing_in_a_browser(
    http: httpx.AsyncClient, path: str, media_type: str, disposition: str
) -> None:
    response = await http.get(f"{URL}/{path}")
    assert response.status_code == 200
    assert int(response.headers["content-length"]) == len(response.content) > 0
    assert response.headers["content-type"] == media_type
    assert response.headers["content-disposition"] == disposition
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy.split("; ")
    again = await http.get(f"{URL}/{path}", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "statement/none.png",
        "statement/",
        "statement/%2e%2e/x",
        "statement/%00",
        "statement-.pdf",
        "statement-%ff.pdf",
        "attachments/",
        "attachments/boat.png",
        "samples/1/",
        "samples/0/1.in",
        "samples/2/2.in",
        f"samples/{'9' * 5000}/1.in",
        "samples/%C2%B2/1.in",
        "samples/x/1.in",
    ],
)
@pytest.mark.usefixtures("problem")
async def test_other_files_are_not_there(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(f"{URL}/{path}")).status_code == 404
    assert (await http.get(f"/problems/none/{path}")).status_code == 404


async def test_a_lost_file_is_our_fault(http: httpx.AsyncClient, door: Door, problem: Problem) -> None:
    lost = JuryFile(name="lost.txt", content=DataRef("0" * 64))
    await record(door, replace(problem, attachments=(lost,)))
    assert (await http.get(f"{URL}/attachments/lost.txt")).status_code == 500


async def test_a_conversation_is_drawn(http: httpx.AsyncClient, door: Door, problem: Problem) -> None:
    log = door.blobs.put(b"<5\n>1 <b>\n---\n>2")
    shown = replace(problem.tests[0], shown=ShownSample(interaction=log), args=("-v",))
    await record(door, replace(problem, tests=(shown, *problem.tests[1:])))
    text = await text_of(http)
    assert '<div class="turn judge"><p>Judge</p><pre tabindex="0">5</pre></div>' in text
    assert '<div class="turn program"><p>Your program</p><pre tabindex="0">1 &lt;b&gt;</pre></div>' in text
    assert "Pass 2" in text
    assert "<code>-v</code>" in text
    assert "Input 1" not in text


async def test_a_bomb_is_shown_as_it_was_written(
    http: httpx.AsyncClient, door: Door, problem: Problem
) -> None:
    bomb = Statement(language="en", format=TEX, text=r"\def\a{\a}\a<script>")
    await record(door, replace(problem, statements=(bomb,)))
    text = await text_of(http)
    assert "The statement is shown as its author wrote it: macros are expanded more than" in text
    assert r"\def\a{\a}\a&lt;script&gt;" in text


PROGRAM = JuryProgram(
    name="interactor", files=(JuryFile(name="i.py", content=DataRef("x")),), language_id="python3"
)
UNUSUAL = Validation(
    interactor=PROGRAM,
    passes_max=3,
    limits=ValidationLimits(cpu_time_ms=1, memory_bytes=1, output_bytes=1),
)


async def test_what_is_unusual_is_said(http: httpx.AsyncClient, door: Door, problem: Problem) -> None:
    unusual = replace(
        problem,
        validation=UNUSUAL,
        languages=("lua",),
        scoring=Scoring(max_score=100.0, is_minimised=True),
    )
    await record(door, unusual)
    text = await text_of(http)
    for words in ("is interactive", "up to 3 times", "up to 100 points, and less is better"):
        assert words in text
    assert text.count("<option value=") == 1
    await record(door, replace(problem, takes_answers=True))
    assert "not a program" in await text_of(http)


def graded(problem: Problem) -> TestGroup:
    sample, *secret = [test.name for test in problem.tests]
    groups = (
        TestGroup(name="secret/easy", members=(secret[0],), max_score=30),
        TestGroup(name="secret/hard<", members=(secret[1],), max_score=None, requires=("secret/easy",)),
    )
    top = TestGroup(name="secret", members=groups, aggregation=Aggregation.SUM, max_score=100)
    return TestGroup(name="", members=(TestGroup(name="sample", members=(sample,)), top))


async def test_points_are_told_by_group(http: httpx.AsyncClient, door: Door, problem: Problem) -> None:
    scored = replace(problem, grading=graded(problem), scoring=Scoring(max_score=100.0))
    await record(door, scored)
    text = await text_of(http)
    assert '<th scope="row">easy</th><td class="figure">1</td><td class="figure">30</td><td></td>' in text
    assert '<th scope="row">hard&lt;</th>' in text
    assert "<td>easy</td>" in text
    await record(door, replace(scored, scoring=Scoring(shows_groups=False)))
    assert "Only after" not in await text_of(http)


async def test_who_is_thanked_and_what_is_allowed(
    http: httpx.AsyncClient, door: Door, problem: Problem
) -> None:
    about = About(
        credits=(
            Credit(role="translators", name="Bo", language="sv"),
            Credit(role="authors", name="Ann <b>", email="ann@a.example"),
            Credit(role="authors", name="Cy"),
        ),
        sources=(
            Source(name="Cup", url="https://cup.example"),
            Source(name="Evil", url="javascript:alert(1)"),
            Source(name="Odd", url="http://[x"),
        ),
        license="cc by-sa",
        rights_owner="Ann",
        keywords=("graphs", "two words"),
    )
    await record(door, replace(problem, about=about))
    text = await text_of(http)
    assert "<dt>Written by</dt><dd>Ann &lt;b&gt;, Cy</dd>" in text
    assert "Bo (Svenska)" in text
    assert '<a href="https://cup.example" rel="noopener noreferrer nofollow">Cup</a>, Evil, Odd' in text
    assert "CC BY-SA</a>, Ann" in text
    assert "graphs, two words" in text
    assert "ann@" not in text  # an address is for whoever runs the contest, not for harvesters
    assert "javascript:" not in text


@pytest.mark.usefixtures("problem")
async def test_attachments_are_listed(http: httpx.AsyncClient) -> None:
    text = await text_of(http)
    assert f'<a href="{URL}/attachments/tool%20%C3%A9.py" download>tool é.py</a>' in text
