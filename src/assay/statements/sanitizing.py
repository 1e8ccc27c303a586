"""Which HTML of a statement is let through, and where its links and images may lead.

Everything passes here, Markdown's raw HTML as well as what we wrote ourselves: elements and attributes by
list, classes and ids from our own words only, no styles, no scripts, no frames, no forms. Formulas are put
in afterwards (see formulas.py), so that neither MathML nor SVG, the ways around sanitizers, is allowed here.
"""

from collections.abc import Callable
import re
from urllib.parse import quote, unquote, urlsplit

import nh3

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del",
    "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s",
    "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "title"},
    "a": {"href"},
    "div": {"data-slot"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "span": {"data-math"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_CLASS = re.compile(
    r"left|right|centre|smallcaps|source-text|formula|unknown|epigraph|illustration|beside-(left|right)|box(-inline)?"
    r"|w-\d{1,3}|rule-(left|right|top|bottom)|size-\d|footnotes?(-[a-z]{1,10})?|language-[\w+#.-]{1,20}"
    r"|section-(input|output|interaction)"
)
_ID = re.compile(r"fn(ref)?\d{1,5}(:\d{1,5})?")
_WORDS = {"id": _ID, "data-slot": re.compile("next|remaining"), "data-math": re.compile(r"[0-9]{1,9}")}
_SPAN_MAX = 100  # of a table cell; browsers allow 1000, and lay out tables as large as they are told
_SIDE_MAX = 4096  # pixels of an image
_SCHEMES = {"http", "https", "mailto"}
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>")


def sanitized(html: str, *, files: tuple[str, ...], file_url: str) -> str:
    """HTML for the inside of any page. `files` may be linked and, if images, shown, from below `file_url`."""
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags={"script", "style", "template", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute_filter(frozenset(files), file_url),
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return _EMPTY_PARAGRAPH.sub("", cleaner.clean(html))


def address_of(name: str, file_url: str) -> str:
    """Where a file of the statement is served."""
    return file_url + quote(name)


def _attribute_filter(files: frozenset[str], file_url: str) -> Callable[[str, str, str], str | None]:
    """What becomes of each attribute's value; None takes the attribute away."""

    def own_file(value: str) -> str | None:
        name = unquote(value).removeprefix("./")
        return address_of(name, file_url) if name in files else None

    def link(value: str) -> str | None:
        if value.startswith("#"):
            return value if _ID.fullmatch(value[1:]) else None
        return value if _leads_away(value) else own_file(value)

    def attribute(tag: str, name: str, value: str) -> str | None:
        kept: str | None = value
        match tag, name:
            case _, "class":
                kept = " ".join(each for each in value.split() if _CLASS.fullmatch(each)) or None
            case "img", "src":
                kept = own_file(value)
            case "img", "width" | "height":
                kept = _number(value.removesuffix("px"), _SIDE_MAX)
            case "td" | "th", "colspan" | "rowspan":
                kept = _number(value, _SPAN_MAX)
            case "a", "href":
                kept = link(value)
            case _ if name in _WORDS:
                kept = value if _WORDS[name].fullmatch(value) else None
        return kept

    return attribute


def _leads_away(url: str) -> bool:
    """Whether it names a server or a mailbox. The schemes are the sanitizer's to check, before and after."""
    try:
        return urlsplit(url).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _number(text: str, most: int) -> str | None:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return None
    return str(min(int(text), most))
