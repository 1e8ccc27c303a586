"""`assay problem generate DIR`: a package's tests, made by its generators."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.cli.house import check_present, local_languages, local_sandbox, local_testlib, plain_path
from assay.cli.keeper import FolderKeeper, keeper_of
from assay.cli.local import EXIT_NOT_ACCEPTED, run_to_end
from assay.cli.options import Json
from assay.cli.preparing.validate import Slots
from assay.cli.workshop import Bar, complete_package, workshop_in
from assay.errors import UsageError
from assay.judging.capture import closing_fd
from assay.languages import LanguageCatalogue
from assay.preparing import Workshop
from assay.preparing.regenerating import Generation, Places, State, generate_planned, made_tests
from assay.problems.folder import open_package
from assay.problems.package import Report
from assay.problems.private import private_folder
from assay.problems.programs import ProgramReading
from assay.problems.sources import SourceFormat, detect
from assay.settings import usable_cores


def generate(
    package: Annotated[Path, typer.Argument(metavar="DIR", help="The package's folder.")],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Where tests are put, instead of the package; needed for other formats."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also replace files that are there, and differ.")
    ] = False,
    slots: Slots = None,
    as_json: Json = False,
) -> None:
    """Run the generators in the sandbox, and put the tests that they make into the package.

    In a package of the ICPC/Kattis format generators/generators.yaml says how each test is made: a command
    with a program of generators/, whose output is the input; a text; or a file to copy. Answers come from an
    accepted solution. A package of Polygon or DMOJ says so itself. What is there is left alone, unless it is
    the same or --force is given. Exits with 1 when something was left so. 2: the package cannot be used, or a
    program failed. 3: a fault of ours.
    """
    check_present([package])
    if not package.is_dir():
        raise UsageError(f"{package}: is no folder; unpack it first")
    if to is not None:
        _make_folder(to)
    with ExitStack() as stack:
        keeper = stack.enter_context(keeper_of(to or package))
        outcome = run_to_end(_generate(package, to, keeper, seats=slots or usable_cores(), force=force))
    if as_json:
        print(json.dumps(outcome))
    else:
        _show(outcome)
    if outcome["left"]:
        raise typer.Exit(EXIT_NOT_ACCEPTED)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--to {folder}: {(error.strerror or str(error)).lower()}") from error


async def _generate(
    path: Path, to: Path | None, keeper: FolderKeeper, *, seats: int, force: bool
) -> dict[str, Any]:
    catalogue = local_languages()
    place = plain_path(path)
    target = plain_path(to or path)
    async with local_sandbox(slots=seats, readable=list({place, target})) as cell:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        with ExitStack() as stack:
            bar = stack.enter_context(Bar())
            if detect(place) is SourceFormat.ICPC:
                async with _planned(place, target, workshop, catalogue, bar) as generation:
                    return _write(generation, keeper, force=force)
            if to is None:
                raise UsageError(f"{path}: is of another format; say with --to where its tests are to be put")
            async with complete_package(place, workshop, catalogue, bar.step, measures=False) as package:
                return _write(made_tests(package, target), keeper, force=force)


@asynccontextmanager
async def _planned(
    place: Path, target: Path, workshop: Workshop, catalogue: LanguageCatalogue, bar: Bar
) -> AsyncIterator[Generation]:
    report = Report()
    with open_package(place, report) as folder, private_folder("made") as made:
        reading = ProgramReading(folder=folder, languages=catalogue, testlib=local_testlib(), report=report)
        places = Places(package=place, made=made, target=target)
        yield await generate_planned(places, reading, workshop, bar.step)


def _write(generation: Generation, keeper: FolderKeeper, *, force: bool) -> dict[str, Any]:
    """Write what is new, and with `force` what is changed; what was done, and what was left."""
    written, left = [], []
    for each in generation.generated:
        if each.state is State.SAME:
            continue
        if each.state is State.CHANGED and not force:
            left.append(each.path)
            continue
        with closing_fd(generation.files.open(each.ref)) as fd:
            keeper.put(each.path, fd, replaces=each.state is State.CHANGED)
        written.append({"path": each.path, "state": each.state.value})
    states = Counter(each.state for each in generation.generated)
    return {
        "written": written,
        "left": left,
        "same": states[State.SAME],
        "unplanned": list(generation.unplanned),
    }


def _show(outcome: dict[str, Any]) -> None:
    for each in outcome["written"]:
        print(f"{each['state']:<8} {each['path']}")
    for path in outcome["left"]:
        print(f"left     {path}: is there and differs; --force replaces it")
    for path in outcome["unplanned"]:
        print(f"left     {path}: is no test of generators.yaml")
    count, left = len(outcome["written"]), len(outcome["left"])
    print(f"{count} files written, {outcome['same']} were the same, {left} left")
