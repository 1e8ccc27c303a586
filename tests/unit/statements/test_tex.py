"""The LaTeX subset of the package format (2025-09, "LaTeX environment and supported subset")."""

from itertools import pairwise

import pytest

from tests.unit.statements.drawn import tex

REL = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        # paragraphs, remarks, white space
        ("one\ntwo\n\nthree", "<p>one two</p><p>three</p>"),
        ("one % remark\ntwo", "<p>one two</p>"),
        ("one\n%\n\ntwo", "<p>one</p><p>two</p>"),
        (r"100\% of a\_b \{x\} \# \& \$5", "<p>100% of a_b {x} # &amp; $5</p>"),
        (r"a\\b\newline c", "<p>a<br>b<br>c</p>"),
        (r"\noindent a~b\par c", "<p>a&nbsp;b</p><p>c</p>"),
        # signs
        ("``a'' `b' <<c>> -- --- \\ldots{} \\textellipsis", "<p>“a” \u2018b\u2019 «c» \u2013 — … …</p>"),
        ("\\'e \\\"{o} \\c c \\v{s} \\^\\i \\aa \\ss", "<p>é ö ç š îåß</p>"),
        (r"\texttt{``a'' -- <b>}", "<p><code>``a'' -- &lt;b&gt;</code></p>"),
        # weights and sizes
        (r"\textbf{a} \emph{b} \textit{c} \texttt{d} \t{e}",
         "<p><strong>a</strong> <em>b</em> <em>c</em> <code>d</code> <code>e</code></p>"),
        (r"\underline{a} \sout{b} \textsc{c}", '<p><u>a</u> <s>b</s> <span class="smallcaps">c</span></p>'),
        (r"{\bf a {\it b} c} d", "<p><strong>a <em>b</em> c</strong> d</p>"),
        (r"{\tt a\rm b}", "<p><code>a</code>b</p>"),
        (r"\textbf{a \textit{b}\ c}", "<p><strong>a <em>b</em> c</strong></p>"),
        ("{\\bf one\n\ntwo} three", "<p><strong>one</strong></p><p><strong>two</strong> three</p>"),
        (r"{\tiny a}{\Huge b}{\small\Large c}",
         '<p><span class="size-0">a</span><span class="size-9">b</span><span class="size-6">c</span></p>'),
        # headings
        (r"\section*{Input}a", "<h2>Input</h2><p>a</p>"),
        (r"\subsection{A \emph{b}}", "<h3>A <em>b</em></h3>"),
        # lists
        (r"\begin{itemize}\item a\item b\end{itemize}", "<ul><li>a</li><li>b</li></ul>"),
        (r"\begin{enumerate}\item a \begin{itemize}\item b\end{itemize}\item c\end{enumerate}",
         "<ol><li><p>a</p><ul><li>b</li></ul></li><li>c</li></ol>"),
        (r"\begin{description}\item[x] y\end{description}", "<ul><li><strong>x</strong> y</li></ul>"),
        # blocks
        (r"\begin{quote}a\end{quote}", "<blockquote><p>a</p></blockquote>"),
        (r"\begin{center}a\end{center}", '<div class="centre"><p>a</p></div>'),
        (r"\epigraph{a}{b}", '<blockquote class="epigraph">a<footer>b</footer></blockquote>'),
        ("\\begin{verbatim}\n a  \\b$ <x>\n\\end{verbatim}", "<pre><code> a  \\b$ &lt;x&gt;</code></pre>"),
        ("\\begin{lstlisting}[language=Python]\nx = 1 # %\n\\end{lstlisting}",
         '<pre><code class="language-python">x = 1 # %</code></pre>'),
        (r"\verb|a\b{|c", "<p><code>a\\b{</code>c</p>"),
        # links
        (r"\url{https://a.example/b_c%20d}",
         f'<p><a href="https://a.example/b_c%20d" {REL}>https://a.example/b_c%20d</a></p>'),
        (r"\href{https://a.example/\#b}{\textbf{c}}",
         f'<p><a href="https://a.example/#b" {REL}><strong>c</strong></a></p>'),
        # macros
        (r"\newcommand{\maxn}{10\,000}\maxn{} \maxn", "<p>10\u2009000 10\u2009000</p>"),
        (r"\newcommand\pair[2][x]{(#1,#2)}\pair{y}\pair[a]{b}", "<p>(x,y)(a,b)</p>"),
        (r"\def\twice#1{#1#1}\twice{ab}\twice c", "<p>ababcc</p>"),
        (r"\let\old=\textbf\renewcommand{\textbf}[1]{\textit{#1}}\textbf{a}", "<p><em>a</em></p>"),
        # what is forgotten ends with what is around it
        (r"{\bf a", "<p><strong>a</strong></p>"),
        (r"a } b", "<p>a b</p>"),
        (r"\begin{itemize}\item {\bf a\end{itemize}b", "<ul><li><strong>a</strong></li></ul><p>b</p>"),
        (r"\textbf{\begin{center}a}b", '<div class="centre"><p><strong>a</strong></p></div><p>b</p>'),
        (r"costs 5$ today", "<p>costs 5$ today</p>"),
        (r"\end{center}a", "<p>a</p>"),
    ],
)  # fmt: skip
def test_text(text: str, html: str) -> None:
    assert tex(text).html == html


