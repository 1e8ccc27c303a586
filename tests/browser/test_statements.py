"""Statements in a browser: formulas, images, languages, samples; and what a hostile one cannot do."""

from collections.abc import Mapping

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect
import pytest

from tests.browser.test_pages import CONTRASTS
from tests.unit.api.test_problems import ZIP, packed

MAP = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="200" height="100">
<rect width="20" height="10" fill="teal"/><script>top.document.title = "taken"</script></svg>"""
ENGLISH = r"""\problemname{Sum of $\Sigma$}
\illustration{0.4}{map.svg}{A \emph{map}}
Given $a$ and $b$, print $\displaystyle\sum_{i=1}^{2} x_i$, that is:
\[ a + b = \frac{2a + 2b}{2} \]
\begin{tabular}{|l|r|} \hline a & b \\ \hline \end{tabular}
\nextsample
\section*{Input} Two numbers\footnote{Small ones.}. \unknown
\begin{lstlisting}
a very long line of code that does not fit into the width of a telephone, nor into that of many others
\end{lstlisting}
"""
ARABIC = "اجمع $a$ و $b$.\n\n## المدخلات\n\n- سطر واحد\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
EVIL = """# Evil

<script>document.title = "taken"</script><img src=x onerror="document.title='taken'">
<style>body { display: none }</style><div style="position:fixed;inset:0">over</div>
<a href="javascript:document.title='taken'">press</a>
<iframe srcdoc="<script>top.document.title='taken'</script>"></iframe>
<form action="/api/v1/submissions" method="post"><button>press</button></form>
<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=alert(1)>">
"""
FILES = {
    "problem.yaml": (
        "problem_format_version: 2025-09\nname: {en: Sum, ar: مجموع, de: Summe}\n"
        "uuid: 3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11\nlicense: cc0\nlimits: {time_limit: 1.0}\n"
    ),
    "statement/problem.en.tex": ENGLISH,
    "statement/problem.ar.md": ARABIC,
    "statement/problem.de.md": EVIL,
    "statement/map.svg": MAP,
    "data/sample/1.in": "1 2\n",
    "data/sample/1.ans": "3\n",
    "data/secret/1.in": "1 2\n",
    "data/secret/1.ans": "3\n",
    "attachments/tool.py": "print()\n",
    "submissions/accepted/a.py": "print(3)\n",
}


@pytest.fixture(scope="session")
def statement_url(server_url: str) -> str:
    return bring(server_url, "statement", FILES)


def bring(server_url: str, name: str, files: Mapping[str, str]) -> str:
    content = packed(files, folder=f"{name}/")
    answer = httpx.post(f"{server_url}/api/v1/problems", content=content, headers=ZIP, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return f"{server_url}/problems/{name}"


def test_formulas_and_images_are_drawn(page: Page, statement_url: str) -> None:
    page.goto(statement_url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sum of")
    statement = page.get_by_role("region", name="Statement")
    formula = statement.locator("math").first
    assert formula.evaluate("each => each instanceof MathMLElement")
    tall = statement.locator("math[display=block]").bounding_box()
    assert tall is not None
    assert tall["height"] > 30, "a fraction is laid out as one"
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px \"Noto Sans Math\"', '\\u2211')")
    image = statement.get_by_role("img")
    assert image.evaluate("async each => { await each.decode(); return each.naturalWidth; }") == 200
    expect(page).to_have_title("Sum · Assay")  # and not what the image's script would have


def test_an_image_beside_the_text_lets_it_flow_around(page: Page, statement_url: str) -> None:
    page.goto(statement_url)
    figure = page.locator(".illustration").bounding_box()
    text = page.get_by_text("Given").bounding_box()
    assert figure is not None
    assert text is not None
    assert figure["x"] > text["x"] + 100
    assert abs(figure["y"] - text["y"]) < 40


def test_the_language_can_be_chosen(page: Page, statement_url: str) -> None:
    page.goto(statement_url)
    page.get_by_role("link", name="العربية").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("مجموع")
    statement = page.get_by_role("region", name="Statement")
    assert statement.evaluate("each => getComputedStyle(each).direction") == "rtl"
    heading = page.get_by_role("heading", name="المدخلات").evaluate(
        "each => { const range = document.createRange(); range.selectNodeContents(each);"
        " return each.getBoundingClientRect().right - range.getBoundingClientRect().right; }"
    )
    assert abs(heading) < 2, "it begins at the right"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sum of")


def test_samples_can_be_copied_and_downloaded(
    context: BrowserContext, page: Page, statement_url: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(statement_url)
    page.get_by_role("button", name="Copy Output 1").click()
    expect(page.get_by_role("button", name="Copy Output 1")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "3\n"
    for link, content in (("1.in", b"1 2\n"), ("tool.py", b"print()\n")):
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        assert download.value.path().read_bytes() == content
        assert download.value.suggested_filename == link


def test_an_evil_statement_does_nothing(page: Page, statement_url: str) -> None:
    page.goto(f"{statement_url}?lang=de")
    page.wait_for_selector("form[data-ready]")
    statement = page.get_by_role("region", name="Statement")
    expect(statement.get_by_role("heading", name="Evil")).to_be_visible()
    for element in ("script", "style", "iframe", "form", "button", "img[src]", "[style]", "[onerror]"):
        expect(statement.locator(element)).to_have_count(0)
    statement.get_by_text("press").first.click()
    expect(page).to_have_title("Summe · Assay")


def test_an_image_by_itself_runs_nothing(browser: Browser, statement_url: str) -> None:
    """Opened alone an SVG is a document, of our origin. Chromium says that it blocks the script."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    response = page.goto(f"{statement_url}/statement/map.svg")
    assert response is not None
    assert response.status == 200
    assert page.evaluate("document.title ?? ''") != "taken"
    assert any("Blocked script execution" in text for text in said)
    page.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_no_width_needs_sideways_scrolling(page: Page, statement_url: str, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{statement_url}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, statement_url: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(statement_url)
    page.wait_for_selector("form[data-ready]")
    assert page.evaluate(CONTRASTS) == []
