"""`assay problem upgrade DIR`: a legacy package becomes one of 2025-09."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.house import check_present, local_languages, local_testlib, settle_in
from assay.cli.keeper import FolderKeeper, keeper_of
from assay.cli.options import Json
from assay.errors import UsageError
from assay.problems import PackageFormat, read_package
from assay.problems.export import Loss
from assay.problems.folder import open_package
from assay.problems.package import Report
from assay.problems.private import private_folder
from assay.problems.sources import SourceFormat, detect
from assay.problems.upgrade import upgrade_package
from assay.settings import read_settings

_BACKUP = ".legacy"


@dataclass(frozen=True, kw_only=True)
class Upgraded:
    """Where the package is now, what was written, where the old files are, and what was not carried."""

    path: Path
    written: tuple[str, ...]
    moved: tuple[str, ...]
    backup: Path | None
    losses: tuple[Loss, ...]


def upgrade(
    package: Annotated[Path, typer.Argument(metavar="DIR", help="The package's folder.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="A new folder, instead of upgrading the package in place.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rewrite a legacy package in the format 2025-09, and say what could not be carried as it is.

    In place: files that are replaced or get another name are kept in DIR.legacy. What is written is read back
    and compared with what was read before: every difference is told. 2: the package cannot be used.
    """
    check_present([package])
    if not package.is_dir():
        raise UsageError(f"{package}: is no folder; unpack it first")
    place = package.resolve()
    target = to or place.with_name(f"{place.name}{_BACKUP}")
    if os.path.lexists(target):
        why = "--to is for a new folder" if to is not None else "an earlier upgrade left it; move it away"
        raise UsageError(f"{target}: is there already; {why}")
    if to is None:
        _check_links(place)
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(keeper_of(target.absolute().parent))
        except OSError as error:
            raise UsageError(f"{target.parent}: {(error.strerror or str(error)).lower()}") from error
        settle_in(read_settings(os.environ), readable=[place], keeps_data=False)
        upgraded = _upgrade(package, place, to, keeper)
    if as_json:
        print(json.dumps(_describe(upgraded)))
    else:
        _tell(upgraded)


def _check_links(place: Path) -> None:
    """A link moved elsewhere would lead elsewhere."""
    for path in place.rglob("*"):
        if path.is_symlink() and not any(part.startswith(".") for part in path.relative_to(place).parts):
            raise UsageError(f"{path}: is a symbolic link, which cannot be upgraded in place; give --to")


def _upgrade(typed: Path, place: Path, to: Path | None, keeper: FolderKeeper) -> Upgraded:
    languages = local_languages()
    source_format = detect(place)
    if source_format is not SourceFormat.ICPC:
        raise UsageError(f"{typed}: is of the format {source_format}; 'assay problem export' rewrites it")
    package = read_package(place, languages=languages, testlib=local_testlib(), can_measure=True)
    if package.format is not PackageFormat.LEGACY:
        raise UsageError(f"{typed}: is in {package.format} already")
    name = place.name if to is None else to.name
    with private_folder("upgrade") as private:
        folder = private / name
        folder.mkdir()
        losses = upgrade_package(package, folder, languages=languages)
        new = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
        moved: list[str] = []
        if to is None:
            moved = _make_way(place, folder, keeper)
        written = [path for path in new if to is not None or not _is_same(place / path, folder / path)]
        for path in written:
            is_executable = os.access(folder / path, os.X_OK)
            with (folder / path).open("rb") as file:
                keeper.put(f"{name}/{path}", file.fileno(), replaces=False, is_executable=is_executable)
    return Upgraded(
        path=to or typed,
        written=tuple(written),
        moved=tuple(moved),
        backup=place.with_name(f"{place.name}{_BACKUP}") if moved else None,
        losses=losses,
    )


def _make_way(place: Path, folder: Path, keeper: FolderKeeper) -> list[str]:
    """Move the files that are other in the new package, or not in it, into the backup."""
    with open_package(place, Report()) as opened:
        old = sorted(opened.sizes)
    moved = [path for path in old if not _is_same(place / path, folder / path)]
    for path in moved:
        keeper.move(f"{place.name}/{path}", f"{place.name}{_BACKUP}/{path}")
    return moved


def _is_same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _describe(upgraded: Upgraded) -> dict[str, object]:
    return {
        "path": str(upgraded.path),
        "backup": None if upgraded.backup is None else str(upgraded.backup),
        "written": upgraded.written,
        "moved": upgraded.moved,
        "losses": [vars(loss) for loss in upgraded.losses],
    }


def _tell(upgraded: Upgraded) -> None:
    print(f"{upgraded.path}: {len(upgraded.written)} files written in 2025-09")
    if upgraded.backup is not None:
        print(f"{len(upgraded.moved)} files as they were: {upgraded.backup}")
    _tell_losses(upgraded.losses)
    print(f"'assay problem verify {upgraded.path}' says whether all submissions are as expected")


def _tell_losses(losses: Sequence[Loss]) -> None:
    if losses:
        print("not carried as it is:")
        for loss in losses:
            print(f"  {loss}")
