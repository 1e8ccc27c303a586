"""words.toml, read: Polygon's source types and languages in our own words."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
import tomllib
from typing import Any

from assay.errors import UnknownLanguage
from assay.languages.catalogue import LanguageCatalogue


def language_id_of(source_type: str, languages: LanguageCatalogue) -> str | None:
    """Our language for a source type such as "cpp.g++17"; None when we have none."""
    table: Mapping[str, list[str]] = _words()["source_types"]
    beginnings = [each for each in table if source_type.startswith(each)]
    for candidate in table[max(beginnings, key=len)] if beginnings else []:
        try:
            return languages.get(candidate).id
        except UnknownLanguage:
            continue
    return None


def language_tag_of(name: str) -> str | None:
    """The tag of a natural language such as "english"; None when it is not known."""
    table: Mapping[str, str] = _words()["languages"]
    return table.get(name.lower())


def headings_in(tag: str) -> Mapping[str, str]:
    """The headings of a statement's sections, by the sections' names."""
    table: Mapping[str, Mapping[str, str]] = _words()["headings"]
    return table.get(tag, table["en"])


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
