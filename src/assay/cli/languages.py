"""`assay languages`: what can be judged here. `assay languages test`: is it judged as it should be?"""

import json
from typing import Annotated, Any

from rich.table import Table
import typer

from assay.cli.language_tests import LanguageReport, describe, is_as_expected, judge_languages, show
from assay.cli.local import EXIT_NOT_ACCEPTED, open_console, run_to_end
from assay.cli.options import Json
from assay.domain.language import Language
from assay.errors import Unavailable
from assay.languages.catalogue import load_catalogue
from assay.languages.toolchain import is_available, version

app = typer.Typer(help="What can be judged here.", invoke_without_command=True)


@app.callback()
def languages(context: typer.Context, as_json: Json = False) -> None:
    """List the languages, and whether and in which version their toolchains are installed."""
    if context.invoked_subcommand is not None:
        return
    items = [describe_language(language) for language in load_catalogue().all()]
    if as_json:
        print(json.dumps({"items": items}))
        return
    table = Table("id", "name", "installed", box=None)
    for item in items:
        table.add_row(item["id"], item["name"], item["version"] if item["available"] else "no")
    open_console().print(table)


@app.command(name="test")
def judge_cases(
    language_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="Default: every language that is installed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Judge each language's own programs in the sandbox: hello, sum, a million integers, errors, a deep
    recursion, and one program past each limit. Needs root.

    Exits with 0 if every verdict is the expected one, else with 1. Says what it skipped as not installed.
    """
    reports: list[LanguageReport] = run_to_end(judge_languages(language_ids or (), quiet=as_json))
    if as_json:
        print(json.dumps(describe(reports)))
    else:
        show(open_console(), reports)
    if not is_as_expected(reports):
        raise typer.Exit(EXIT_NOT_ACCEPTED)


def describe_language(language: Language) -> dict[str, Any]:
    """A language as JSON. `version` is what the toolchain says of itself, null when it does not."""
    return {
        "id": language.id,
        "name": language.name,
        "extensions": list(language.extensions),
        "version": installed_version(language),
        "available": is_available(language),
        "core": language.is_core,
        "base": language.base,
    }


def installed_version(language: Language) -> str | None:
    """None when the toolchain is not installed or will not say."""
    if not is_available(language):
        return None
    try:
        return version(language)
    except Unavailable:
        return None
