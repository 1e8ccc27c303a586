"""A person's way through the pages: find a problem, write, submit, watch the verdict come."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
import re

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
import pytest

from assay.adapters.memory.feed import MemoryEventFeed
from assay.adapters.memory.store import MemoryStore
from assay.api.limits import Capacity
from assay.domain.events import SubmissionEvent
from tests.browser.conftest import TESTS, bring_problem
from tests.browser.workbench import ACCEPTED, BROKEN_CPP, WRONG, submit, verdict_of, write
from tests.unit.api.door import Door
from tests.unit.api.serving import served


def test_the_list_leads_to_the_statement(page: Page, server_url: str, problem_url: str) -> None:
    page.goto(server_url)
    expect(page).to_have_title("Problems · Assay")
    row = page.get_by_role("row", name=re.compile("Twice as much"))
    expect(row).to_contain_text("256 MiB")
    row.get_by_role("link").click()
    expect(page).to_have_url(problem_url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Twice")
    statement = page.get_by_role("region", name="Statement")
    expect(statement).to_contain_text("A <b>tag</b> & an ampersand are just text here.")
    sample = page.get_by_role("group", name="Sample 1")
    expect(sample.locator("pre").nth(0)).to_have_text("21\n")
    expect(sample.locator("pre").nth(1)).to_have_text("42\n")


def test_an_accepted_submission_appears_live_without_a_reload(workbench: Page) -> None:
    workbench.evaluate("window.loadedOnce = true")
    submit(workbench, "python3", f"# step: 0.5 s\n{ACCEPTED}")
    line = workbench.locator("#result [data-status-line]")
    expect(line).to_have_text(re.compile(r"Running test \d of 6"))
    expect(workbench.locator("#result [data-live-tests] .passed").first).to_have_text(
        re.compile(r"1\s*Passed")
    )
    assert "Accepted" in verdict_of(workbench)
    rows = workbench.locator("#result .tests tbody tr")
    expect(rows).to_have_count(TESTS)
    expect(rows.first).to_contain_text("Accepted")
    expect(rows.first).to_contain_text(re.compile(r"\d+ ms"))
    expect(rows.first).to_contain_text(re.compile(r"[KM]iB"))
    expect(workbench.locator("#announcer")).to_have_text("Accepted")
    assert workbench.evaluate("window.loadedOnce") is True


def test_a_wrong_answer_ends_at_its_test(workbench: Page) -> None:
    submit(workbench, "python3", WRONG)
    assert "Wrong answer" in verdict_of(workbench)
    rows = workbench.locator("#result .tests tbody tr")
    expect(rows).to_have_count(TESTS)
    expect(rows.last).to_contain_text("Wrong answer")


def test_a_compile_error_shows_what_the_compiler_said(workbench: Page) -> None:
    submit(workbench, "cpp", BROKEN_CPP)
    assert "Compile error" in verdict_of(workbench)
    expect(workbench.get_by_text("error: expected")).to_be_visible()
    expect(workbench.locator("#result .tests")).to_have_count(0)


def test_a_second_submission_takes_the_place_of_the_first(workbench: Page) -> None:
    """While the first is still being judged, and goes on telling how far it has come."""
    submit(workbench, "python3", f"# step: 3 s\n{ACCEPTED}")
    panel = workbench.locator("#result .panel")
    expect(panel.locator("[data-status-line]")).to_have_text(re.compile("Running"))
    first = panel.get_attribute("id")
    submit(workbench, "python3", WRONG)
    assert "Wrong answer" in verdict_of(workbench)
    expect(panel).to_have_count(1)
    assert panel.get_attribute("id") != first


def test_the_permalink_is_live_too_and_shows_the_source(context: BrowserContext, workbench: Page) -> None:
    submit(workbench, "python3", ACCEPTED)
    url = workbench.get_by_role("link", name="Permalink").get_attribute("href")
    other = context.new_page()
    other.goto(f"{workbench.url.partition('/problems')[0]}{url}")
    expect(other.locator(".badge")).to_contain_text("Accepted")
    expect(other.get_by_role("figure")).to_contain_text("print(2 * int(input()))")
    other.reload()
    expect(other.locator(".badge")).to_contain_text("Accepted")


def test_everything_works_by_keyboard(workbench: Page) -> None:
    language = workbench.get_by_label("Language")
    language.focus()
    workbench.keyboard.type("Pyth")
    expect(language).to_have_value("python3")
    workbench.keyboard.press("Tab")
    expect(workbench.get_by_label("Open file")).to_be_focused()
    workbench.keyboard.press("Tab")
    editor = workbench.get_by_role("textbox", name="Source")
    expect(editor).to_be_focused()
    workbench.keyboard.press("Tab")
    workbench.keyboard.insert_text("print(1)  # step: 0.3 s")
    assert editor.inner_text().startswith("    print(1)")
    workbench.keyboard.press("Escape")  # closes the completions, if they are open
    workbench.keyboard.press("Escape")
    workbench.keyboard.press("Tab")
    button = workbench.get_by_role("button", name="Submit")
    expect(button).to_be_focused()
    workbench.keyboard.press("Enter")
    assert "Accepted" in verdict_of(workbench)
    editor.focus()
    workbench.keyboard.press("Control+Enter")
    expect(workbench.locator("#result [data-status-line]")).to_have_text(
        re.compile("queue|Compiling|Running")
    )


def test_the_servers_refusal_is_shown(workbench: Page) -> None:
    workbench.get_by_label("Language").select_option("python3")
    write(workbench, "x" * 140_000)
    workbench.get_by_role("button", name="Submit").click()
    expect(workbench.get_by_role("alert")).to_contain_text("source: the source has 140000 bytes")


def test_a_lost_answer_makes_no_second_submission(workbench: Page) -> None:
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.abort()
        else:
            route.continue_()

    workbench.route("**/api/v1/submissions", lose_the_first)
    submit(workbench, "python3", ACCEPTED)
    expect(workbench.get_by_role("alert")).to_contain_text("cannot be reached")
    workbench.get_by_role("button", name="Submit").click()
    assert "Accepted" in verdict_of(workbench)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    workbench.get_by_role("button", name="Submit").click()
    expect(workbench.locator("#result .panel")).to_be_visible()
    assert keys[2] != keys[1]


class RememberingFeed(MemoryEventFeed):
    """Remembers from where each follower asked to go on."""

    def __init__(self, store: MemoryStore, asked: list[int]) -> None:
        super().__init__(store)
        self._asked = asked

    def follow(self, submission_id: str, *, after_seq: int) -> AsyncGenerator[SubmissionEvent, None]:
        self._asked.append(after_seq)
        return super().follow(submission_id, after_seq=after_seq)


def test_a_stream_that_ends_early_is_taken_up_where_it_ended(browser: Browser, tmp_path: Path) -> None:
    """A server of its own, which ends each stream soon: the browser comes back by itself for the rest."""
    asked: list[int] = []

    def make_door() -> Door:
        door = Door(upload_dir=tmp_path, capacity=Capacity(follow_seconds_max=0.1))
        feed = RememberingFeed(door.store, asked)
        door.app.state.services = replace(door.services, feed=feed)
        return door

    with served(make_door, step_seconds=0.3) as url:
        bring_problem(url)
        page = browser.new_page()
        page.goto(f"{url}/problems/twice")
        page.wait_for_selector("form[data-ready]")
        submit(page, "python3", ACCEPTED)
        assert "Accepted" in verdict_of(page)
        expect(page.locator("#result .tests tbody tr")).to_have_count(TESTS)
        page.close()
    assert len(asked) > 1
    assert asked == sorted(set(asked)), "it went on after what it had seen"
    assert asked[-1] > 1


def test_a_server_that_is_gone_is_told(browser: Browser, tmp_path: Path) -> None:
    """By a panel that waits for its verdict, by the next submission, and by a run on one's own input."""
    with served(lambda: Door(upload_dir=tmp_path, capacity=Capacity()), step_seconds=0.05) as url:
        bring_problem(url)
        page = browser.new_page()
        page.goto(f"{url}/problems/twice")
        page.wait_for_selector("form[data-ready]")
        submit(page, "python3", f"# step: 60 s\n{ACCEPTED}")
        line = page.locator("#result [data-status-line]")
        expect(line).to_have_text(re.compile("Waiting|Compiling"))
    expect(line).to_have_text("The server does not answer; trying again")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-refusal]")).to_contain_text("cannot be reached")
    page.get_by_text("Run it on an input of your own").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("[data-run-refusal]")).to_contain_text("cannot be reached")
    page.close()


