"""`assay verify DIR…`: judge every submission of each package against what the package expects of it."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
import json
from pathlib import Path
import sys
from typing import Annotated

import typer

from assay.cli.house import check_present, local_languages, local_sandbox, plain_path
from assay.cli.local import open_console, run_to_end
from assay.cli.options import Json
from assay.cli.verification import Checked, CheckedPackage, describe, exit_code_for, show
from assay.cli.workshop import Bar, complete_package, workshop_in
from assay.domain.judgement import Decision
from assay.errors import PackageInvalid, UsageError
from assay.preparing import Skipped, Workshop, at_once
from assay.problems import Package, PackageSubmission
from assay.settings import usable_cores


def verify(
    directories: Annotated[list[Path], typer.Argument(help="Package folders.")],
    slots: Annotated[
        int | None, typer.Option("--slots", min=1, max=1024, help="Judged at once. Default: one a core.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Judge the packages' own submissions. Exits with 0 if all came out as expected.

    1: some did not. 2: a package cannot be used (the others are judged all the same). 3: a fault of ours.

    What a package leaves to be made is made first: generated inputs, answers, a time limit that is to be
    measured. Where the package has rules for single tests or groups, a submission is run on all tests.
    """
    folders = package_folders(directories)
    packages = run_to_end(_verify(folders, slots or usable_cores()))
    if as_json:
        print(json.dumps(describe(packages)))
    else:
        show(open_console(), packages)
    if code := exit_code_for(packages):
        raise typer.Exit(code)


def package_folders(paths: Sequence[Path]) -> list[Path]:
    """The folders among `paths`, each once. Files are passed over, so that `examples/*` may be given."""
    check_present(paths)
    folders = list(dict.fromkeys(path for path in paths if path.is_dir()))
    for path in paths:
        if not path.is_dir():
            print(f"{path}: no folder, passed over", file=sys.stderr)
    if not folders:
        raise UsageError("none of these is a folder; a problem package is one")
    return folders


async def _verify(folders: Sequence[Path], seats: int) -> list[CheckedPackage]:
    """All packages are completed first, one after the other; then all their submissions are judged."""
    catalogue = local_languages()
    places = [plain_path(folder) for folder in folders]
    async with local_sandbox(slots=seats, readable=places) as cell, AsyncExitStack() as stack:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        bar = stack.enter_context(Bar())
        opened: list[Package | PackageInvalid] = []
        for place in places:
            try:
                complete = complete_package(place, workshop, catalogue, bar.step)
                opened.append(await stack.enter_async_context(complete))
            except PackageInvalid as error:
                opened.append(error)
        outcomes = iter(
            await judge_all(workshop, [each for each in opened if isinstance(each, Package)], bar)
        )
    return [
        CheckedPackage(path=folder, package=None, errors=each.findings, submissions=())
        if isinstance(each, PackageInvalid)
        else CheckedPackage(
            path=folder,
            package=each,
            errors=(),
            submissions=tuple(
                Checked(submission=submission, outcome=next(outcomes)) for submission in each.submissions
            ),
        )
        for folder, each in zip(folders, opened, strict=True)
    ]


async def judge_all(workshop: Workshop, packages: Sequence[Package], bar: Bar) -> list[Decision | Skipped]:
    """The outcomes of all submissions in their order, judged as many at once as there are seats."""
    todo = [(package, submission) for package in packages for submission in package.submissions]
    done = 0

    async def one(package: Package, submission: PackageSubmission) -> Decision | Skipped:
        nonlocal done
        outcome = await workshop.judge(
            submission,
            package.problem,
            package.files,
            all_tests=submission.expectation.needs_all_tests,
        )
        done += 1
        bar.step(f"{package.problem.id} {submission.path.rpartition('/')[2]}", done, len(todo))
        return outcome

    return await at_once([partial(one, *each) for each in todo], seats=workshop.seats)
