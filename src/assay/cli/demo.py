"""`assay demo DIR…`: what `make run` does. A server, the packages' own submissions through its API, a table.

assay demo ──starts──► assay serve ──starts──► cell (root), worker
     │  import, submit, follow: plain HTTP           ▲
     └──────────────────────────────────────────────┘
"""

from collections.abc import Sequence
from dataclasses import dataclass
import json
import os
from pathlib import Path
import sys
import time
from typing import Annotated, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
import typer

from assay.cli.child_server import child_server
from assay.cli.client import ServerClient, connect
from assay.cli.house import check_present, settle_in
from assay.cli.local import open_console, size_in_words
from assay.cli.options import DataDir, Json
from assay.cli.uploading import zip_package
from assay.domain.verdict import Verdict
from assay.errors import UsageError
from assay.problems import Package, PackageSubmission, read_package
from assay.settings import read_settings

EXIT_NOT_AS_EXPECTED = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: a submission of a package and how it was judged."""

    problem_id: str
    submission: PackageSubmission
    verdict: Verdict | None  # None: its toolchain is not installed
    cpu_time_ms: int
    memory_bytes: int

    @property
    def path(self) -> str:
        return self.submission.path.removeprefix("submissions/")

    @property
    def language_id(self) -> str:
        return self.submission.language_id or "?"

    @property
    def as_expected(self) -> bool:
        return self.verdict is None or self.submission.expects(self.verdict)


def demo(
    directories: Annotated[list[Path], typer.Argument(help="Package folders, or folders of packages.")],
    data_dir: DataDir = None,
    port: Annotated[int | None, typer.Option("--port", help="0 picks a free one.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop after the table; exit 1 on a surprise.")] = False,
    as_json: Json = False,
) -> None:
    """Start a server, judge the packages' own submissions through its HTTP API, and serve until Ctrl-C."""
    settings = read_settings(os.environ, data_dir=data_dir, port=port)
    console = Console(stderr=True) if as_json else open_console()
    check_present(directories)
    folders = package_folders([directory.resolve() for directory in directories])
    if console.is_terminal:
        console.print("starting a server (a sandbox that is new here is attacked first: some seconds)")
    with child_server(settings.data_dir, port=settings.port, log_level="warning") as server:
        settle_in(settings, readable=folders, keeps_data=False)
        with connect(server.url) as client:
            rows = judge_all(client, [read_package(folder) for folder in folders], console)
        surprises = [row for row in rows if not row.as_expected]
        if as_json:
            print(json.dumps({"url": server.url, "submissions": [_as_json(row) for row in rows]}))
        else:
            console.print(table(rows))
            _sum_up(console, rows, surprises)
        if not once:
            console.print(f"\nserving at [bold]{server.url}[/bold]  (Ctrl-C stops it)")
            _wait_for_interrupt()
    if surprises and once:
        raise typer.Exit(EXIT_NOT_AS_EXPECTED)


def package_folders(directories: Sequence[Path]) -> list[Path]:
    """Each directory that is a package, or the packages directly inside it. Raises `UsageError` for none."""
    folders: list[Path] = []
    for directory in directories:
        if (directory / "problem.yaml").exists():
            folders.append(directory)
        else:
            folders += sorted(path.parent for path in directory.glob("*/problem.yaml"))
    if not folders:
        raise UsageError("there is no problem package in what was given: a folder with a problem.yaml")
    return folders


def judge_all(client: ServerClient, packages: Sequence[Package], console: Console) -> list[Row]:
    """Import the packages, submit everything at once, and follow each submission to its verdict."""
    available = {item["id"] for item in client.get("/api/v1/languages")["items"] if item["available"]}
    for package in packages:
        client.import_package(zip_package(package.path), short_name=package.problem.id)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("judging", total=sum(len(package.submissions) for package in packages))
        submitted = [
            (package.problem.id, submission, _submit(client, package.problem.id, submission, available))
            for package in packages
            for submission in package.submissions
        ]
        rows: list[Row] = []
        for problem_id, submission, submission_id in submitted:
            progress.update(task, description=f"{problem_id} {Path(submission.path).name}")
            rows.append(_follow(client, problem_id, submission, submission_id))
            progress.advance(task)
    return rows


def _submit(
    client: ServerClient, problem_id: str, submission: PackageSubmission, available: set[str]
) -> str | None:
    """The submission's id, or None when its language is not to be had here."""
    if submission.language_id not in available:
        return None
    files = [
        {"name": file.name, "content": file.content.decode(errors="replace")} for file in submission.files
    ]
    body = {"problem_id": problem_id, "language": submission.language_id, "files": files, "user_id": "demo"}
    submission_id: str = client.submit(body)["id"]
    return submission_id


def _follow(
    client: ServerClient, problem_id: str, submission: PackageSubmission, submission_id: str | None
) -> Row:
    state: dict[str, Any] = {}
    if submission_id is not None:
        for _event in client.events(submission_id):
            pass
        state = client.get(f"/api/v1/submissions/{submission_id}")
    return Row(
        problem_id=problem_id,
        submission=submission,
        verdict=Verdict(state["verdict"]) if state else None,
        cpu_time_ms=state.get("cpu_time_ms") or 0,
        memory_bytes=state.get("memory_bytes") or 0,
    )


def table(rows: Sequence[Row]) -> Table:
    """The rows for people: what was expected, what came out, what it cost."""
    result = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("problem", "language", "submission", "expected", "verdict"):
        result.add_column(name, overflow="fold")
    for name in ("time", "memory"):
        result.add_column(name, justify="right")
    for row in rows:
        verdict = "skipped" if row.verdict is None else str(row.verdict)
        colour = "yellow" if row.verdict is None else "green" if row.as_expected else "bold red"
        result.add_row(
            row.problem_id,
            row.language_id,
            row.path,
            "/".join(row.submission.expected),
            f"[{colour}]{verdict}[/{colour}]",
            f"{row.cpu_time_ms} ms",
            size_in_words(row.memory_bytes),
        )
    return result


def _sum_up(console: Console, rows: Sequence[Row], surprises: Sequence[Row]) -> None:
    skipped = sum(row.verdict is None for row in rows)
    judged = len(rows) - skipped
    words = f"{judged - len(surprises)} of {judged} as expected"
    if skipped:
        words += f", {skipped} skipped (toolchain not installed: see 'assay doctor')"
    console.print(f"\n[{'bold red' if surprises else 'green'}]{words}[/]")


def _as_json(row: Row) -> dict[str, Any]:
    return {
        "problem_id": row.problem_id,
        "language": row.language_id,
        "path": row.path,
        "expected": list(row.submission.expected),
        "verdict": row.verdict,
        "cpu_time_ms": row.cpu_time_ms,
        "memory_bytes": row.memory_bytes,
        "as_expected": row.as_expected,
    }


def _wait_for_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\nstopping", file=sys.stderr)
