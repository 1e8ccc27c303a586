"""A text that cannot be drawn, shown as it is."""

from html import escape

from assay.statements.source import Drawing


def as_text(text: str, *, trouble: str) -> Drawing:
    """The text itself, to be read as it was written; `trouble` says why."""
    return Drawing(html=f'<pre class="source-text">{escape(text)}</pre>', trouble=trouble)
