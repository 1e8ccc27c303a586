"""`assay verify DIR…`: judge every submission of each package against what the package expects of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import sys
from typing import Annotated

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
import typer

from assay.cli.house import (
    check_present,
    host_facts,
    local_languages,
    local_sandbox,
    local_testlib,
    plain_path,
)
from assay.cli.judge import tell_nobody
from assay.cli.local import open_console, run_to_end
from assay.cli.options import Json
from assay.cli.verification import Checked, CheckedPackage, Skipped, describe, exit_code_for, show
from assay.domain.judgement import Decision
from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.errors import PackageInvalid, UsageError
from assay.intake.rules import normalise_source
from assay.judging.host import HostFacts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.ports import Sandbox
from assay.judging.toolchains import ToolchainVersions
from assay.languages.catalogue import LanguageCatalogue
from assay.languages.toolchain import is_available
from assay.problems import Package, PackageSubmission, read_package
from assay.settings import usable_cores


def verify(
    directories: Annotated[list[Path], typer.Argument(help="Package folders.")],
    slots: Annotated[
        int | None, typer.Option("--slots", min=1, max=1024, help="Judged at once. Default: one a core.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Judge the packages' own submissions. Exits with 0 if all verdicts are as expected.

    1: some are not. 2: a package cannot be read (the others are judged all the same). 3: a fault of ours.
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


async def _verify(folders: Sequence[Path], slots: int) -> list[CheckedPackage]:
    catalogue = local_languages()
    testlib = local_testlib()
    places = [plain_path(folder) for folder in folders]
    async with local_sandbox(slots=slots, readable=places) as sandbox:
        readings = [_read(place, catalogue, testlib) for place in places]
        judging = Judging(
            sandbox=sandbox,
            catalogue=catalogue,
            host=host_facts(await sandbox.info()),
            toolchain=ToolchainVersions(),
        )
        todo = [
            (reading, submission)
            for reading in readings
            if isinstance(reading, Package)
            for submission in reading.submissions
        ]
        outcomes = iter(await judge_all(judging, todo, slots))
    return [
        CheckedPackage(path=folder, errors=reading.findings, warnings=(), submissions=())
        if isinstance(reading, PackageInvalid)
        else CheckedPackage(
            path=folder,
            errors=(),
            warnings=reading.warnings,
            submissions=tuple(
                Checked(submission=submission, outcome=next(outcomes)) for submission in reading.submissions
            ),
        )
        for folder, reading in zip(folders, readings, strict=True)
    ]


def _read(folder: Path, catalogue: LanguageCatalogue, testlib: Path | None) -> Package | PackageInvalid:
    try:
        return read_package(folder, languages=catalogue, testlib=testlib)
    except PackageInvalid as error:
        return error


@dataclass(frozen=True, kw_only=True)
class Judging:
    """What every submission is judged with."""

    sandbox: Sandbox
    catalogue: LanguageCatalogue
    host: HostFacts
    toolchain: Callable[[Language], str]

    async def judge(self, package: Package, submission: PackageSubmission) -> Decision | Skipped:
        language = self._language(submission)
        if language is None or not is_available(language):
            return Skipped.TOOLCHAIN
        return await judge(
            [SourceFile(name=file.name, content=normalise_source(file.content)) for file in submission.files],
            package.problem,
            language,
            sandbox=self.sandbox,
            data=package.files,
            toolchain=self.toolchain,
            host=self.host,
            tell=tell_nobody,
            jury=JuryTools(language=self.catalogue.get),
        )

    def _language(self, submission: PackageSubmission) -> Language | None:
        return None if submission.language_id is None else self.catalogue.get(submission.language_id)


async def judge_all(
    judging: Judging, todo: Sequence[tuple[Package, PackageSubmission]], slots: int
) -> list[Decision | Skipped]:
    """Judge `slots` at a time. The outcomes are in the order of `todo`; a bar shows on a terminal."""
    free = asyncio.Semaphore(slots)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("judging", total=len(todo))

        async def one(package: Package, submission: PackageSubmission) -> Decision | Skipped:
            async with free:
                outcome = await judging.judge(package, submission)
            progress.update(bar, advance=1, description=f"{package.problem.id} {Path(submission.path).name}")
            return outcome

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(package, submission)) for package, submission in todo]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None  # one is enough to stop, and says what to do
    return [task.result() for task in tasks]
