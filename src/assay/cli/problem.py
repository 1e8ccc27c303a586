"""`assay problem import | list`: bring problem packages in, and see which are there."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
import io
import json
import os
from pathlib import Path
import sys
from typing import Annotated, Any
import zipfile

from rich.console import Console
from rich.table import Table
import typer

from assay.cli.client import connect
from assay.cli.house import local_testlib, settle_in
from assay.cli.options import DEFAULT_SERVER, DataDir, Json
from assay.errors import AssayError, PackageInvalid, UsageError
from assay.problems import import_package, read_package
from assay.settings import read_settings
from assay.wiring.house import open_catalogue

PAGE_ITEMS = 100

app = typer.Typer(help="Problem packages (ICPC/Kattis format, 2025-09 and legacy).", no_args_is_help=True)

OptionalServer = Annotated[
    str | None,
    typer.Option("--server", envvar="ASSAY_SERVER", help="Import through a running server instead."),
]


@app.command("import")
def import_(
    directories: Annotated[list[Path], typer.Argument(help="Package folders.")],
    data_dir: DataDir = None,
    server: OptionalServer = None,
    as_json: Json = False,
) -> None:
    """Check packages and make them available for submissions. An unchanged package changes nothing."""
    if data_dir is not None and server is not None:
        raise UsageError("give --data-dir or --server, not both")
    if server is not None:
        imported, refused = _import_to_server(directories, server)
    else:
        imported, refused = _import_locally(directories, data_dir)
    if as_json:
        print(json.dumps({"items": imported, "errors": [_refusal(error) for error in refused]}))
    else:
        for each in imported:
            print(f"{each['id']}  {each['name']}  ({each['test_count']} tests)")
        for error in refused:
            _print_refusal(error)
    if refused:
        raise typer.Exit(refused[0].exit_code)


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


def zip_package(directory: Path) -> bytes:
    """The package as an archive for upload. Raises `PackageInvalid` first: nothing broken travels."""
    read_package(directory, testlib=local_testlib())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file() and not path.is_symlink():
                archive.write(path, f"{directory.resolve().name}/{path.relative_to(directory)}")
    return buffer.getvalue()


def _import_to_server(
    directories: Iterable[Path], server: str
) -> tuple[list[dict[str, Any]], list[AssayError]]:
    imported: list[dict[str, Any]] = []
    refused: list[AssayError] = []
    with connect(server) as client:
        for directory in directories:
            try:
                archive = zip_package(directory)
                imported.append(client.import_package(archive, short_name=directory.resolve().name))
            except PackageInvalid as error:
                refused.append(error)
    return imported, refused


def _import_locally(
    directories: Iterable[Path], data_dir: Path | None
) -> tuple[list[dict[str, Any]], list[AssayError]]:
    settings = read_settings(os.environ, data_dir=data_dir)
    directories = [directory.resolve() for directory in directories]
    settle_in(settings, readable=directories, keeps_data=True)

    async def import_all() -> tuple[list[dict[str, Any]], list[AssayError]]:
        imported: list[dict[str, Any]] = []
        refused: list[AssayError] = []
        async with open_catalogue(settings) as catalogue:
            for directory in directories:
                try:
                    package = read_package(directory, testlib=settings.testlib)
                except PackageInvalid as error:
                    refused.append(error)
                    continue
                problem = await import_package(
                    package, blobs=catalogue.blobs, catalogue=catalogue.problems, now=catalogue.clock.now()
                )
                imported.append({"id": problem.id, "name": problem.name, "test_count": len(problem.tests)})
        return imported, refused

    return asyncio.run(import_all())


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


def _refusal(error: AssayError) -> dict[str, Any]:
    findings = error.findings if isinstance(error, PackageInvalid) else ()
    return {"code": error.code, "message": error.message, "findings": [vars(finding) for finding in findings]}


def _print_refusal(error: AssayError) -> None:
    if isinstance(error, PackageInvalid):
        print(f"assay: {error.package} was not imported:", file=sys.stderr)
        for finding in error.findings:
            print(f"  {finding}", file=sys.stderr)
    else:
        print(f"assay: {error.message}", file=sys.stderr)
