"""What the pages say, and that nothing a stranger wrote becomes part of their HTML."""

from dataclasses import replace
from pathlib import Path
import re

import httpx
import pytest

from assay.domain.problem import Statement, StatementFormat
from assay.domain.verdict import Verdict
import assay.web
from tests.unit.api.door import NOT_INSTALLED, Door, SteadyClock

BODY = {"problem_id": "sum", "language": "python3", "source": "print(3)"}
HTML = {"Accept": "text/html"}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


async def page(http: httpx.AsyncClient, path: str, status: int = 200) -> str:
    response = await http.get(path, headers=HTML)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.text


async def test_an_empty_house_says_how_to_import(http: httpx.AsyncClient, door: Door) -> None:
    door.problems._current.clear()
    text = await page(http, "/")
    assert "No problems yet" in text
    assert "assay problem import" in text
    assert "<table" not in text


async def test_a_long_list_goes_on(http: httpx.AsyncClient, door: Door) -> None:
    for number in range(150):
        await door.add_problem(f"p{number:03}")
    first = await page(http, "/")
    assert first.count('href="/problems/') == 100
    more = re.search(r'hx-get="([^"]+)"', first)
    assert more is not None
    rows = (await http.get(more[1], headers={"HX-Request": "true"})).text
    assert rows.count('href="/problems/') == 51
    assert "<html" not in rows
    assert "hx-get" not in rows
    assert "<html" in await page(http, more[1])
    assert "no more problems" in await page(http, "/?after=zzz")


async def test_the_problem_page(http: httpx.AsyncClient) -> None:
    text = await page(http, "/problems/sum")
    assert "Read two numbers &amp; print <b>their sum</b>: <math><mi>a</mi>" in text
    assert re.search(rf'<option value="{NOT_INSTALLED}"[^>]* disabled>Rust \(not installed\)', text)
    assert re.search(r'<option value="python3" data-extensions="py[^"]*">', text)
    assert 'data-source-bytes-max="65536"' in text


async def test_only_the_editors_page_lets_styles_in(http: httpx.AsyncClient) -> None:
    first, second = await http.get("/problems/sum"), await http.get("/problems/sum")
    nonce = re.search(r'name="style-nonce" content="([\w-]{20,})"', first.text)
    assert nonce is not None
    assert f"'nonce-{nonce[1]}'" in first.headers["content-security-policy"]
    assert nonce[1] not in second.text
    policy = (await http.get("/")).headers["content-security-policy"]
    assert "nonce" not in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/problems/sum", "/nothing"])
async def test_pages_have_no_inline_scripts_or_styles(http: httpx.AsyncClient, path: str) -> None:
    text = (await http.get(path, headers=HTML)).text
    assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", text)


async def test_what_strangers_write_stays_text(http: httpx.AsyncClient, door: Door) -> None:
    problem = await door.add_problem(name=EVIL)
    statement = Statement(language='en"><script>', format=StatementFormat.TEX, text=EVIL)
    await door.problems.record(replace(problem, statements=(statement,)), at=SteadyClock().now())
    accepted = (await http.post("/api/v1/submissions", json={**BODY, "source": EVIL, "user_id": EVIL})).json()
    lease = await door.lease()
    await door.finish(lease, [], compile_output=EVIL)
    pages = [
        await page(http, path)
        for path in (
            "/",
            "/problems/sum",
            f"/submissions/{accepted['id']}",
            f"/submissions/{accepted['id']}/panel",
        )
    ]
    for text in pages:
        assert "<script>" not in text
        assert "<img src=x" not in text
        assert "49" not in text.replace("2026-11-21", "")
    assert "&lt;script&gt;alert(1)" in pages[1]
    assert pages[2].count("&lt;script&gt;alert(1)") >= 3


async def test_a_waiting_panel_says_where_to_listen(http: httpx.AsyncClient, door: Door) -> None:
    submission_id = (await http.post("/api/v1/submissions", json=BODY)).json()["id"]
    panel = await page(http, f"/submissions/{submission_id}/panel")
    assert f'data-events="/api/v1/submissions/{submission_id}/events"' in panel
    assert 'data-seq="1"' in panel
    assert "Waiting in the queue" in panel
    await door.judge([Verdict.AC, Verdict.RTE])
    panel = await page(http, f"/submissions/{submission_id}/panel")
    assert "data-events" not in panel
    assert "Run-time error" in panel
    assert "signal 11" in panel


async def test_a_dead_letter_is_told_as_our_fault(http: httpx.AsyncClient, door: Door) -> None:
    submission_id = (await http.post("/api/v1/submissions", json=BODY)).json()["id"]
    await door.queue.bury(await door.lease(), cause="the sandbox is gone")
    panel = await page(http, f"/submissions/{submission_id}/panel")
    assert "Judging error" in panel
    assert "the fault is ours" in panel
    assert "sandbox" not in panel


@pytest.mark.parametrize(
    "path", ["/nothing", "/problems/none", "/submissions/none", "/submissions/%00/panel"]
)
async def test_a_lost_visitor_gets_a_page(http: httpx.AsyncClient, path: str) -> None:
    assert "Nothing here" in await page(http, path, status=404)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/problems/none"])
async def test_a_lost_program_gets_json_even_from_a_browser(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path, headers=HTML)
    assert response.headers["content-type"] == "application/problem+json"


async def test_static_files_are_kept_as_long_as_they_may(http: httpx.AsyncClient) -> None:
    style = await http.get("/static/assay.css")
    assert style.headers["cache-control"] == "no-cache"
    again = await http.get("/static/assay.css", headers={"If-None-Match": style.headers["etag"]})
    assert again.status_code == 304
    chunk = next((Path(assay.web.__file__).parent / "static" / "bundle").glob("chunk-*.js")).name
    assert "immutable" in (await http.get(f"/static/bundle/{chunk}")).headers["cache-control"]
    assert (await http.get("/static/bundle/editor.js")).headers["cache-control"] == "no-cache"
    missing = await http.get("/static/bundle/chunk-none.js")
    assert "immutable" not in missing.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path", ["/static/../pages.py", "/static/%2e%2e/pages.py", "/static/", "/static/%00"]
)
async def test_only_static_files_are_served(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404
