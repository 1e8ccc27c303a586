"""TeX formulas as MathML, which browsers show without scripts.

The work is math-core's. Here its input is made to fit (commands of MathJax that it does not know and that
have a near equivalent, text with formulas inside) and its style attributes become presentational ones and
classes, since pages let no style attributes in. A formula that it refuses is shown as its source.
"""

from html import escape
import re

from math_core import LatexError, LatexToMathML

CHARACTERS_MAX = 20_000  # of one formula: a table of a page or two
COMMANDS_MAX = 2_000  # in one formula, with its braces; math-core recurses, and 5,000 end its stack
PLACEHOLDER = '<span data-math="{}"></span>'
_PLACEHOLDER = re.compile(r'<span data-math="(\d{1,9})"></span>')

# What MathJax knows and math-core does not, by what comes closest to it.
_NEAR = {
    "mbox": r"\text{#1}",
    "hbox": r"\text{#1}",
    "textup": r"\text{#1}",
    "textnormal": r"\text{#1}",
    "textmd": r"\text{#1}",
    "textsc": r"\text{#1}",
    "t": r"\texttt{#1}",
    "emph": r"\textit{#1}",
    "substack": r"\begin{matrix}#1\end{matrix}",
    "ensuremath": "#1",
    "smash": "#1",
    "pmb": r"\boldsymbol{#1}",
    "colorbox": "#2",
    "bbox": r"\boxed{#1}",
    "href": "#2",
    "style": "#2",
    "class": "#2",
    "cssId": "#2",
    "raise": "",
    "strut": "",
    "leavevmode": "",
    "xspace": "",
    "hfill": r"\quad",
    "mathellipsis": r"\ldots",
    "textellipsis": r"\ldots",
    "hdots": r"\ldots",
    "AA": r"\text{Å}",
    "smallsetminus": r"\setminus",
    "dotsi": r"\cdots",
    "num": r"\text{#1}",
    "textquotesingle": r"\text{'}",
    "textbackslash": r"\backslash",
    "argmax": r"\operatorname*{arg\,max}",
    "argmin": r"\operatorname*{arg\,min}",
    "lcm": r"\operatorname{lcm}",
    "small": "", "tiny": "", "scriptsize": "", "footnotesize": "", "normalsize": "",
    "large": "", "Large": "", "LARGE": "", "huge": "", "Huge": "",
}  # fmt: skip
_ENVIRONMENTS = {
    "smallmatrix": "matrix",
    "split": "aligned",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "align": "align*",
    "equation": "equation*",
    "gather": "gather*",
    "multline": "multline*",
    "flalign": "align*",
    "flalign*": "align*",
}
_ENVIRONMENT = re.compile(r"\\(begin|end)\{([a-z]+\*?)\}")
_ALIGNAT = re.compile(r"\\begin\{alignat\*?\}\{\d+\}")
_LABEL = re.compile(r"\\(?:label|require)\{[^{}]*\}|\\(?:nonumber|notag|limits(?=\s*$))(?![a-zA-Z])")
_TEXT = re.compile(r"\\(text[a-z]{0,6}|mbox|hbox|t)\s*\{")
_STYLE = re.compile(r' style="([^"]*)"')
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_CLASSES = {
    "text-align:left": "m-left",
    "text-align:right": "m-right",
    "text-align:center": "m-centre",
    "padding-left:0": "m-tight-left",
    "padding-right:0": "m-tight-right",
    "padding-left:1em": "m-wide-left",
    "border-left:0.05em solid currentcolor": "m-rule-left",
    "border-right:0.05em solid currentcolor": "m-rule-right",
    "border-top:0.05em solid currentcolor": "m-rule-top",
    "border-bottom:0.05em solid currentcolor": "m-rule-bottom",
    "border-left:0.05em dashed currentcolor": "m-dash-left",
    "border-right:0.05em dashed currentcolor": "m-dash-right",
    "border-top:0.05em dashed currentcolor": "m-dash-top",
    "border-bottom:0.05em dashed currentcolor": "m-dash-bottom",
    "width:100%": "m-full",
}


