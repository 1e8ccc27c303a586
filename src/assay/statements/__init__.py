"""Statements as people read them: Markdown or LaTeX becomes HTML that is safe in any page, whatever it says.

    source.py       what goes in and what comes out
    renderer.py     the verb: drawn once, in a child that has little time and no rights, and kept
    __main__.py     that child
    drawing.py      what the child does: text → HTML → sanitizer → formulas put in
    markdown.py     Markdown by markdown-it, with the format's commands
    tex/            LaTeX: the subset that the format asks for, and what is in use beside it
    formulas.py     TeX formulas as MathML, which browsers show without scripts
    sanitizing.py   which HTML is let through, and where its links and images may lead
    plain.py        what is shown of a text that cannot be drawn: the text

Source: package format 2025-09, "Problem statements". Nothing here knows of packages, stores or pages.
"""
