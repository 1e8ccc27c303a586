"""problem.yaml in the 2025-09 dialect: what is honoured, what only informs, what is refused."""

import re

from assay.problems.fields import Fields

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")  # specification: general requirements
ID = re.compile(r"[a-z0-9]+")  # specification: the package's folder name
_TYPES = ("pass-fail", "scoring", "multi-pass", "interactive", "submit-answer")
_CREDITS = ("authors", "contributors", "testers", "translators", "packagers", "acknowledgements")


def read_fields(fields: Fields) -> dict[str, str]:
    """The problem's names by language."""
    _read_types(fields)
    _read_languages(fields)
    for informative in ("version", "embargo_until", "keywords", "source"):
        fields.value(informative)
    credit = fields.value("credits")
    if credit is not None and credit.text is None:
        people = fields.fields("credits")
        if people is not None:
            for kind in _CREDITS:
                people.value(kind)
            people.finish(what="kind of credit")
    if fields.boolean("allow_file_writing") is False:
        fields.warn(
            "allow_file_writing", "programs may write files anyway, in a scratch folder of each run's own"
        )
    constants = fields.value("constants")
    if constants is not None and constants.data:
        fields.error("constants", "constants are not supported yet; write their values out")
    names = read_names(fields)
    if not names and fields.value("name") is None:
        fields.error("name", "is missing; give the problem's name")
    return names


def _read_types(fields: Fields) -> None:
    types = fields.texts("type")
    if types is None:
        return
    if not types:
        fields.error("type", "must not be empty")
    for number, kind in enumerate(types):
        if kind not in _TYPES:
            fields.error("type", f"{kind!r} is none of: {', '.join(_TYPES)}")
        elif kind in types[:number]:
            fields.error("type", f"{kind!r} is given twice")
        elif kind != "pass-fail":
            fields.error("type", f"{kind} problems are not supported yet")


def _read_languages(fields: Fields) -> None:
    languages = fields.texts("languages")
    if languages is not None and languages != ("all",):
        fields.error("languages", "restricting the languages is not supported yet; only 'all' is")


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