def cell(text: str, css_class: str, spans: str = "") -> str:
    return f'<td class="{css_class}"{spans}>{text}</td>'


RULED = "centre rule-left rule-right rule-top rule-bottom"


@pytest.mark.parametrize(
    ("columns", "body", "rows"),
    [
        ("lr", r"a & b \\ c & d",
         [[cell("a", "left"), cell("b", "right")], [cell("c", "left"), cell("d", "right")]]),
        ("|c|", r"\hline a \\ \hline", [[cell("a", RULED)]]),
        ("l|l", r"a & b \\ \cline{2-2} c & d",
         [[cell("a", "left rule-right"), cell("b", "left rule-bottom")],
          [cell("c", "left rule-right"), cell("d", "left rule-top")]]),
        ("ll", r"\multicolumn{2}{c}{a} \\ b & c",
         [[cell("a", "centre", ' colspan="2"')], [cell("b", "left"), cell("c", "left")]]),
        ("ll", r"\multirow{2}{*}{a} & b \\ & c",
         [[cell("a", "left", ' rowspan="2"'), cell("b", "left")], [cell("c", "left")]]),
        ("*{2}{r}p{3cm}", r"a & {b & \\ } & \& ",
         [[cell("a", "right"), cell("b &amp; <br>", "right"), cell("&amp;", "left")]]),
    ],
)  # fmt: skip
def test_tables(columns: str, body: str, rows: list[list[str]]) -> None:
    drawn = tex(rf"\begin{{tabular}}{{{columns}}}{body}\end{{tabular}}").html
    html = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    assert drawn == f"<table><tbody>{html}</tbody></table>"


def test_a_cell_may_hold_a_list_and_another_table() -> None:
    inner = r"\begin{tabular}{l}x & y \\ z\end{tabular}"
    html = tex(
        rf"\begin{{tabular}}{{ll}}\begin{{itemize}}\item a\end{{itemize}} & {inner}\end{{tabular}}"
    ).html
    assert "<ul><li>a</li></ul>" in html
    assert html.count("<table>") == 2
    assert html.count("<tr>") == 3


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (r"\includegraphics{boat}", '<img src="/problems/p/statement/boat.png" alt="boat">'),
        (r"\includegraphics[width=0.42\textwidth]{boat.png}",
         '<img src="/problems/p/statement/boat.png" alt="boat" class="w-40">'),
        (r"\includegraphics[width=2cm,height=10px]{map}",
         '<img src="/problems/p/statement/map.svg" alt="map" width="76" height="10">'),
        (r"\def \htmlPixelsInCm {45}\includegraphics[width=2cm]{map}",
         '<img src="/problems/p/statement/map.svg" alt="map" width="90">'),
        (r"\includegraphics{sub/net.jpg}", '<img src="/problems/p/statement/sub/net.jpg" alt="net">'),
        (r"\includegraphics{plan.pdf}",
         '<a href="/problems/p/statement/plan.pdf" rel="noopener noreferrer nofollow">plan.pdf</a>'),
    ],
)  # fmt: skip
def test_images(text: str, tag: str) -> None:
    assert tex(text).html == f"<p>{tag}</p>"


def test_figures() -> None:
    html = tex(r"\illustration{0.3}{boat}{A \emph{boat}}").html
    image = '<img src="/problems/p/statement/boat.png" alt="boat">'
    caption = "<figcaption>A <em>boat</em></figcaption>"
    assert html == f'<figure class="illustration w-30">{image}{caption}</figure>'
    html = tex(r"\begin{wrapfigure}{l}{0.5\textwidth}\includegraphics{boat}\caption{b}\end{wrapfigure}").html
    assert html.startswith('<figure class="beside-left w-50"><p><img ')
    assert html.endswith("<figcaption>b</figcaption></figure>")


