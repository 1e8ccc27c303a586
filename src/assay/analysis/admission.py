"""What can be given to a parser at all. Pure: found before any parser sees it, the same everywhere."""

from assay.analysis.exchange import Request
from assay.analysis.languages import ANALYSED, grammar_for
from assay.domain.finding import Analysis

SOURCE_BYTES_MAX = 1024 * 1024  # nobody writes more by hand, and the problem's own limit is far below


def admit(
    source: bytes, *, language: str | None, path: str, references: tuple[bytes, ...]
) -> Request | Analysis:
    """The request for a program, or an analysis that says why there can be none. References that are no texts
    keep their numbers, as empty ones."""
    grammar = None if language is None else grammar_for(language, path)
    if language is None:
        return not_parsed(None, "nothing says which language it is in")
    if grammar is None:
        return not_parsed(language, f"there are no rules for {language}; there are for {', '.join(ANALYSED)}")
    if why_not := _why_no_text(source):
        return not_parsed(language, why_not)
    return Request(
        text=as_text(source),
        grammar=grammar,
        language=language,
        path=path,
        references=tuple("" if _why_no_text(each) else as_text(each) for each in references),
    )


def _why_no_text(source: bytes) -> str | None:
    if len(source) > SOURCE_BYTES_MAX:
        return f"it is larger than {SOURCE_BYTES_MAX} bytes"
    if b"\0" in source:
        return f"it has a NUL byte (at {source.index(0)}): it is not a source text"
    try:
        text = as_text(source)
    except UnicodeDecodeError as error:
        return f"it is not UTF-8 text (byte {error.start})"
    return None if text.strip() else "it is empty"


def not_parsed(language: str | None, why_not: str) -> Analysis:
    """An analysis that says why there is none. Nothing was used to find that out."""
    return Analysis(language=language, findings=(), metrics={}, parsed=False, why_not=why_not, versions={})


def as_text(source: bytes) -> str:
    """Without a byte order mark, lines ending in LF. Raises `UnicodeDecodeError`."""
    return source.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
