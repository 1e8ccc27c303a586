"""`assay problem import | export | list`: bring packages in, write them out, see which are there."""

import asyncio
from dataclasses import asdict
import json
import os
from pathlib import Path
from typing import Annotated, Any

from rich.console import Console
from rich.table import Table
import typer

from assay.cli.client import connect
from assay.cli.exporting import export
from assay.cli.house import settle_in
from assay.cli.importing import import_
from assay.cli.options import DEFAULT_SERVER, DataDir, Json
from assay.settings import read_settings
from assay.wiring.house import open_catalogue

PAGE_ITEMS = 100

app = typer.Typer(
    help="Problem packages: ICPC/Kattis (2025-09 and legacy), Polygon, DMOJ, plain files.",
    no_args_is_help=True,
)

app.command("import")(import_)
app.command("export")(export)


@app.command("list")
def list_(
    data_dir: DataDir = None,
    server: Annotated[
        str | None, typer.Option("--server", envvar="ASSAY_SERVER", help=f"Default: {DEFAULT_SERVER}.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The problems that can be submitted to: the server's, or with --data-dir those of a data folder."""
    items = _problems_of_server(server or DEFAULT_SERVER) if data_dir is None else _problems_locally(data_dir)
    if as_json:
        print(json.dumps({"items": items}))
        return
    if not items:
        print("no problems yet: 'assay problem import DIR' brings one in")
        return
    table = Table("id", "name", "time limit", "memory", "tests", box=None)
    for item in items:
        table.add_row(
            item["id"],
            item["name"],
            f"{item['cpu_time_ms'] / 1000:g} s",
            f"{item['memory_bytes'] >> 20} MiB",
            str(item["test_count"]),
        )
    Console().print(table)


def _problems_of_server(server: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    with connect(server) as client:
        after: str | None = None
        while True:
            page = client.get("/api/v1/problems", None if after is None else {"after": after})
            items += page["items"]
            after = page["next"]
            if after is None:
                return items


def _problems_locally(data_dir: Path) -> list[dict[str, Any]]:
    settings = read_settings(os.environ, data_dir=data_dir)
    settle_in(settings, readable=[], keeps_data=True)

    async def read_all() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        after: str | None = None
        async with open_catalogue(settings) as catalogue:
            while True:
                summaries, after = await catalogue.problems.page(after=after, limit=PAGE_ITEMS)
                items += [asdict(summary) for summary in summaries]
                if after is None:
                    return items

    return asyncio.run(read_all())
