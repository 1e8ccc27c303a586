"""Images and their sizes."""

from html import escape
import re

_ENDINGS = ("", ".png", ".jpg", ".jpeg", ".svg", ".pdf")  # \includegraphics may leave the ending out
_SHARE = re.compile(r"([\d.]*)\s*\\(?:text|line|column)width")
_LENGTH = re.compile(r"([\d.]+)\s*(cm|mm|in|pt|px|em|ex)?")
_PIXELS = {"cm": 96 / 2.54, "mm": 96 / 25.4, "in": 96, "pt": 96 / 72.27, "px": 1, "em": 16, "ex": 8, "": 1}
_STEP = 5  # per cent; the style sheet has a class for each
_OPTION = re.compile(r"(width|height)\s*=\s*([^,\]]+)")


def find(name: str, files: tuple[str, ...]) -> str | None:
    """The file that an image's name means."""
    plain = name.strip().strip('"').removeprefix("./")
    return next((plain + ending for ending in _ENDINGS if plain + ending in files), None)


def image(name: str, options: str, *, pixels_in_cm: float | None) -> str:
    """HTML for an image of a statement, or for a link to what browsers do not show as one."""
    if name.lower().endswith(".pdf"):
        return f'<a href="{escape(name)}">{escape(name)}</a>'
    attributes = ""
    for side, length in _OPTION.findall(options):
        share = share_class(length)
        if share and side == "width":
            attributes += f' class="{share}"'
        elif (pixels := _pixels(length, pixels_in_cm)) is not None:
            attributes += f' {side}="{pixels}"'
    alternative = name.rpartition("/")[2].partition(".")[0]
    return f'<img src="{escape(name)}" alt="{escape(alternative)}"{attributes}>'


def share_class(length: str) -> str:
    r"""The class for `0.4\textwidth` or a plain fraction; "" for what is no share of the text's width."""
    found = _SHARE.fullmatch(length.strip())
    share = number(found[1] or "1") if found is not None else None
    return "" if share is None else class_of_fraction(share)


def class_of_fraction(fraction: float) -> str:
    per_cent = round(min(max(fraction, 0.0), 1.0) * 100 / _STEP) * _STEP
    return f"w-{max(per_cent, _STEP)}"


def fraction(text: str) -> float:
    r"""The width of an `\illustration`: a share of the text's, with or without its unit."""
    return number(text.partition("\\")[0].strip()) or 1.0


def _pixels(length: str, pixels_in_cm: float | None) -> int | None:
    found = _LENGTH.fullmatch(length.strip())
    count = None if found is None else number(found[1])
    if found is None or count is None:
        return None
    unit = found[2] or ""
    scale = 1.0 if pixels_in_cm is None else pixels_in_cm / _PIXELS["cm"]
    return round(min(count * _PIXELS[unit] * (1.0 if unit in ("px", "") else scale), 10_000))


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
