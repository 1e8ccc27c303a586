"""`assay evidence unscored | retry`: what could not be scored, and another try."""

import json
import os
from typing import TYPE_CHECKING, Annotated

from rich.table import Table
import typer

from assay.cli.local import open_console, run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.errors import UsageError
from assay.settings import Settings, read_settings

if TYPE_CHECKING:
    from assay.assessments.ports import ScoreState

SHOWN_MAX = 1000


def unscored(data_dir: DataDir = None, database_url: DatabaseUrl = None, as_json: Json = False) -> None:
    """Assessments that could not be scored, each with its cause. Their verdicts stand."""
    from assay.cli.house import settle_in

    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    settle_in(settings, readable=[], keeps_data=True)
    states = run_to_end(_unscored(settings))
    if as_json:
        items = [
            {"submission_id": each.submission_id, "generation": each.generation, "cause": each.cause}
            for each in states
        ]
        print(json.dumps({"items": items}))
        return
    if not states:
        print("every assessment that was judged is scored, or about to be")
        return
    table = Table("submission", "cause", box=None)
    for each in states:
        table.add_row(each.submission_id, each.cause)
    open_console().print(table)


def retry(
    submissions: Annotated[list[str], typer.Argument(metavar="SUBMISSION…", help="Their ids.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Have a worker try again to score these. Exits with 2 when one of them is not unscored."""
    from assay.cli.house import settle_in

    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    settle_in(settings, readable=[], keeps_data=True)
    changed = run_to_end(_retry(settings, submissions))
    if as_json:
        print(json.dumps({"retried": changed}))
    else:
        print(f"{len(changed)} wait to be scored")
    if left := [each for each in submissions if each not in changed]:
        raise UsageError(
            f"not unscored, or not judged ('assay queue' tries that again): {', '.join(left[:5])}"
        )


async def _unscored(settings: Settings) -> "list[ScoreState]":
    from assay.wiring.evidence import open_registry

    async with open_registry(settings) as registry:
        return await registry.scores.unscored(limit=SHOWN_MAX)


async def _retry(settings: Settings, submissions: list[str]) -> list[str]:
    from assay.wiring.evidence import open_registry

    async with open_registry(settings) as registry:
        return [each for each in submissions if await registry.scores.retry(each)]