class Formulas:
    """The formulas of one statement: placeholders while its text is drawn and sanitized, then MathML."""

    def __init__(self) -> None:
        self._formulas: list[tuple[str, bool]] = []
        self._converter = LatexToMathML(macros=_NEAR, fancy_error=False, allow_unreliable_rendering=True)
        self.refused: list[str] = []

    def keep(self, tex: str, *, display: bool) -> str:
        """HTML that stands for a formula until `put_in`."""
        self._formulas.append((tex, display))
        return PLACEHOLDER.format(len(self._formulas) - 1)

    def put_in(self, html: str) -> str:
        """`html`, in which formulas take the places of their placeholders. What refers to none vanishes."""
        return _PLACEHOLDER.sub(lambda found: self._at(int(found[1])), html)

    def _at(self, number: int) -> str:
        if number >= len(self._formulas):
            return ""
        tex, display = self._formulas[number]
        mathml = self._convert(tex, display=display)
        if mathml is None:
            self.refused.append(tex)
            dollars = "$$" if display else "$"
            return f'<code class="formula">{escape(f"{dollars}{tex}{dollars}")}</code>'
        return f'<span class="display">{mathml}</span>' if display else mathml

    def _convert(self, tex: str, *, display: bool) -> str | None:
        if len(tex) > CHARACTERS_MAX or tex.count("{") + tex.count("\\") > COMMANDS_MAX:
            return None
        try:
            mathml = self._converter.convert_with_local_state(fitted(tex), displaystyle=display)
        except LatexError:
            return None
        return _STYLE.sub(_presented, mathml)


def fitted(tex: str) -> str:
    """A formula in the words that math-core knows."""
    tex = _LABEL.sub("", tex)
    tex = _ALIGNAT.sub(lambda _: r"\begin{align*}", tex)
    tex = re.sub(r"\\end\{alignat\*?\}", lambda _: r"\end{align*}", tex)
    tex = _ENVIRONMENT.sub(lambda found: f"\\{found[1]}{{{_ENVIRONMENTS.get(found[2], found[2])}}}", tex)
    return _with_fitted_texts(tex)


def _with_fitted_texts(tex: str) -> str:
    r"""`\text{if $x$ is odd}` becomes `\text{if }x\text{ is odd}`, and `\text{a_b}` has its `\_`."""
    parts: list[str] = []
    end = 0
    for found in _TEXT.finditer(tex):
        if found.start() < end:
            continue  # within a text that is done
        close = _closing_brace(tex, found.end())
        if close is None:
            break
        command, inside = f"\\{found[1]}", tex[found.end() : close]
        parts.append(tex[end : found.start()])
        for number, piece in enumerate(re.split(r"(?<!\\)\$", inside)):
            if number % 2:
                parts.append(f"{{{piece}}}")
            elif piece:
                parts.append(f"{command}{{{_escaped(piece)}}}")
        end = close + 1
    parts.append(tex[end:])
    return "".join(parts)


def _escaped(text: str) -> str:
    return re.sub(r"(?<!\\)([_^#&])", r"\\\1", text)


def _closing_brace(tex: str, start: int) -> int | None:
    depth = 1
    for brace in re.compile(r"\\.|[{}]", re.DOTALL).finditer(tex, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.start()
    return None


def _presented(style: re.Match[str]) -> str:
    """A style attribute as a colour and classes; what is none of the known ones is left out."""
    classes: list[str] = []
    colour = ""
    for declaration in style[1].split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "color" and _COLOUR.fullmatch(value):
            colour = f' mathcolor="{value}"'
        elif (known := _CLASSES.get(f"{name}:{value}")) is not None:
            classes.append(known)
    return colour + (f' class="{" ".join(classes)}"' if classes else "")
