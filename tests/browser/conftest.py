"""Debian's Chromium, driven by Playwright. Without it the tests fail; they never skip.

`server_url` is the only thing that the tests know of the server: any that speaks the API will do. The tests
bring their own problem in over the API, and their programs say in a remark what verdict they get.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)
import pytest

from assay.api.limits import Capacity
from tests.unit.api.door import Door
from tests.unit.api.serving import served
from tests.unit.api.test_problems import ZIP, packed

CHROMIUM = Path("/usr/bin/chromium")
# The network is none of the tests' business: Chromium shall not look for its maker's hosts.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STEP_SECONDS = 0.08
PATIENCE_MS = 20_000  # a loaded machine takes its time; a passing test does not wait
TESTS = 6

expect.set_options(timeout=PATIENCE_MS)

STATEMENT = r"""\problemname{Twice}
Given a whole number $n$ with $|n| \le 10^9$, print $2n$.

\section*{Input}
One line with the number. A <b>tag</b> & an ampersand are just text here.
"""
TWICE = {
    "problem.yaml": "name: Twice as much\nvalidation: default\nlimits:\n  memory: 256\n",
    "problem_statement/problem.en.tex": STATEMENT,
    "data/sample/1.in": "21\n",
    "data/sample/1.ans": "42\n",
    **{f"data/secret/{n}.in": f"{n}\n" for n in range(2, TESTS + 1)},
    **{f"data/secret/{n}.ans": f"{2 * n}\n" for n in range(2, TESTS + 1)},
    "submissions/accepted/a.py": "print(2 * int(input()))\n",
}


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    def make_door() -> Door:
        return Door(upload_dir=tmp_path_factory.mktemp("uploads"), capacity=Capacity())

    with served(make_door, step_seconds=STEP_SECONDS) as url:
        yield url


@pytest.fixture(scope="session")
def problem_url(server_url: str) -> str:
    """The page of the problem that all tests use, on the server that they use."""
    bring_problem(server_url)
    return f"{server_url}/problems/twice"


def bring_problem(server_url: str) -> None:
    answer = httpx.post(
        f"{server_url}/api/v1/problems?short_name=twice", content=packed(TWICE), headers=ZIP, timeout=30
    )
    assert answer.status_code in (200, 201), answer.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # No longer than its module: while it is open, Playwright runs an event loop in the main thread, and the
    # asynchronous tests of other modules could not run theirs.
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, server_url: str) -> Iterator[BrowserContext]:
    """A fresh profile whose pages must not complain, nor ask anybody but our server for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    ours = urlsplit(server_url).netloc

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not is_expected(message.text):
            complaints.append(f"{message.type}: {message.text} ({message.location})")

    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws") and parts.netloc != ours:
            complaints.append(f"asked elsewhere: {request.url}")

    context.on("console", on_console)
    context.on("request", on_request)
    context.on("weberror", lambda error: complaints.append(f"exception: {error.error}"))
    yield context
    context.close()
    assert complaints == []


def is_expected(text: str) -> bool:
    """Chromium itself remarks on every refused or failed request, which some tests provoke."""
    return text.startswith("Failed to load resource")


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def workbench(page: Page, problem_url: str) -> Page:
    """The problem's page with its editor ready."""
    page.goto(problem_url)
    page.wait_for_selector("form[data-ready]")
    return page
