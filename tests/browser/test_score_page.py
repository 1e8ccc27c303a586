"""The page of a score in a browser: it needs no other file, fits a phone, and reads in light and in dark."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect
import pytest

from assay.assessments.report import Report, html_report
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import score
from assay.domain.verdict import Verdict
from tests.unit.assessments.programs import LINEAR_FIT, analysis, decision, finding, trace

PHONE, DESKTOP = 390, 1280
CONTRAST_MIN = 4.5  # WCAG 2.2, 1.4.3 (AA)
HOSTILE = "</style><script>document.title='broken'</script><img src=http://127.0.0.1:9/x>"
CONTRAST = """() => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const [x, y, z] = [r, g, b].map(c => linear(c / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const worst = [];
  const texts = 'p, h1, h2, h3, td, th, a, code, caption, figcaption, summary';
  for (const element of document.querySelectorAll(texts)) {
    if (!element.innerText.trim()) continue;
    const a = luminance(channels(getComputedStyle(element).color)), b = luminance(ground(element));
    worst.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.outerHTML.slice(0, 80)]);
  }
  return worst.sort((a, b) => a[0] - b[0])[0];
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with everything on it, and a program that would like to break it."""
    rubric = shipped_rubric("default")
    traced = trace(time_ratio=5.0, fit=LINEAR_FIT)
    said = replace(finding("sleeps", "concurrency", line=30), message="A long word on that. " * 20)
    result = score(
        decision([True] * 9 + [False]),
        analysis=analysis([said, finding("bare", "error_handling", line=2)]),
        trace=traced,
        rubric=rubric,
        role="backend",
        precision={},
    )
    lines = [HOSTILE, *(f"line {number} " + "and so on " * 20 for number in range(2, 60))]
    report = Report(
        problem=HOSTILE,
        file_name="a.py",
        source="\n".join(lines).encode(),
        verdict=Verdict.WA,
        score=result,
        rubric=rubric,
        trace=traced,
    )
    file: Path = tmp_path_factory.mktemp("page") / "score.html"
    file.write_text(html_report(report))
    return file.as_uri()


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page in a scheme and a width. It must not complain, nor ask anybody for anything."""
    scheme: Literal["light", "dark"]
    scheme, width = getattr(request, "param", ("light", DESKTOP))
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("request", lambda asked: complaints.append(asked.url) if asked.url != address else None)
    opened.goto(address)
    yield opened
    opened.close()
    assert complaints == []


@pytest.mark.parametrize(
    "page",
    [(scheme, width) for scheme in ("light", "dark") for width in (PHONE, DESKTOP)],
    ids=["light phone", "light desktop", "dark phone", "dark desktop"],
    indirect=True,
)
def test_it_fits_and_can_be_read(page: Page) -> None:
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    # What is said in the code can be read without scrolling, however long the lines are.
    right = "each => each.getBoundingClientRect().right"
    code_right = page.locator(".code").evaluate(right)
    assert all(said.evaluate(right) <= code_right for said in page.locator(".said").all())
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= CONTRAST_MIN, where
    assert "broken" not in page.title()


def test_a_reason_leads_to_its_line_and_back(page: Page) -> None:
    page.get_by_role("link", name="Reason 2, at line 30").click()
    line = page.locator("#line-30")
    expect(line).to_be_in_viewport()
    line.get_by_role("link", name="Reason 2").click()
    expect(page.locator("#d2")).to_be_in_viewport()


def test_charts_have_names_and_scroll_by_keyboard(page: Page) -> None:
    for name in ("CPU time of each test", "Peak memory of each test", "CPU time over the size of the input"):
        expect(page.get_by_role("img", name=name).first).to_be_visible()
    code = page.get_by_role("group", name="The program, can be scrolled")
    code.focus()
    expect(code).to_be_focused()
