"""Markdown as HTML, by markdown-it: CommonMark with tables, strike-through, footnotes and formulas.

`{{nextsample}}` and `{{remainingsamples}}` become slots for samples. Headings begin at <h2>, since the page's
own is the problem's name. What comes out is not yet safe: raw HTML is let through for the sanitizer.
"""

from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from assay.statements.formulas import Formulas
from assay.statements.source import COMMAND_SLOT

_COMMANDS = {"{{nextsample}}": "next", "{{remainingsamples}}": "remaining"}
_ALIGNMENTS = {"text-align:left": "left", "text-align:right": "right", "text-align:center": "centre"}


def html_of(text: str, formulas: Formulas) -> str:
    """Unsafe HTML."""
    parser = _parser(formulas)
    env: MutableMapping[str, Any] = {}
    tokens = parser.parse(text, env)
    _lower_headings(tokens)
    return str(parser.renderer.render(tokens, parser.options, env))


def _parser(formulas: Formulas) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.use(dollarmath_plugin, allow_labels=False, allow_blank_lines=False, double_inline=True)
    parser.inline.ruler.before("escape", "sample_slot", _sample_slot)

    def formula(self: RendererHTML, tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        return formulas.keep(token.content.strip(), display=token.type != "math_inline")

    def slot(self: RendererHTML, tokens: Sequence[Token], index: int, *_: object) -> str:
        return COMMAND_SLOT.format(tokens[index].content)

    def cell(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        alignment = _ALIGNMENTS.get(str(token.attrs.pop("style", "")))
        if alignment is not None:
            token.attrs["class"] = alignment
        return self.renderToken(tokens, index, options, env)

    for kind in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(kind, formula)
    parser.add_render_rule("sample_slot", slot)
    parser.add_render_rule("th_open", cell)
    parser.add_render_rule("td_open", cell)
    return parser


def _sample_slot(state: StateInline, silent: bool) -> bool:
    """An inline rule: the sanitizer, which knows HTML's grammar, ends the paragraph around the slot."""
    for command, kind in _COMMANDS.items():
        if state.src.startswith(command, state.pos):
            if not silent:
                state.push("sample_slot", "", 0).content = kind
            state.pos += len(command)
            return True
    return False


def _lower_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if any(token.tag == "h1" for token in headings):
        for token in headings:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
