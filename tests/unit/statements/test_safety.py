"""Whatever a statement says, what comes out is harmless, and it comes out soon."""

from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
import pytest

from assay.domain.problem import StatementFormat
from assay.statements.sanitizing import _ATTRIBUTES, _TAGS
from tests.unit.statements.drawn import FILE_URL, markdown, tex

MATHML = {
    "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts",
    "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd",
    "mtext", "mtr", "munder", "munderover", "menclose", "merror", "semantics", "none",
}  # fmt: skip
ATTRIBUTES = {name for names in _ATTRIBUTES.values() for name in names} | {"rel", "data-sample"}
VOID = {"br", "hr", "img", "col", "wbr"}


class Inspector(HTMLParser):
    """Complains about every element and attribute that is not on the list, and about what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.complaints: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS | MATHML:
            self.complaints.append(f"<{tag}>")
        for name, value in attrs:
            if tag in MATHML:
                fine = not name.startswith("on") and name not in ("style", "href", "src", "id")
            else:
                fine = name in ATTRIBUTES
            if name in ("href", "src"):
                safe = ("http://", "https://", "mailto:", "#fn", FILE_URL)
                fine = (value or "").lower().startswith(safe if name == "href" else FILE_URL)
            if not fine:
                self.complaints.append(f"{name}={value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.complaints.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.complaints.append(f"<!--{data}-->")


def complaints_about(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.complaints + [f"<{tag}> left open" for tag in inspector.open]


EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=/submissions><input name=x><button>y</button></form>",
    "<a href='javascript:alert(1)'>x</a><a href='jav&#x09;ascript:alert(1)'>y</a>",
    "<div style='position:fixed;inset:0'>x</div><style>*{display:none}</style>",
    "<base href=//a.example><meta http-equiv=refresh content=0><link rel=stylesheet href=//a.example>",
    "<div id=main class='skip button primary'>x</div>",
    "<template><script>alert(1)</script></template><object data=x></object><embed src=x>",
    "<p data-workbench data-problem-id=x hx-get=/ hx-trigger=load>x</p>",
    "<!-- a --><![CDATA[<script>alert(1)</script>]]><?php x ?>",
    "</section></article></main><h1>x</h1>",
    "<span data-math='0'></span><div data-sample='1'></div><div data-slot='next'></div>",
    "<table><tr><td colspan=99999 rowspan=99999>x",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    '[x]: javascript:alert(1) "><img src=x onerror=alert(1)>"\n\n[x]',
    "$\\text{</math><script>alert(1)</script>}$",
    r"\href{javascript:alert(1)}{x} \url{javascript:alert(1)} \includegraphics{javascript:alert(1)}",
    r"\href{https://a.example/\" onclick=\"alert(1)}{x} \includegraphics[width=\"1 onload=x]{boat}",
    r'\begin{lstlisting}[language="><script>]</code></pre><script>\end{lstlisting}',
    r"\input{/etc/passwd} \include{x} \openin1=/etc/passwd \immediate\write18{id} \catcode`\%=12",
    '```"><script>alert(1)</script>\nx\n```',
]


@pytest.mark.parametrize("text", EVIL)
def test_no_evil_comes_through(text: str) -> None:
    for drawing in (markdown(text, samples=2), tex(text, samples=2), tex(f"\\problemname{{{text}}}")):
        assert complaints_about(drawing.html) == []
        assert complaints_about(drawing.title) == []
        for scheme in ("javascript:", "vbscript:", "data:"):
            assert f'="{scheme}' not in drawing.html.lower()
    for word in ("skip", "button", "primary", "main"):
        assert f'"{word}' not in markdown(text).html


def test_the_inspector_sees_evil() -> None:
    """So that these tests can fail."""
    assert complaints_about("<p>fine</p>") == []
    for html in ("<script>x</script>", "<p onclick=x>y</p>", "<p>x", "</p>", "<!-- x -->", "<a href=x>y</a>"):
        assert complaints_about(html) != []


WORDS = r"""
    \ { } $ $$ & \\ % #1 ~ ` * _ | [ ] ( ) ! < > " ' - ^ a é \( \) \[ \] \' \a \b \tt \item \hline \frac
    \text{ \left( \begin{ \end{ \begin{itemize} \end{itemize} \begin{tabular}{l|c} \end{tabular}
    \multicolumn{2}{c} \multirow{2}{*} \begin{align} \end{align} \verb| \begin{verbatim} \end{verbatim}
    \def\a#1{ \newcommand{\b}[2][x]{ \let\c= \textbf{ \footnote{ \href{ \url{ \includegraphics[
    \illustration{0.3}{boat}{ \caption{ \nextsample \problemname{ \section{ \iffalse \csname \endcsname
    {{nextsample}} {{remainingsamples}} [^1] ![x](boat.png) ``` <b> </b> <div> <table> <td> <details>
""".split()  # noqa: SIM905 - a list of so many raw strings is unreadable
SPACES = [
    " ",
    "    ",
    "\n",
    "\n\n",
    "# ",
    "- ",
    "> ",
    "\n[^1]: ",
    "|-|-|\n",
    "\u202e",
    "\x00",
    "\x1b",
    "\ud800",
]
PIECES = st.sampled_from([*EVIL, *WORDS, *SPACES])


@pytest.mark.parametrize("statement_format", [StatementFormat.TEX, StatementFormat.MARKDOWN])
@settings(max_examples=400, deadline=None)
@example(pieces=["\\begin{tabular}{l|c}", "\\begin{tabular}{l|c}", "&", "\\end{tabular}"])
@given(pieces=st.lists(PIECES | st.text(max_size=5), max_size=40))
def test_garbage_is_drawn_without_a_fault(statement_format: StatementFormat, pieces: list[str]) -> None:
    draw = tex if statement_format is StatementFormat.TEX else markdown
    drawing = draw("".join(pieces), samples=3)
    assert complaints_about(drawing.html) == []
    assert complaints_about(drawing.title) == []
    assert 0 <= drawing.samples_placed <= 3
