"""The packages that import and export are given: of any format, and made complete where that takes a sandbox.

Whether it does is only known once a package has been read, and that is for an ordinary user, who cannot start
a sandbox any more. So root has someone look first:

    command ──► looker, an ordinary user: reads the packages, says whether something is to be made
       │ no: becomes an ordinary user too
       └ yes: starts a sandbox, then becomes one
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
import json
import os
from pathlib import Path
import re
import subprocess
import sys
from typing import Annotated, TypeAlias

import typer

from assay.cli.ending import end_by_sigterm
from assay.cli.house import local_languages, local_sandbox, local_testlib, settle_in
from assay.cli.refusals import DISK_FULL
from assay.cli.workshop import Bar, workshop_in
from assay.domain.limits import BYTES_PER_MIB, MILLISECONDS_PER_SECOND
from assay.errors import AssayError, Unavailable, UsageError
from assay.languages import LanguageCatalogue
from assay.operate.data_dir import prepare_data_dir
from assay.preparing import Workshop, make
from assay.preparing.workshop import Step
from assay.problems import Package
from assay.problems.limits import MEMORY_MAX_MIB, TIME_MAX_S
from assay.problems.private import private_folder
from assay.problems.sources import PROBLEM_ID, Opening, SourceFormat, check_complete, opened
from assay.settings import Settings, read_settings, usable_cores
from assay.wiring.house import identity_for

PackageOpener: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Package]]

Format = Annotated[
    SourceFormat, typer.Option("--format", help="What packages are written in; auto: told by their files.")
]
ProblemId = Annotated[
    str | None,
    typer.Option("--id", help="The problem's id. Default: as the package says, or its folder's name."),
]
TimeLimit = Annotated[
    int | None,
    typer.Option(
        "--time-limit-ms",
        min=1,
        max=TIME_MAX_S * MILLISECONDS_PER_SECOND,
        help="Of CPU time, for packages without limits (DMOJ, plain files), or instead of Polygon's.",
    ),
]
Memory = Annotated[
    int | None, typer.Option("--memory-mib", min=1, max=MEMORY_MAX_MIB, help="As --time-limit-ms.")
]

_SOMETHING_TO_MAKE = 10  # the looker's exit code; Python's own are 1 and 2
_REMEDY = "run this as root, who can start the sandbox in which it is made"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Packages from a command line, and what is said there beside them."""

    places: tuple[Path, ...]
    opening: Opening


def wanted(
    places: Sequence[Path],
    source_format: SourceFormat,
    problem_id: str | None,
    time_limit_ms: int | None,
    memory_mib: int | None,
) -> Wanted:
    """Raises `UsageError` for an id that none can have, or that several cannot share."""
    if problem_id is not None:
        if not re.fullmatch(PROBLEM_ID, problem_id):
            raise UsageError(
                f"--id {problem_id}: an id is of letters, digits, '_', '.' and '-', 100 at the most"
            )
        if len(places) > 1:
            raise UsageError("--id is for one package; import several one by one")
    opening = Opening(
        format=source_format,
        problem_id=problem_id,
        cpu_time_ms=time_limit_ms,
        memory_bytes=None if memory_mib is None else memory_mib * BYTES_PER_MIB,
        testlib=local_testlib(),
    )
    return Wanted(places=tuple(place.resolve() for place in places), opening=opening)


@asynccontextmanager
async def settled_with(
    packages: Wanted, settings: Settings, *, keeps_data: bool
) -> AsyncIterator[PackageOpener]:
    """Become an ordinary user who opens these packages whole; with a sandbox, if that takes one.

    `keeps_data`: see `settle_in`. The opener raises `PackageInvalid`, also for a package that leaves things
    to be made where there can be no sandbox. Raises what `settle_in` and `local_sandbox` raise.
    """
    if not is_sandbox_needed(packages):
        settle_in(settings, readable=packages.places, keeps_data=keeps_data)
        yield partial(_as_it_is, opening=packages.opening)
        return
    readable = list(packages.places)
    if keeps_data:
        prepare_data_dir(settings.data_dir, identity_for(settings))
        readable += settings.data_places
    catalogue, seats = local_languages(), usable_cores()
    async with local_sandbox(slots=seats, readable=readable) as cell:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        opening = replace(packages.opening, can_measure=True)
        with Bar() as bar:
            yield partial(_made, opening=opening, workshop=workshop, languages=catalogue, step=bar.step)


@asynccontextmanager
async def _made(
    path: Path, *, opening: Opening, workshop: Workshop, languages: LanguageCatalogue, step: Step
) -> AsyncIterator[Package]:
    with (
        opened(path, opening=opening, languages=languages) as package,
        private_folder("made") as folder,
    ):
        yield await make(package, workshop, folder, step)


@asynccontextmanager
async def _as_it_is(path: Path, *, opening: Opening) -> AsyncIterator[Package]:
    with opened(path, opening=opening, languages=local_languages()) as package:
        check_complete(package, remedy=_REMEDY)
        yield package


def is_sandbox_needed(packages: Wanted) -> bool:
    """False also when there can be none: only root starts one. What is wrong with a package is told later."""
    if os.geteuid() != 0 or not packages.places:
        return False
    request = json.dumps(
        {
            "places": [os.fsdecode(place) for place in packages.places],
            "format": packages.opening.format,
            "problem_id": packages.opening.problem_id,
            "cpu_time_ms": packages.opening.cpu_time_ms,
            "memory_bytes": packages.opening.memory_bytes,
        }
    )
    with subprocess.Popen(
        [sys.executable, "-I", "-m", "assay.cli.packages"],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the command, which then ends this one
    ) as looker:
        try:
            looker.communicate(request.encode())
        except BaseException:
            looker.terminate()  # and it is waited for, so that it can clean up
            raise
    if looker.returncode not in (0, _SOMETHING_TO_MAKE):
        raise Unavailable(f"the packages could not be looked at: exit code {looker.returncode}")
    return looker.returncode == _SOMETHING_TO_MAKE


def _look(request: bytes) -> int:
    """The looker's whole work."""
    said = json.loads(request)
    places = [Path(place) for place in said.pop("places")]
    said["format"] = SourceFormat(said["format"])
    opening = Opening(**said, testlib=local_testlib())
    try:
        settle_in(read_settings(os.environ), readable=places, keeps_data=False)
    except AssayError:
        return 0  # the command will say the same
    return _SOMETHING_TO_MAKE if any(has_something_to_make(place, opening) for place in places) else 0


def has_something_to_make(place: Path, opening: Opening) -> bool:
    """Whether a package leaves something to be made. False for one that cannot be read, or for which there is
    no space: the command finds the same, and says so."""
    try:
        with opened(place, opening=replace(opening, can_measure=True)) as package:
            return bool(package.unmade)
    except AssayError:
        return False
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        return False


if __name__ == "__main__":
    end_by_sigterm()
    sys.exit(_look(sys.stdin.buffer.read()))
