"""A text that cannot be drawn, shown as it is."""

from html import escape

from assay.statements.source import Drawing


def readable(text: str) -> str:
    """The text with one kind of line end, and without what no document can have (NUL, half characters)."""
    whole = text.encode(errors="replace").decode()
    return whole.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")


def as_text(text: str, *, trouble: str) -> Drawing:
    """The text itself, to be read as it was written; `trouble` says why."""
    return Drawing(html=f'<pre class="source-text">{escape(readable(text))}</pre>', trouble=trouble)
