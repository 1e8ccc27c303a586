"""`assay warm`: make the files that toolchains start faster with."""

import asyncio
from contextlib import ExitStack
import json
import os
from typing import Any

from rich.table import Table
import typer

from assay.cli.local import EXIT_FAULT_OF_OURS, open_console, size_in_words
from assay.cli.options import Json
from assay.errors import Unavailable
from assay.languages import load_catalogue
from assay.operate.privileges import Identity
from assay.operate.warm import BOX_BYTES, Made, Outcome, make_warm_files
from assay.sandbox import Cell, CellProcess
from assay.settings import read_settings
from assay.wiring.places import running_cell

_WORDS = {
    Made.MADE: "made",
    Made.THERE: "up to date",
    Made.FAILED: "failed",
    Made.NOT_INSTALLED: "toolchain not installed",
}


def warm(as_json: Json = False) -> None:
    """Make the warm files of the installed toolchains, unless they are there. Needs root.

    Exits with 3 when some could not be made: judging goes on without, only slower.
    """
    settings = read_settings(os.environ, slots=1)
    root = settings.warm_root
    if root is None:
        raise Unavailable("warm files are switched off: ASSAY_WARM is off")
    if os.geteuid() != 0:
        raise Unavailable("warm files are made for every user of this machine: run it with sudo")
    root_itself = Identity(name="root", uid=0, gid=0)  # writes what comes out; none of it is a stranger's
    started: list[CellProcess] = []
    with ExitStack() as stack:

        async def open_cell() -> Cell:
            if not started:
                started.append(stack.enter_context(running_cell(settings, root_itself, box_bytes=BOX_BYTES)))
            return await Cell.connect(started[0].socket_path)

        outcomes = asyncio.run(make_warm_files(load_catalogue().all(), root, open_cell))
    if as_json:
        print(json.dumps({"items": [_as_json(each) for each in outcomes]}))
    else:
        _show(outcomes)
    if any(each.made is Made.FAILED for each in outcomes):
        raise typer.Exit(EXIT_FAULT_OF_OURS)


def _as_json(outcome: Outcome) -> dict[str, Any]:
    folder = None if outcome.folder is None else str(outcome.folder)
    return {**vars(outcome), "made": outcome.made.value, "folder": folder}


def _show(outcomes: list[Outcome]) -> None:
    table = Table("language", "warm files", "size", "", box=None)
    for each in outcomes:
        size = size_in_words(each.bytes) if each.bytes else ""
        table.add_row(each.language_id, _WORDS[each.made], size, each.detail or str(each.folder or ""))
    open_console().print(table)