def test_languages_without_a_toolchain_cannot_be_chosen(workbench: Page, server_url: str) -> None:
    for language in httpx.get(f"{server_url}/api/v1/languages").json()["items"]:
        option = workbench.locator(f"option[value={language['id']}]")
        assert option.is_disabled() is not language["available"]


@pytest.mark.parametrize("path", ["/nothing", "/problems/none", "/submissions/none"])
def test_a_lost_visitor_is_shown_the_way(page: Page, server_url: str, path: str) -> None:
    response = page.goto(server_url + path)
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    page.get_by_role("link", name="All problems").click()
    expect(page).to_have_url(f"{server_url}/")


@pytest.mark.parametrize("width", [320, 375, 768])
def test_narrow_screens_need_no_sideways_scrolling(workbench: Page, server_url: str, width: int) -> None:
    workbench.set_viewport_size({"width": width, "height": 800})
    submit(workbench, "python3", "# " + "long " * 40 + "\n" + ACCEPTED)
    assert "Accepted" in verdict_of(workbench)
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not workbench.evaluate(too_wide)
    workbench.goto(server_url)
    assert not workbench.evaluate(too_wide)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(
    browser: Browser, problem_url: str, scheme: str, context: BrowserContext
) -> None:
    """WCAG AA: 4.5 to 1, measured where text is, in both colour schemes."""
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(problem_url)
    page.wait_for_selector("form[data-ready]")
    submit(page, "python3", WRONG)
    assert "Wrong answer" in verdict_of(page)
    faint = page.evaluate(CONTRASTS)
    assert faint == []


# Every element with text of its own, its colour against the nearest opaque background; those below 4.5 to 1.
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width < 2 || element.disabled || element.closest('[disabled]')) continue;
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return faint;
}"""
