"""Which of a statement's languages a reader gets, and which way it is written. Pure.

Sources: RFC 9110, 12.5.4 (Accept-Language); RFC 4647, 3.4 (lookup).
"""

from collections.abc import Iterable, Sequence
import re

LANGUAGE_CHARACTERS_MAX = 35  # of a tag; RFC 5646, 4.4.1: room for every one in use
HEADER_CHARACTERS_MAX = 1000  # browsers send some dozen
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?"
)
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})


def wanted_languages(accept_language: str) -> tuple[str, ...]:
    """The languages of an Accept-Language header, best first. What is no language in it is passed over."""
    weighed: list[tuple[float, str]] = []
    for part in accept_language[:HEADER_CHARACTERS_MAX].split(","):
        found = _RANGE.fullmatch(part)
        if found is not None and (quality := min(float(found[2] or 1), 1.0)) > 0:
            weighed.append((quality, found[1]))
    return tuple(language for _, language in sorted(weighed, key=lambda each: -each[0]))


def choose(available: Sequence[str], wanted: Iterable[str]) -> str | None:
    """The available language that fits best; English or the first when none does, None when there is none.

    Each wish is shortened until something fits ("pt-BR", "pt"); a language fits its own regions, too.
    """
    by_tag = {tag.lower(): tag for tag in reversed(available)}
    for wish in wanted:
        tag = wish.lower()
        while tag and tag != "*":
            near = next((each for each in available if each.lower().startswith(f"{tag}-")), None)
            if tag in by_tag or near is not None:
                return by_tag.get(tag, near)
            tag = tag.rpartition("-")[0]
    return by_tag.get("en", available[0] if available else None)


def direction(language: str) -> str:
    """ "rtl" or "ltr", for HTML's `dir`."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
