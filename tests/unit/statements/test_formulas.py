"""TeX formulas as MathML."""

import pytest

from assay.statements.formulas import COMMANDS_MAX, Formulas, fitted


def mathml(tex: str, *, display: bool = False) -> str:
    formulas = Formulas()
    return formulas.put_in(formulas.keep(tex, display=display))


@pytest.mark.parametrize(
    "tex",
    [
        r"\sum_{i=1}^n \left\lfloor \frac{i}{2} \right\rfloor",
        r"\begin{cases} 1 & \text{if $x > 0$,} \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        r"\begin{align} a &= b \\ c &= d \end{align}",
        r"\begin{eqnarray} a &=& b \end{eqnarray}",
        r"\begin{alignat}{2} a &= b \end{alignat}",
        r"\begin{split} a &= b \end{split}",
        r"\binom{n}{k} \bmod 10^9+7, \gcd(a,b), a \equiv b \pmod m, {n \choose k}",
        r"1 \leq n \leq 10\,000, \{1, \ldots, n\}, |S|, \lVert x \rVert",
        r"\operatorname{lcm}(a,b) \operatorname*{argmin}_x \max_{1\le i\le n} \mathcal{O}(n\log n)",
        r"\underbrace{a+b}_{n} \overline{x} \vec{v} \hat{x} \widetilde{abc} \sqrt[3]{x} \xrightarrow{f}",
        r"\mathbb{R} \mathbf{x} \mathrm{d} \mathtt{a_b} \texttt{a_b} \text{a_b} \mbox{ if } {\bf x}",
        r"\substack{a \\ b} \boxed{x} \color{red} x \textcolor{blue}{y} \phantom{z} \label{eq} \nonumber",
        r"\begin{array}{|l|r|} \hline a & b \\ \hdashline c & d \end{array}",
        r"\not= \neq \in \notin \subseteq \cup \emptyset \implies \iff \to \mapsto \forall \exists \infty",
        r"\bigl( \Big[ \biggl\{ \middle| \Biggr) \text{é 中}",
    ],
)
def test_what_statements_have(tex: str) -> None:
    html = mathml(tex, display=True) if "middle" not in tex else mathml(tex.replace(r"\middle|", ""))
    assert "<math" in html, tex
    assert "\\" not in html
    assert " style=" not in html


@pytest.mark.parametrize(
    "tex", [r"\frobnicate x", r"\frac{1}{", "{", "a & b", r"\begin{x}\end{y}", r"\left( x"]
)
def test_what_is_not_understood_is_shown_as_its_source(tex: str) -> None:
    formulas = Formulas()
    html = formulas.put_in(formulas.keep(f"{tex} <b>", display=False))
    assert html == f'<code class="formula">${tex.replace("&", "&amp;")} &lt;b&gt;$</code>'
    assert formulas.refused == [f"{tex} <b>"]


@pytest.mark.parametrize(
    "tex",
    [
        "{" * 30_000 + "}" * 30_000,
        r"\sqrt" * 30_000,
        "x^{" * 3000 + "}" * 3000,
        "a" * 20_001,
        r"\left(" * 5000,
    ],
)
def test_a_formula_is_bounded(tex: str) -> None:
    assert mathml(tex).startswith('<code class="formula">')


@pytest.mark.parametrize(
    "unit", ["{%}", r"\sqrt{%}", r"x^{%}", r"\left(%\right)", r"\frac{%}{2}", r"\text{%}"]
)
def test_the_deepest_formula_that_is_let_through_does_no_harm(unit: str) -> None:
    """math-core recurses; its stack must hold what the bounds allow."""
    before, after = unit.split("%")
    depth = COMMANDS_MAX // (unit.count("{") + unit.count("\\"))
    mathml(before * depth + after * depth)


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"<img src=x onerror=alert(1)>",
        r'\text{" onload="x}',
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(//a.example)}{x}",
        r"\class{evil}{x}",
        r"\cssId{main}{x}",
        r"\unicode{x3c}script\unicode{x3e}",
        "\\color{red;background:url(x)}y",
        r"\label{<b>}\tag{<b>}",
    ],
)
def test_a_formula_brings_no_markup_of_its_own(tex: str) -> None:
    for display in (False, True):
        html = mathml(tex, display=display)
        for evil in (
            "<script",
            "<img",
            'onload="',
            "javascript:alert(1)&quot;",
            "href=",
            " style=",
            "<b>",
            "id=",
        ):
            assert evil not in html


def test_colours_and_rules_need_no_style_attributes() -> None:
    assert 'mathcolor="#FF0000"' in mathml(r"\color{red}x")
    table = mathml(r"\begin{array}{l|r}a&b\\\hline c&d\end{array}")
    assert 'class="m-left m-rule-right"' in table
    assert 'class="m-rule-top m-right"' in table


def test_placeholders_of_others_vanish() -> None:
    assert Formulas().put_in('a<span data-math="0"></span><span data-math="999999999"></span>b') == "ab"


def test_texts_are_taken_apart() -> None:
    assert fitted(r"\text{if $x_1$ is a_b}y") == r"\text{if }{x_1}\text{ is a\_b}y"
    assert fitted(r"\mbox{a\_b} \text{un") == r"\mbox{a\_b} \text{un"
