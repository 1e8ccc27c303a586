"""Markdown as the package format wants it (2025-09, "Markdown environment and supported features")."""

import pytest

from tests.unit.statements.drawn import markdown

TABLE = """<table>
<thead>
<tr>
<th class="centre">a</th>
</tr>
</thead>
<tbody>
<tr>
<td class="centre">c</td>
</tr>
</tbody>
</table>
"""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* **c** `d` ~~e~~", "<p>a <em>b</em> <strong>c</strong> <code>d</code> <s>e</s></p>\n"),
        ("# A\n\n## B\n", "<h2>A</h2>\n<h3>B</h3>\n"),
        ("## A\n\n### B\n", "<h2>A</h2>\n<h3>B</h3>\n"),
        ("- a\n- b\n", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("```cpp\nx<y\n```\n", '<pre><code class="language-cpp">x&lt;y\n</code></pre>\n'),
        ("| a |\n|:-:|\n| c |\n",
         TABLE),
        ("a<br>b <sub>c</sub>", "<p>a<br>b <sub>c</sub></p>\n"),
        ("![a boat](boat.png)", '<p><img src="/problems/p/statement/boat.png" alt="a boat"></p>\n'),
        ("![net](./sub/net.jpg)", '<p><img src="/problems/p/statement/sub/net.jpg" alt="net"></p>\n'),
        ('<img src="map.svg" width="300px" style="x" onload="y">',
         '<img src="/problems/p/statement/map.svg" width="300">'),
        (r"\$5 and \{a\}", "<p>$5 and {a}</p>\n"),
    ],
)  # fmt: skip
def test_text(text: str, html: str) -> None:
    assert markdown(text).html == html


def test_formulas() -> None:
    html = markdown("inline $a_1 * b_1$, $x<y$ and $$\\frac12$$\n\n$$\nz\n$$\n").html
    assert html.count("<math>") == 2
    assert html.count('<span class="display"><math display="block">') == 2
    assert "<em>" not in html
    assert "<mo>&lt;</mo>" in html
    assert "`$x$`"[1:-1] in markdown("`$x$`").html


def test_footnotes() -> None:
    html = markdown("a[^1] b[^note]\n\n[^1]: one\n[^note]: two $x$\n").html
    assert '<sup class="footnote-ref"><a href="#fn1" id="fnref1"' in html
    assert '<li id="fn2" class="footnote-item"><p>two <math>' in html
    assert 'href="#fnref2"' in html


def test_samples_stand_where_the_text_wants_them() -> None:
    drawing = markdown(
        "a\n\n{{nextsample}}\n\nb {{nextsample}} c\n\n`{{nextsample}}`\n\n{{remainingsamples}}", samples=4
    )
    slots = [f'<div data-sample="{n}"></div>' for n in range(1, 5)]
    assert f"<p>a</p>\n{slots[0]}" in drawing.html
    assert f"<p>b </p>{slots[1]} c" in drawing.html
    assert "<code>{{nextsample}}</code>" in drawing.html
    assert f"{slots[2]}{slots[3]}" in drawing.html
    assert drawing.samples_placed == 4


@pytest.mark.parametrize(
    "url",
    ["http://a.example/b.png", "//a.example/b.png", "/etc/passwd", "../boat.png", "data:image/png;base64,AA"],
)
def test_images_from_elsewhere_are_not_loaded(url: str) -> None:
    html = markdown(f"![x]({url}) <img src='{url}'>").html
    assert url not in html
    assert "src=" not in html


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/b?c=d", True),
        ("mailto:a@b.example", True),
        ("plan.pdf", False),  # of the statement: leads to where it is served
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("//a.example", False),
        ("/submissions", False),
        ("#main", False),
    ],
)
def test_where_links_may_lead(url: str, kept: bool) -> None:
    html = markdown(f'<a href="{url}">x</a>').html
    assert (f'href="{url}"' in html) is kept
    assert ('href="/problems/p/statement/plan.pdf"' in html) is (url == "plan.pdf")


def test_a_long_text_is_shown_as_text() -> None:
    drawing = markdown("a" * (1024 * 1024 + 1))
    assert "longer than" in drawing.trouble
