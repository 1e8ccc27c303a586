"""What `assay backup` shows: how far it is, what it has made, what it has found."""

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assay.cli.ages import rfc3339
from assay.operate.backup.manifest import Manifest
from assay.operate.backup.verify import Damage


class Watch:
    """How far it is, on standard error if that is a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("beginning", total=None)

    def __enter__(self) -> "Watch":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, what: str, done: int, total: int | None) -> None:
        self._progress.update(self._task, description=printable(what), completed=done, total=total)


def printable(text: str) -> str:
    """Words out of a file that anybody may have made."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def describe(manifest: Manifest) -> dict[str, Any]:
    """A backup as JSON."""
    origin, newest, blobs = manifest.origin, manifest.newest, manifest.blobs
    return {
        "release": origin.release,
        "database": origin.database,
        "schema": origin.schema,
        "installation": origin.installation,
        "timeline": origin.timeline,
        "begun_at": rfc3339(manifest.begun_at),
        "newest_submission": None if newest is None else {"id": newest.id, "created_at": rfc3339(newest.at)},
        "rows": {table.name: table.rows for table in manifest.tables},
        "blobs": {
            "included": blobs.included,
            "count": len(blobs.sizes),
            "bytes": sum(blobs.sizes.values()),
            "missing": list(blobs.missing),
        },
    }


def summary(manifest: Manifest) -> str:
    """A backup in a line."""
    submissions = manifest.table("submissions")
    problems = manifest.table("problems")
    blobs = manifest.blobs
    data = f"{len(blobs.sizes)} files of test data" if blobs.included else "no test data (kept elsewhere)"
    return (
        f"{0 if submissions is None else submissions.rows} submissions, "
        f"{0 if problems is None else problems.rows} problems, {data}, of {rfc3339(manifest.begun_at)}"
    )


def damage_line(damage: Damage) -> str:
    return f"  {printable(damage.where)}: {printable(damage.what)}"
