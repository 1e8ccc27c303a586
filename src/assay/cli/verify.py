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
from assay.problems.archives import is_archive
from assay.problems.sources import SourceFormat
from assay.settings import usable_cores


def verify(
    packages: Annotated[list[Path], typer.Argument(help="Package folders, or zip and tar files of them.")],
    slots: Annotated[
        int | None, typer.Option("--slots", min=1, max=1024, help="Judged at once. Default: one a core.")
    ] = None,
    source_format: Annotated[
        SourceFormat, typer.Option("--format", help="What they are written in; auto: told by their files.")
    ] = SourceFormat.AUTO,
    as_json: Json = False,
) -> None:
    """Judge the packages' own submissions. Exits with 0 if all came out as expected.

    1: some did not. 2: a package cannot be used (the others are judged all the same). 3: a fault of ours, or
    a toolchain that is installed and does not work. What has no toolchain is skipped, which is no failure.

    What a package leaves to be made is made first: generated inputs, answers, a time limit that is to be
    measured. Where the package has rules for single tests or groups, a submission is run on all tests.
    """
    checked = run_to_end(_verify(packages_among(packages), source_format, slots or usable_cores()))
    if as_json:
        print(json.dumps(describe(checked)))
    else:
        show(open_console(), checked)
    if code := exit_code_for(checked):
        raise typer.Exit(code)


def packages_among(paths: Sequence[Path]) -> list[Path]:
    """The folders and archives among `paths`, each once. Other files are passed over, so that `examples/*`
    may be given."""
    check_present(paths)
    packages = []
    for path in dict.fromkeys(paths):
        if path.is_dir() or _is_archive(path):
            packages.append(path)
        else:
            print(f"{path}: neither a folder nor an archive, passed over", file=sys.stderr)
    if not packages:
        raise UsageError("none of these is a folder or an archive; a problem package is one")
    return packages


def _is_archive(path: Path) -> bool:
    try:
        return is_archive(path)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error


async def _verify(paths: Sequence[Path], source_format: SourceFormat, seats: int) -> list[CheckedPackage]:
    """All packages are completed first, one after the other; then all their submissions are judged."""
    catalogue = local_languages()
    places = [plain_path(path) for path in paths]
    async with local_sandbox(slots=seats, readable=places) as cell, AsyncExitStack() as stack:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        bar = stack.enter_context(Bar())
        opened: list[Package | PackageInvalid] = []
        for place in places:
            try:
                complete = complete_package(place, workshop, catalogue, bar.step, source_format)
                opened.append(await stack.enter_async_context(complete))
            except PackageInvalid as error:
                opened.append(error)
        outcomes = iter(
            await judge_all(workshop, [each for each in opened if isinstance(each, Package)], bar)
        )
    return [
        CheckedPackage(path=path, package=None, errors=each.findings, warnings=each.warnings, submissions=())
        if isinstance(each, PackageInvalid)
        else CheckedPackage(
            path=path,
            package=each,
            errors=(),
            warnings=each.warnings,
            submissions=tuple(
                Checked(submission=submission, outcome=next(outcomes)) for submission in each.submissions
            ),
        )
        for path, each in zip(paths, opened, strict=True)
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
