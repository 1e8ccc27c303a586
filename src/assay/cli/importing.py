"""`assay problem import SRC…`: packages of any format, into a data folder or to a server."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import json
import os
from pathlib import Path
import sys
from typing import Annotated, Any

import typer

from assay.cli.client import ServerClient, connect
from assay.cli.house import settle_in
from assay.cli.local import run_to_end
from assay.cli.options import DataDir, Json
from assay.cli.packages import Format, Memory, ProblemId, TimeLimit, Wanted, settled_with, wanted
from assay.cli.uploading import pack, wishes_of
from assay.domain.problem import Problem
from assay.errors import Finding, PackageInvalid, UsageError
from assay.problems import import_package
from assay.problems.sources import SourceFormat
from assay.settings import read_settings
from assay.wiring.house import open_catalogue

OptionalServer = Annotated[
    str | None,
    typer.Option("--server", envvar="ASSAY_SERVER", help="Import through a running server instead."),
]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A package that is in, and what was noticed on the way."""

    id: str
    name: str
    test_count: int
    warnings: tuple[Finding, ...]


def import_(
    sources: Annotated[list[Path], typer.Argument(metavar="SRC…", help="Folders, zip or tar files.")],
    source_format: Format = SourceFormat.AUTO,
    problem_id: ProblemId = None,
    time_limit_ms: TimeLimit = None,
    memory_mib: Memory = None,
    data_dir: DataDir = None,
    server: OptionalServer = None,
    as_json: Json = False,
) -> None:
    """Check packages and make them available for submissions. An unchanged package changes nothing.

    They may be in the ICPC/Kattis problem package format (2025-09 or legacy), of Polygon or DMOJ, or plain
    pairs of files (1.in, 1.out). What a package leaves to be made is made first, in the sandbox, which takes
    root: generated inputs, answers, a time limit that is to be measured. A package is imported whole or not
    at all. To a server go only packages that leave nothing to be made; 'assay problem export' makes such.
    """
    if data_dir is not None and server is not None:
        raise UsageError("give --data-dir or --server, not both")
    packages = wanted(sources, source_format, problem_id, time_limit_ms, memory_mib)
    if server is not None:
        imported, refused = _import_to_server(packages, server)
    else:
        imported, refused = run_to_end(_import_locally(packages, data_dir))
    if as_json:
        print(json.dumps({"items": [_describe(each) for each in imported], "errors": _refusals(refused)}))
    else:
        _tell(imported, refused)
    if refused:
        raise typer.Exit(refused[0].exit_code)


async def _import_locally(
    packages: Wanted, data_dir: Path | None
) -> tuple[list[Imported], list[PackageInvalid]]:
    settings = read_settings(os.environ, data_dir=data_dir)
    imported: list[Imported] = []
    refused: list[PackageInvalid] = []
    async with (
        settled_with(packages, settings, keeps_data=True) as open_whole,
        open_catalogue(settings) as catalogue,
    ):
        for place in packages.places:
            try:
                async with open_whole(place) as package:
                    problem = await import_package(
                        package,
                        blobs=catalogue.blobs,
                        catalogue=catalogue.problems,
                        now=catalogue.clock.now(),
                    )
                    imported.append(_imported(problem, package.warnings))
            except PackageInvalid as error:
                refused.append(error)
    return imported, refused


def _import_to_server(packages: Wanted, server: str) -> tuple[list[Imported], list[PackageInvalid]]:
    settle_in(read_settings(os.environ), readable=packages.places, keeps_data=False)
    imported: list[Imported] = []
    refused: list[PackageInvalid] = []
    with connect(server) as client:
        for place in packages.places:
            try:
                imported.append(_upload(place, packages, client))
            except PackageInvalid as error:
                refused.append(error)
    return imported, refused


def _upload(place: Path, packages: Wanted, client: ServerClient) -> Imported:
    packed = pack(place, packages.opening)
    answer = client.import_package(
        packed.archive, short_name=packed.problem_id, wishes=wishes_of(packages.opening)
    )
    return Imported(
        id=answer["id"], name=answer["name"], test_count=answer["test_count"], warnings=packed.warnings
    )


def _imported(problem: Problem, warnings: tuple[Finding, ...]) -> Imported:
    return Imported(id=problem.id, name=problem.name, test_count=len(problem.tests), warnings=warnings)


def _describe(imported: Imported) -> dict[str, Any]:
    return {**vars(imported), "warnings": [vars(warning) for warning in imported.warnings]}


def _refusals(refused: Iterable[PackageInvalid]) -> list[dict[str, Any]]:
    return [
        {
            "code": error.code,
            "message": error.message,
            "package": error.package,
            "findings": [vars(finding) for finding in error.findings],
        }
        for error in refused
    ]


def _tell(imported: Sequence[Imported], refused: Sequence[PackageInvalid]) -> None:
    for each in imported:
        print(f"{each.id}  {each.name}  ({each.test_count} tests)")
        for warning in each.warnings:
            print(f"assay: {each.id}: {warning}", file=sys.stderr)
    for error in refused:
        print(f"assay: {error.package} was not imported:", file=sys.stderr)
        for finding in error.findings:
            print(f"  {finding}", file=sys.stderr)
