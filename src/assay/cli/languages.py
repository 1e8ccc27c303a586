"""`assay languages`: what can be judged here."""

import json
from typing import Any

from rich.table import Table

from assay.cli.local import open_console
from assay.cli.options import Json
from assay.domain.language import Language
from assay.errors import Unavailable
from assay.languages.catalogue import load_catalogue
from assay.languages.toolchain import is_available, version


def languages(as_json: Json = False) -> None:
    """List the languages, and whether and in which version their toolchains are installed."""
    items = [describe_language(language) for language in load_catalogue().all()]
    if as_json:
        print(json.dumps({"items": items}))
        return
    table = Table("id", "name", "installed", box=None)
    for item in items:
        table.add_row(item["id"], item["name"], item["version"] if item["available"] else "no")
    open_console().print(table)


def describe_language(language: Language) -> dict[str, Any]:
    """A language as JSON. `version` is what the toolchain says of itself, null when it does not."""
    return {
        "id": language.id,
        "name": language.name,
        "extensions": list(language.extensions),
        "version": installed_version(language),
        "available": is_available(language),
    }


def installed_version(language: Language) -> str | None:
    """None when the toolchain is not installed or will not say."""
    if not is_available(language):
        return None
    try:
        return version(language)
    except Unavailable:
        return None
