"""A person's first visit to the real server: find a problem, write a program, and watch it being judged."""

from collections.abc import Iterator
from pathlib import Path
import re

from playwright.sync_api import Page, expect, sync_playwright
import pytest

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.conftest import needs_root
from tests.product.running import import_examples, running_server

PATIENCE_MS = 60_000  # the first run of a language on a busy machine
TESTS = 9  # of the problem

RIGHT = "print(sum(map(int, open(0).read().split()[1:])))"
WRONG = "print(sum(map(int, open(0).read().split())))"  # adds the count, too
BROKEN = "int main() { return no_such_name; }"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """The problem list of a server with one of the examples, in Chromium; nothing on it may go wrong."""
    import_examples(tmp_path / "data", ["lanterns"])
    complaints: list[str] = []
    with (
        running_server(tmp_path / "data", log=tmp_path / "log") as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS) as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server.url)
        yield page
    assert complaints == []


def submit(page: Page, language: str, source: str) -> None:
    page.get_by_label("Language").select_option(label=language)
    page.get_by_role("textbox", name="Source").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(source)
    page.get_by_role("button", name="Submit").click()


@needs_root
def test_a_visitor_writes_submits_and_sees_the_verdict_without_a_reload(page: Page) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Lanterns on the Pier").click()
    page.wait_for_selector("form[data-ready]")
    page.evaluate("window.loadedOnce = true")
    badge = page.locator("#result .badge")
    rows = page.locator("#result .tests tbody tr")

    submit(page, "Python 3", RIGHT)
    expect(badge).to_have_text(re.compile(r"AC\s+Accepted"))
    expect(rows).to_have_count(TESTS)
    expect(rows.filter(has_text="Accepted")).to_have_count(TESTS)
    expect(rows.last).to_contain_text(re.compile(r"\d+ ms"))

    submit(page, "Python 3", WRONG)
    expect(badge).to_have_text(re.compile(r"WA\s+Wrong answer"))
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("sample/1")

    submit(page, "C++", BROKEN)
    expect(badge).to_have_text(re.compile(r"CE\s+Compile error"))
    expect(page.locator("#result")).to_contain_text("no_such_name")
    expect(rows).to_have_count(0)

    assert page.evaluate("window.loadedOnce") is True
