"""`assay workers`: who judges, and who is to take no more jobs."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
import json
import os
from typing import Annotated, Any, TypeVar

from rich.table import Table
import typer

from assay.cli.ages import age, rfc3339
from assay.cli.house import settle_in
from assay.cli.local import open_console, run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.errors import NotFound, UsageError
from assay.queue.workers import KnownWorker
from assay.settings import Settings, read_settings
from assay.wiring.house import Office, open_office

T = TypeVar("T")

app = typer.Typer(
    help="The workers: who is there, who is to take no more jobs. On the servers' database.",
    no_args_is_help=True,
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Workers, as `list` names them.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.command("list")
def list_(data_dir: DataDir = None, database_url: DatabaseUrl = None, as_json: Json = False) -> None:
    """The workers, what they can judge and what they do; those that died stay for a day."""
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)

    async def look(office: Office) -> tuple[list[KnownWorker], datetime]:
        return await office.workers.workers(), office.clock.now()

    known, now = _in_office(look, settings)
    states = [(each, _state(each, now, settings)) for each in known]
    if as_json:
        print(json.dumps({"items": [_document(each, state) for each, state in states]}))
        return
    if not known:
        print("no workers: 'assay serve' and 'assay worker' bring one each")
        return
    table = Table("worker", "state", "busy", "languages", "release", "seen", "up", box=None)
    for each, state in states:
        card = each.card
        table.add_row(
            card.id,
            state,
            f"{each.busy}/{card.slots}",
            "its image's" if card.languages is None else str(len(card.languages)),
            card.release,
            f"{age(each.seen_at, now)} ago",
            age(card.started_at, now),
        )
    open_console().print(table)


@app.command()
def drain(
    ids: Ids = None,
    every: All = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Let workers end what they judge and take no more until `resume`. They hear of it within seconds."""
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    _tell(ids, every, settings, draining=True, as_json=as_json)


@app.command()
def resume(
    ids: Ids = None,
    every: All = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Let drained workers go on."""
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    _tell(ids, every, settings, draining=False, as_json=as_json)


def _tell(ids: list[str] | None, every: bool, settings: Settings, *, draining: bool, as_json: bool) -> None:
    if bool(ids) is every:
        raise UsageError("name workers ('assay workers list' does), or say --all")
    told = _in_office(lambda office: office.workers.drain(ids or None, draining=draining), settings)
    unknown = sorted(set(ids or ()).difference(told))
    if unknown:
        raise NotFound(f"there is no worker {', '.join(unknown)}; 'assay workers list' names them")
    done = "draining" if draining else "resumed"
    if as_json:
        print(json.dumps({done: told}))
    else:
        print(f"{done}: {', '.join(told) or 'no workers'}")


def _in_office(action: Callable[[Office], Awaitable[T]], settings: Settings) -> T:
    settle_in(settings, readable=[], keeps_data=True)

    async def act() -> T:
        async with open_office(settings) as office:
            return await action(office)

    return run_to_end(act())


def _state(worker: KnownWorker, now: datetime, settings: Settings) -> str:
    if not worker.is_alive(now, silent_seconds=settings.lease_seconds):
        return "dead"
    return "draining" if worker.is_draining else "working"


def _document(worker: KnownWorker, state: str) -> dict[str, Any]:
    card = worker.card
    return {
        **asdict(card),
        "started_at": rfc3339(card.started_at),
        "state": state,
        "busy": worker.busy,
        "seen_at": rfc3339(worker.seen_at),
    }
