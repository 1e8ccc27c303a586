"""LaTeX statements as HTML: the subset that the package format asks for, and what is in use beside it.

    tokens.py    the text as tokens, one after the other
    macros.py    the stream of tokens: the statement's own macros are expanded in it, arguments taken from it
    commands.py  what commands mean, as tables
    writer.py    paragraphs, styles and blocks become HTML
    body.py      reads the stream and writes
    tables.py    tabular
    figures.py   images and their sizes

TeX is a programming language; this is no interpreter of it. Macros with plain parameters are expanded, within
bounds; conditions, registers and files are not there. What is not known is shown by its name, so that its
author sees it, and never stops the rest.
"""

from assay.statements.tex.body import Document, document_of

__all__ = ["Document", "document_of"]
