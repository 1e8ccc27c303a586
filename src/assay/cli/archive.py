"""`assay archive create|restore`: submissions of past months, out of the database into a file and back."""

from dataclasses import asdict
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import re
from typing import Annotated

import typer

from assay import __version__
from assay.cli.backup.commands import (
    EXIT_DAMAGED,
    disk_full_named,
    look_at_backup,
    opened_backup,
    tell_report,
)
from assay.cli.backup.landing import landing
from assay.cli.backup.words import Watch, describe
from assay.cli.house import check_present, settle_in
from assay.cli.local import run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.errors import Unavailable, UsageError
from assay.operate.backup.archive import Archive
from assay.operate.backup.create import Made, Occasion, create
from assay.operate.backup.manifest import Manifest
from assay.operate.backup.settings import without_secrets
from assay.operate.backup.shelving import put_back, take_out
from assay.operate.backup.verify import Reader
from assay.queue.upkeep import KEYS_KEPT_FOR
from assay.settings import Settings, read_settings
from assay.wiring.archive import check_schema, old_rows, open_shelves
from assay.wiring.backup import open_snapshot

app = typer.Typer(
    help="Submissions of past months: out of the database into a file, and back.", no_args_is_help=True
)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@app.command("create")
def create_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.")],
    before: Annotated[str, typer.Option("--before", metavar="YYYY-MM", help="What came before this month.")],
    keep: Annotated[bool, typer.Option("--keep", help="Write the file, and take nothing out.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Move submissions that are over, with all that is theirs, out of the database into a file.

    Nothing is taken out before the file is on the disk and every hash in it was checked. Servers go on
    meanwhile. What is not over, and dead letters, stay. 'assay backup verify' checks such a file, too.
    """
    instant = month_before(before, now=datetime.now(UTC))
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    if settings.sqlite_path is not None:
        check_present([settings.sqlite_path])
    with landing(file) as landed:
        settle_in(settings, readable=[], keeps_data=True)
        with disk_full_named(file):
            made = run_to_end(_write(settings, landed.fd, instant))
            _check(landed.fd)
        landed.finish()
        gone, cleared = (
            (0, []) if keep else run_to_end(_take_out(settings, landed.fd, made.manifest, instant))
        )
    count = _submissions(made.manifest)
    if as_json:
        document = {"path": str(file), "bytes": made.size_bytes, "taken_out": gone, "cleared": cleared}
        print(json.dumps({**document, **describe(made.manifest)}))
        return
    print(f"{file}: {count} submissions from before {before}; {gone} were taken out of the database")
    if not keep and gone < count:
        print(f"  {count - gone} have changed since, or were out already")
    if cleared:
        print(f"  partitions that are gone: {' '.join(cleared)}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Put the submissions of an archive back, beside those that are there. Once more does nothing.

    It may have been made on the other kind of database. Exits with 1 when it is damaged: then nothing was
    written.
    """
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    with opened_backup(file, keeps_data=settings) as archive:
        report = look_at_backup(archive)
        if report.manifest is None or report.damage:
            tell_report(file, report, as_json=as_json)
            raise typer.Exit(EXIT_DAMAGED)
        rows = run_to_end(_put_back(settings, archive, report.manifest))
    if as_json:
        print(json.dumps({"path": str(file), "rows": rows}))
    else:
        print(f"{file}: {rows.get('submissions', 0)} submissions are back")


def month_before(text: str, *, now: datetime) -> datetime:
    """The instant that a month begins. Raises `UsageError` for one that is too near."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise UsageError(f"--before is a month such as 2026-01, not {text!r}")
    begin = datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
    if begin > now - KEYS_KEPT_FOR:
        raise UsageError(
            f"--before {text}: clients may repeat a request for {KEYS_KEPT_FOR.days} days, so that month has "
            "to have begun before that"
        )
    return begin


async def _write(settings: Settings, fd: int, before: datetime) -> Made:
    with Watch() as watch:
        async with open_snapshot(settings, only=old_rows(before)) as snapshot:
            check_schema(snapshot.schema)  # before there is a file of it
            occasion = Occasion(
                release=__version__,
                at=datetime.now(UTC),
                settings=asdict(without_secrets({})),
                names_of=lambda _: (),  # problems and their test data stay where they are
                tell=watch.tell,
            )
            return await create(snapshot, None, fd, occasion)


def _check(fd: int) -> None:
    """Before anything is taken out: what the disk has now. Raises `Unavailable`."""
    os.fsync(fd)
    report = look_at_backup(Archive(fd))
    if report.damage:
        raise Unavailable(
            f"the archive is not as it was written: {report.damage[0].where}. Nothing was taken"
        )


async def _take_out(
    settings: Settings, fd: int, manifest: Manifest, before: datetime
) -> tuple[int, list[str]]:
    reader = Reader(Archive(fd), manifest)
    with Watch() as watch:
        async with open_shelves(settings) as shelves:
            await shelves.note(before=before)
            gone = await take_out(reader, shelves.remove, watch.tell)
            return gone, await shelves.clear(before=before)


async def _put_back(settings: Settings, archive: Archive, manifest: Manifest) -> dict[str, int]:
    with Watch() as watch:
        async with open_shelves(settings) as shelves:
            return dict(await put_back(Reader(archive, manifest), shelves.put_back, watch.tell))


def _submissions(manifest: Manifest) -> int:
    table = manifest.table("submissions")
    return 0 if table is None else table.rows
