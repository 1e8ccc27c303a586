"""problem.yaml in the 2025-09 dialect: what it says of judging, and the problem's names."""

from dataclasses import dataclass
import re

from assay.domain.language import Language
from assay.domain.problem import FileWriting
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.fields import Fields

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")  # specification: general requirements
ID = re.compile(r"[a-z0-9]+")  # specification: the package's folder name
_TYPES = ("pass-fail", "scoring", "multi-pass", "interactive", "submit-answer")
_INCOMPATIBLE = (
    ("pass-fail", "scoring"),
    ("submit-answer", "multi-pass"),
    ("submit-answer", "interactive"),
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What type of problem it is; pass-fail where nothing holds."""

    is_scoring: bool = False
    is_interactive: bool = False
    is_multi_pass: bool = False
    takes_answers: bool = False


def read_kind(fields: Fields) -> Kind:
    """Specification: "Type"."""
    types = fields.texts("type")
    if types is None:
        return Kind()
    if not types:
        fields.error("type", "must not be empty")
    for number, kind in enumerate(types):
        if kind not in _TYPES:
            fields.error("type", f"{kind!r} is none of: {', '.join(_TYPES)}")
        elif kind in types[:number]:
            fields.error("type", f"{kind!r} is given twice")
    for one, other in _INCOMPATIBLE:
        if one in types and other in types:
            fields.error("type", f"{one} and {other} exclude each other; keep one of them")
    return Kind(
        is_scoring="scoring" in types,
        is_interactive="interactive" in types,
        is_multi_pass="multi-pass" in types,
        takes_answers="submit-answer" in types,
    )


def read_languages(fields: Fields, catalogue: LanguageCatalogue) -> tuple[str, ...] | None:
    """The ids of the languages that may be used, None for all. Codes that we do not know are warned about."""
    codes = fields.texts("languages")
    if codes is None or codes == ("all",):
        return None
    if not codes:
        fields.error("languages", "must not be empty; leave it out to allow all languages")
    if "all" in codes:
        fields.error("languages", "must be 'all' alone, or languages without it")
    found: dict[str, None] = {}
    for code in codes:
        languages = with_variants(catalogue, code)
        if not languages and code != "all":
            fields.warn("languages", f"{code!r} is no language of this judge; the others may be used")
        found |= dict.fromkeys(language.id for language in languages)
    if codes and not found and "all" not in codes:
        fields.error(
            "languages", "has no language of this judge, so that nobody could solve the problem; add one"
        )
    return tuple(found)


def with_variants(catalogue: LanguageCatalogue, code: str) -> tuple[Language, ...]:
    """The language with the package format's code, and the other versions of it; empty when there is none."""
    return tuple(each for each in catalogue.all() if code in (each.id, each.base))


def read_file_writing(fields: Fields) -> FileWriting:
    """Specification: "Allow file writing"."""
    return FileWriting.YES if fields.boolean("allow_file_writing") else FileWriting.NO


def read_names(fields: Fields) -> dict[str, str]:
    """One name, which then is English, or names by language; empty when there is none or (reported) wrong."""
    found = fields.value("name")
    if found is None:
        return {}
    if found.text is not None:
        return {"en": found.text}
    by_language = fields.fields("name")
    if by_language is None:
        return {}
    names = {}
    for tag in by_language.names():
        name = by_language.text(tag)
        if not LANGUAGE_TAG.fullmatch(tag):
            by_language.error(tag, "is not a language code such as en or pt-BR")
        elif name:
            names[tag] = name
    if not names:
        fields.error("name", "has no name in any language")
    return names
