"""`assay problem export SOURCE`: any package, or an imported problem, in the ICPC/Kattis package format."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
import json
import os
from pathlib import Path
import re
from typing import Annotated, Any
import zipfile

import typer

from assay.cli.house import local_languages, settle_in
from assay.cli.keeper import FolderKeeper, keeper_of
from assay.cli.local import run_to_end
from assay.cli.options import DataDir, Json
from assay.cli.packages import Memory, ProblemId, TimeLimit, Wanted, settled_with, wanted
from assay.errors import Finding, NotFound, UsageError
from assay.problems import Package
from assay.problems.export import Loss, export_package
from assay.problems.package import PackageFormat
from assay.problems.private import private_folder
from assay.problems.sources import PROBLEM_ID, SourceFormat
from assay.settings import read_settings
from assay.wiring.house import open_catalogue

_ONLY_IN_PACKAGES = (
    Loss(what="submissions", why="the data folder keeps none; export the package that was imported"),
    Loss(what="input validators", why="as the submissions"),
)


class Dialect(StrEnum):
    """What is written."""

    STANDARD = "icpc-2025-09"
    LEGACY = "legacy"


_FORMATS = {Dialect.STANDARD: PackageFormat.STANDARD_2025_09, Dialect.LEGACY: PackageFormat.LEGACY}


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the package goes: into `keeper`'s folder, below the folder or as the zip file `name`.

    `name` is None for a folder named as the problem, "" for the keeper's folder itself. `taken` are the names
    in there already. `shown` is the keeper's folder as it was typed.
    """

    keeper: FolderKeeper
    shown: Path
    name: str | None
    taken: frozenset[str]
    is_zip: bool


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written where, and what could not be."""

    id: str
    path: Path
    losses: tuple[Loss, ...]
    warnings: tuple[Finding, ...]


def export(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A folder, a zip or tar file, or an imported problem's id."),
    ],
    dialect: Annotated[Dialect, typer.Option("--format", help="What to write.")] = Dialect.STANDARD,
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder, new or empty. Default: the problem's id.")
    ] = None,
    zip_file: Annotated[Path | None, typer.Option("--zip", help="A new zip file instead.")] = None,
    source_format: Annotated[
        SourceFormat,
        typer.Option("--from", help="What the source is written in; auto: told by its files."),
    ] = SourceFormat.AUTO,
    problem_id: ProblemId = None,
    time_limit_ms: TimeLimit = None,
    memory_mib: Memory = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write a package in the ICPC/Kattis problem package format, and say what could not be carried.

    The source may be a package of any format that can be imported, or a problem that was. What it leaves to
    be made is made first, as on import. What is written is read back and compared with the source: every
    difference is told, with its reason.
    """
    if to is not None and zip_file is not None:
        raise UsageError("give --to or --zip, not both")
    if to is not None and problem_id is not None:
        raise UsageError("give --to or --id, not both: a package's id is its folder's name")
    is_package = Path(source).exists()
    if not is_package and not re.fullmatch(PROBLEM_ID, source):
        raise UsageError(f"{source}: no such file or folder")
    places = [Path(source)] if is_package else []
    packages = wanted(places, source_format, problem_id, time_limit_ms, memory_mib)
    with ExitStack() as stack:
        destination = _destination(to, zip_file, stack)
        exported = run_to_end(_export(source, packages, _FORMATS[dialect], destination, data_dir))
    if as_json:
        print(json.dumps({**_describe(exported), "format": dialect.value}))
    else:
        _tell(exported)


def _destination(to: Path | None, zip_file: Path | None, stack: ExitStack) -> Destination:
    """Before privileges are dropped: someone who writes there. Raises `UsageError` where that cannot be."""
    target = zip_file or to
    try:
        if target is None:
            folder, name = Path(), None
        elif zip_file is None and target.is_dir() and not target.is_symlink():
            folder, name = target, ""
            if any(folder.iterdir()):
                raise UsageError(f"{target}: is not empty; name a new folder")
        else:
            folder, name = target.parent, target.name
            if os.path.lexists(target):
                raise UsageError(f"{target}: is there already")
        taken = frozenset(path.name for path in folder.iterdir())
        keeper = stack.enter_context(keeper_of(folder))
    except OSError as error:
        raise UsageError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error
    return Destination(keeper=keeper, shown=folder, name=name, taken=taken, is_zip=zip_file is not None)


async def _export(
    source: str,
    packages: Wanted,
    dialect: PackageFormat,
    destination: Destination,
    data_dir: Path | None,
) -> Exported:
    opened = _package(packages, data_dir) if packages.places else _imported(source, data_dir)
    async with opened as package:
        problem_id = packages.opening.problem_id or package.problem.id
        name = destination.name
        if name is None:
            name = problem_id
            if name in destination.taken:
                raise UsageError(f"{name}: is there already; name another folder with --to")
        top = problem_id if destination.is_zip else name or destination.shown.resolve().name
        with private_folder("export") as private:
            folder = private / top
            folder.mkdir()
            losses = await asyncio.to_thread(
                export_package, package, folder, dialect=dialect, languages=local_languages()
            )
            if destination.is_zip:
                _put_zip(folder, private / "package.zip", name, destination.keeper)
            else:
                _put_files(folder, name, destination.keeper)
        if not packages.places:
            losses = (*losses, *_ONLY_IN_PACKAGES)
    return Exported(id=top, path=destination.shown / name, losses=losses, warnings=package.warnings)


@asynccontextmanager
async def _package(packages: Wanted, data_dir: Path | None) -> AsyncIterator[Package]:
    settings = read_settings(os.environ, data_dir=data_dir)
    async with (
        settled_with(packages, settings, keeps_data=False) as open_whole,
        open_whole(packages.places[0]) as package,
    ):
        yield package


@asynccontextmanager
async def _imported(problem_id: str, data_dir: Path | None) -> AsyncIterator[Package]:
    """A problem of the data folder, as a package without submissions."""
    settings = read_settings(os.environ, data_dir=data_dir)
    settle_in(settings, readable=[], keeps_data=True)
    async with open_catalogue(settings) as catalogue:
        problem = await catalogue.problems.current(problem_id)
        if problem is None:
            raise NotFound(f"{problem_id}: neither a file or folder, nor a problem in {settings.data_dir}")
        yield Package(
            path=Path(problem_id),
            format=PackageFormat.STANDARD_2025_09,
            problem=problem,
            submissions=(),
            warnings=(),
            files=catalogue.blobs,
        )


def _put_files(folder: Path, name: str, keeper: FolderKeeper) -> None:
    with keeper.as_one(name):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                inner = path.relative_to(folder).as_posix()
                is_executable = os.access(path, os.X_OK)
                with path.open("rb") as file:
                    keeper.put(inner, file.fileno(), replaces=False, is_executable=is_executable)


def _put_zip(folder: Path, scratch: Path, name: str, keeper: FolderKeeper) -> None:
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent).as_posix())
    with scratch.open("rb") as file:
        keeper.put(name, file.fileno(), replaces=False)


def _describe(exported: Exported) -> dict[str, Any]:
    return {
        "id": exported.id,
        "path": str(exported.path),
        "losses": [vars(loss) for loss in exported.losses],
        "warnings": [vars(warning) for warning in exported.warnings],
    }


def _tell(exported: Exported) -> None:
    print(exported.path)
    for warning in exported.warnings:
        print(f"  in the source: {warning}")
    if exported.losses:
        print("not carried as it is:")
        for loss in exported.losses:
            print(f"  {loss}")
