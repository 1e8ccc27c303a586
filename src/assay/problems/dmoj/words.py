"""words.toml, read: DMOJ's languages and result codes in our own words."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
import tomllib
from typing import Any

from assay.domain.verdict import Verdict
from assay.errors import UnknownLanguage
from assay.languages.catalogue import LanguageCatalogue


def language_id_of(name: str, languages: LanguageCatalogue) -> str | None:
    """Our language for DMOJ's name such as "CPP17"; None when we have none."""
    table: Mapping[str, list[str]] = _words()["languages"]
    for candidate in table.get(name.upper(), []):
        try:
            return languages.get(candidate).id
        except UnknownLanguage:
            continue
    return None


def verdicts_of(code: str) -> frozenset[Verdict] | None:
    """What a result code means; empty for a test that is not run, None for what is no code."""
    table: Mapping[str, list[str]] = _words()["codes"]
    if code == "SC":
        return frozenset()
    if code == "IE":  # an internal error: what a checker that contradicts itself comes to
        return frozenset({Verdict.JE})
    return frozenset(map(Verdict, table[code])) if code in table else None


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
