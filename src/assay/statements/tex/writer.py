"""Paragraphs, styles and blocks become HTML.

Text carries its styles with it and is only nested into elements when its paragraph ends, so that a
declaration may begin in one paragraph and end in another, and no element is ever left open.
"""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple


class Style(NamedTuple):
    """An element around text. `value` is its class, or a link's address."""

    tag: str
    value: str = ""

    @property
    def opening(self) -> str:
        if not self.value:
            return f"<{self.tag}>"
        return f'<{self.tag} {"href" if self.tag == "a" else "class"}="{escape(self.value)}">'


class Writer:
    """HTML, block by block. `styles` are those of the text to come, outermost first."""

    def __init__(self) -> None:
        self.styles: tuple[Style, ...] = ()
        self._runs: list[tuple[tuple[Style, ...], str]] = []
        self._blocks: list[list[str]] = [[]]
        self._tags: list[str] = []

    @property
    def depth(self) -> int:
        """How many elements are open, for `close_to`."""
        return len(self._tags)

    def text(self, text: str) -> None:
        self._runs.append((self.styles, escape(text, quote=False)))

    def space(self) -> None:
        """White space; several in a row are one, and a paragraph does not begin with it."""
        if self._runs and not self._runs[-1][1].endswith((" ", "<br>")):
            self._runs.append((self.styles, " "))

    def inline(self, html: str) -> None:
        """Something within a line that is HTML already."""
        self._runs.append((self.styles, html))

    def block(self, html: str) -> None:
        self.end_paragraph()
        self._blocks[-1].append(html)

    def end_paragraph(self) -> None:
        html = _nested(self._runs).strip()
        self._runs = []
        if html:
            self._blocks[-1].append(f"<p>{html}</p>")

    def open(self, tag: str, css_class: str = "") -> None:
        self.end_paragraph()
        self._blocks[-1].append(Style(tag, css_class).opening)
        self._tags.append(tag)
        self._blocks.append([])

    def close_to(self, depth: int) -> None:
        """End the elements that were opened since there were `depth`. One paragraph alone needs no <p>."""
        self.end_paragraph()
        while len(self._tags) > depth:
            tag = self._tags.pop()
            blocks = self._blocks.pop()
            inside = tight(blocks) if tag in ("li", "figcaption") else "".join(blocks)
            self._blocks[-1].append(f"{inside}</{tag}>")

    def finish(self) -> str:
        self.close_to(0)
        return "".join(self._blocks[0])

    def finish_tight(self) -> str:
        """As `finish`, without the <p> of a single paragraph: for a cell, a caption, a name."""
        self.close_to(0)
        return tight(self._blocks[0])


def tight(blocks: list[str]) -> str:
    if len(blocks) == 1 and blocks[0].startswith("<p>"):
        return blocks[0].removeprefix("<p>").removesuffix("</p>")
    return "".join(blocks)


def _nested(runs: Iterable[tuple[tuple[Style, ...], str]]) -> str:
    parts: list[str] = []
    around: tuple[Style, ...] = ()
    for styles, html in runs:
        common = 0
        while common < min(len(around), len(styles)) and around[common] == styles[common]:
            common += 1
        parts.extend(f"</{style.tag}>" for style in reversed(around[common:]))
        parts.extend(style.opening for style in styles[common:])
        parts.append(html)
        around = styles
    parts.extend(f"</{style.tag}>" for style in reversed(around))
    return "".join(parts)