@pytest.mark.parametrize("name", ["/etc/passwd", "../boat.png", "http://a.example/b.png", "boat.gif", ""])
def test_no_other_image_is_shown(name: str) -> None:
    drawing = tex(rf"\includegraphics{{{name}}}")
    assert "<img" not in drawing.html
    assert drawing.remarks == (f"the image {name} is missing",)


def test_footnotes_stand_at_the_end() -> None:
    html = tex(r"a\footnote{b \footnote{c}}\par d").html
    assert html.startswith('<p>a<sup class="footnote-ref"><a href="#fn1" id="fnref1"')
    assert html.index("d</p>") < html.index('<li id="fn1">b ') < html.index('<li id="fn2">c ')


def test_the_name_may_have_formulas() -> None:
    drawing = tex(r"\problemname{Add $x^2$ \& \emph{more}}Text")
    assert drawing.title.startswith("Add <math><msup><mi>x</mi>")
    assert drawing.title.endswith("</math> &amp; <em>more</em>")
    assert drawing.html == "<p>Text</p>"
    assert tex(r"\problemname{}").title == ""


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Output"), ("sv", "Utdata"), ("pt-BR", "Saída"), ("xx", "Output")]
)
def test_the_judges_headings_are_in_the_statements_language(language: str, word: str) -> None:
    html = tex(r"\begin{Output}a\end{Output}", language=language).html
    assert html == f'<section class="section-output"><h2>{word}</h2><p>a</p></section>'


def test_samples_stand_where_the_text_wants_them() -> None:
    drawing = tex(r"a\nextsample b\nextsample\remainingsamples\remainingsamples\nextsample", samples=4)
    slots = [f'<div data-sample="{n}"></div>' for n in range(1, 5)]
    assert drawing.html == f"<p>a</p>{slots[0]}<p>b</p>{slots[1]}{slots[2]}{slots[3]}"
    assert drawing.samples_placed == 4
    assert tex(r"\nextsample a", samples=2).samples_placed == 1
    assert tex(r"\nextsample", samples=0).html == ""


def test_what_is_not_known_is_shown_by_its_name() -> None:
    drawing = tex(r"a \frobnicate{b} \begin{gizmo}c\end{gizmo} \frobnicate")
    assert drawing.html.count(r'<code class="unknown">\frobnicate</code>') == 2
    assert ">b" in drawing.html.replace("</code>", ">")
    assert " c" in drawing.html.replace("</code>", " ")
    assert drawing.remarks == (r"\frobnicate is not known", r"\begin{gizmo} is not known")


@pytest.mark.parametrize(
    "text",
    [
        r"\def\a#1.{x}\a b.",
        r"\newcommand{a}{b}",
        r"\def",
        r"\newcommand{\a}[x]{b}",
        r"\let",
        r"\def\begin{x}",
    ],
)
def test_definitions_beyond_plain_ones_are_told(text: str) -> None:
    assert any("definition" in remark for remark in tex(text).remarks)


# \b is \a forty times over, \c is \b forty times over, and so on
DOUBLING = (
    r"\def\a{xxxx!}"
    + "".join(rf"\def\{big}{{{(chr(92) + small) * 40}}}" for small, big in pairwise("abcdefgh"))
    + r"\h"
)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (r"\def\a{\a}\a", "macros are expanded more than 10000 times"),
        (r"\def\a{\a\a}\a", "macros are expanded more than 10000 times"),
        (DOUBLING, "macros are expanded more than"),
        (r"\newcommand\a[1]{#1#1#1#1#1#1#1#1#1}" + r"\a{" * 8 + "x" + "}" * 8, "macros are expanded more"),
        (r"\newcommand\a[1]{#1#1#1}\a{" + "{} " * 20_000 + "}", "too much is nested or expanded"),
        ("{" * 51, "nested more than 50 deep"),
        (r"\begin{center}" * 51, "nested more than 50 deep"),
        (r"\textbf{" * 51, "nested more than 50 deep"),
        (r"\footnote{" * 51, "nested more than 50 deep"),
        (r"\begin{tabular}{l}" + "&" * 20_001 + r"\end{tabular}", "more than 20000 cells"),
    ],
)  # fmt: skip
def test_what_is_too_much_is_shown_as_text(text: str, trouble: str) -> None:
    drawing = tex(text)
    assert trouble in drawing.trouble
    assert drawing.html.startswith('<pre class="source-text">')
