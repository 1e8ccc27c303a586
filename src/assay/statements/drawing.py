"""From a statement's text to HTML that is safe in any page. Pure, but neither bounded in time nor in memory:
that is up to the process that calls it."""

import re
from typing import assert_never

from assay.domain.problem import StatementFormat
from assay.statements import markdown, tex
from assay.statements.formulas import Formulas
from assay.statements.plain import as_text, readable
from assay.statements.sanitizing import sanitized
from assay.statements.source import SAMPLE_SLOT, TEXT_BYTES_MAX, Drawing, Source, TooComplex

HTML_CHARACTERS_MAX = 8 * 1024 * 1024  # no browser is glad of more
_COMMAND_SLOT = re.compile(r'<div data-slot="(next|remaining)"></div>')
_FORMULAS_NAMED_MAX = 5


def draw(source: Source) -> Drawing:
    """The statement as HTML; what is too much to draw is shown as text."""
    if len(source.text.encode(errors="replace")) > TEXT_BYTES_MAX:
        return as_text(source.text[:TEXT_BYTES_MAX], trouble=f"it is longer than {TEXT_BYTES_MAX} bytes")
    formulas = Formulas()
    text = readable(source.text)
    remarks: tuple[str, ...] = ()
    title = ""
    try:
        match source.format:
            case StatementFormat.MARKDOWN:
                html = markdown.html_of(text, formulas)
            case StatementFormat.TEX:
                document = tex.document_of(
                    text, formulas=formulas, files=source.files, language=source.language
                )
                html, title, remarks = document.html, document.title, document.remarks
            case StatementFormat.PDF:
                raise AssertionError("no Source is a PDF")
            case _ as unreachable:
                assert_never(unreachable)
    except TooComplex as error:
        return as_text(source.text, trouble=str(error))
    html, placed = _with_sample_slots(_safe(html, source), source.sample_count)
    html, title = formulas.put_in(html), formulas.put_in(_safe(title, source))
    if len(html) > HTML_CHARACTERS_MAX:
        return as_text(source.text, trouble="it grows to too much HTML")
    refused = tuple(f"a formula is shown as its source: {tex}" for tex in formulas.refused)
    return Drawing(
        html=html, title=title, samples_placed=placed, remarks=remarks + refused[:_FORMULAS_NAMED_MAX]
    )


def _safe(html: str, source: Source) -> str:
    return sanitized(html, files=source.files, file_url=source.file_url)


def _with_sample_slots(html: str, count: int) -> tuple[str, int]:
    """Each slot for the next sample gets its number, or vanishes when there is none left."""
    placed = 0

    def slots(found: re.Match[str]) -> str:
        nonlocal placed
        first = placed + 1
        placed = count if found[1] == "remaining" else min(first, count)
        return "".join(SAMPLE_SLOT.format(number) for number in range(first, placed + 1))

    return _COMMAND_SLOT.sub(slots, html), placed
