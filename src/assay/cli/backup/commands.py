"""`assay backup create|verify|restore`."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from assay import __version__
from assay.cli.backup.landing import landing
from assay.cli.backup.words import Watch, damage_line, describe, printable, summary
from assay.cli.house import check_present, settle_in
from assay.cli.local import run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.cli.refusals import DISK_FULL
from assay.errors import Unavailable, UsageError
from assay.operate.backup.archive import Archive
from assay.operate.backup.create import Made, Occasion
from assay.operate.backup.create import create as make_backup
from assay.operate.backup.restore import Restored, settings_of
from assay.operate.backup.restore import restore as put_back
from assay.operate.backup.settings import without_secrets
from assay.operate.backup.verify import Report, open_backup
from assay.operate.backup.verify import verify as look_at
from assay.settings import Settings, read_settings
from assay.wiring.backup import blobs_named, loader_opener, open_blobs, open_snapshot

EXIT_DAMAGED = 1

app = typer.Typer(
    help="Everything that an installation has (database, test data, settings), in one file and back.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]
NewFile = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="The new file; default: assay-backup-TIME.tar, in this folder."),
]
WithoutBlobs = Annotated[
    bool, typer.Option("--without-blobs", help="Leave test data out: their bucket is backed up elsewhere.")
]


@app.command()
def create(
    file: NewFile = None,
    without_blobs: WithoutBlobs = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Back up the database, the test data and the settings, of one instant; the servers go on meanwhile.

    What is accepted after that instant is not in it. Secrets (passwords, tokens, keys) are never in it. Exits
    with 1 when test data were missing or damaged: the backup is made all the same, and says which.
    """
    now = datetime.now(UTC)
    path = file or Path(f"assay-backup-{now:%Y%m%dT%H%M%SZ}.tar")
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    if settings.sqlite_path is not None:
        check_present([settings.sqlite_path])
    with landing(path) as landed, disk_full_named(path):
        settle_in(settings, readable=[], keeps_data=True)
        made = run_to_end(_create(settings, landed.fd, without_blobs=without_blobs))
        landed.finish()
    if as_json:
        document = {"path": str(path), "bytes": made.size_bytes, **describe(made.manifest)}
        print(json.dumps({**document, "unreadable_problems": list(made.unreadable)}))
    else:
        print(f"{path}: {summary(made.manifest)}")
        _tell_losses(made)
    if not made.is_whole:
        raise typer.Exit(EXIT_DAMAGED)


async def _create(settings: Settings, fd: int, *, without_blobs: bool) -> Made:
    with open_blobs(settings, alone=False) as blobs, Watch() as watch:
        async with open_snapshot(settings) as snapshot:
            occasion = Occasion(
                release=__version__,
                at=datetime.now(UTC),
                settings=asdict(without_secrets(settings.said)),
                names_of=blobs_named,
                tell=watch.tell,
            )
            return await make_backup(snapshot, None if without_blobs else blobs, fd, occasion)


def _tell_losses(made: Made) -> None:
    for name in made.manifest.blobs.missing:
        print(f"  test data {name}: missing or damaged where it is kept; import its problem again")
    for problem in made.unreadable:
        print(
            f"  problem {problem}: its document in the database cannot be read, so its test data are not in"
        )


@app.command()
def verify(file: File, as_json: Json = False) -> None:
    """Check every hash, count and reference of a backup, without a database. Exits with 1 for damage.

    All damage is told at once.
    """
    with opened_backup(file, keeps_data=None) as archive:
        report = look_at_backup(archive)
    tell_report(file, report, as_json=as_json)
    if report.damage:
        raise typer.Exit(EXIT_DAMAGED)


@app.command()
def restore(
    file: File,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Put a backup into an empty installation: a new data folder, or an empty database. Checks it first.

    Either database takes a backup of either. What was being judged waits again. Settings are told, not set.
    Exits with 1 when the backup is damaged: then nothing was written.
    """
    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    with opened_backup(file, keeps_data=settings) as archive:
        report = look_at_backup(archive)
        if report.manifest is None or not report.can_be_restored:
            tell_report(file, report, as_json=as_json)
            raise typer.Exit(EXIT_DAMAGED)
        restored = run_to_end(_restore(settings, archive, report))
        kept = settings_of(archive)
    differing = _differing(kept, without_secrets(settings.said).values)
    if as_json:
        left_out = list(kept.get("left_out", []))
        print(
            json.dumps(
                {**describe(report.manifest), "requeued": restored.requeued, "settings": differing,
                 "secrets_to_set": left_out}
            )
        )  # fmt: skip
    else:
        _tell_restored(report, restored, differing, kept)


async def _restore(settings: Settings, archive: Archive, report: Report) -> Restored:
    assert report.manifest is not None  # noqa: S101 - looked at before
    now = datetime.now(UTC)
    opener = loader_opener(settings, schema=report.manifest.origin.schema, months=report.months, now=now)
    with open_blobs(settings, alone=True) as blobs, Watch() as watch:
        return await put_back(archive, report.manifest, blobs, opener, at=now, tell=watch.tell)


def look_at_backup(archive: Archive) -> Report:
    with Watch() as watch:
        return look_at(archive, names_of=blobs_named, tell=watch.tell)


@contextmanager
def opened_backup(file: Path, *, keeps_data: Settings | None) -> Iterator[Archive]:
    """Opened as whoever calls, and read as an ordinary user. Raises `UsageError` for what is no backup."""
    with ExitStack() as stack:
        try:
            fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            stack.callback(os.close, fd)
            if not file.is_file():
                raise UsageError(f"{file}: is not a file")
        except OSError as error:
            raise UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from error
        settings = keeps_data or read_settings(os.environ)
        settle_in(settings, readable=[], keeps_data=keeps_data is not None)
        yield open_backup(fd)


@contextmanager
def disk_full_named(path: Path) -> Iterator[None]:
    """Raises `Unavailable` when there was no room for what was to become a file. Nothing of it is left."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise Unavailable(
            f"{path}: {(error.strerror or 'no space left').lower()}; nothing was kept"
        ) from error


def tell_report(file: Path, report: Report, *, as_json: bool) -> None:
    if as_json:
        found = None if report.manifest is None else describe(report.manifest)
        damage = [asdict(each) for each in report.damage]
        print(json.dumps({"ok": not report.damage, "backup": found, "damage": damage}))
        return
    if report.manifest is not None:
        print(f"{file}: {summary(report.manifest)}")
    for each in report.damage:
        print(damage_line(each))
    print(f"{len(report.damage)} things are damaged" if report.damage else "everything is whole")


def _differing(kept: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, str]:
    """Settings of then that are set otherwise here, or not at all."""
    values = kept.get("values")
    if not isinstance(values, dict):
        return {}
    return {str(name): str(value) for name, value in values.items() if now.get(str(name)) != value}


def _tell_restored(
    report: Report, restored: Restored, differing: Mapping[str, str], kept: Mapping[str, Any]
) -> None:
    assert report.manifest is not None  # noqa: S101 - looked at before
    print(f"restored {summary(report.manifest)}")
    print(f"{restored.requeued} that were being judged wait again")
    for each in report.damage:
        print(damage_line(each))
    if not report.manifest.blobs.included:
        print("test data are not in this backup: ASSAY_BLOB_URL has to name where they are")
    if differing:
        print("settings that were otherwise there:")
        for name, value in differing.items():
            print(f"  {printable(name)}={printable(value)}")
    if kept.get("left_out"):
        print(f"secrets that were set there: {', '.join(printable(str(name)) for name in kept['left_out'])}")
