"""`assay verify DIR…`: judge every submission of each package against what the package expects of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
import json
from pathlib import Path
import sys
from typing import Annotated, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
import typer

from assay.cli.house import check_present, local_sandbox
from assay.cli.judge import tell_nobody
from assay.cli.local import (
    EXIT_FAULT_OF_OURS,
    EXIT_NOT_ACCEPTED,
    EXIT_USAGE,
    open_console,
    run_to_end,
    size_in_words,
)
from assay.cli.options import Json
from assay.domain.judgement import Decision
from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import Finding, PackageInvalid, UsageError
from assay.intake.rules import normalise_source
from assay.judging.host import HostFacts, read_host_facts
from assay.judging.judge import judge
from assay.judging.ports import Sandbox
from assay.judging.toolchains import ToolchainVersions
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.toolchain import is_available
from assay.problems import Package, PackageData, PackageSubmission, read_package
from assay.settings import usable_cores


class Skipped(StrEnum):
    """Why a submission was not judged."""

    TOOLCHAIN = "toolchain"  # not installed, or a language that we do not know


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A submission and its outcome: a decision, or the reason why there is none."""

    submission: PackageSubmission
    outcome: Decision | Skipped

    @property
    def as_expected(self) -> bool | None:
        """None when it was skipped. No expectation at all is always met, except by our own fault."""
        if isinstance(self.outcome, Skipped):
            return None
        if self.outcome.verdict is Verdict.JE:
            return False
        return not self.submission.expected or self.outcome.verdict in self.submission.expected


@dataclass(frozen=True, kw_only=True)
class CheckedPackage:
    """A package: what is wrong with it (then nothing of it is judged), or its submissions in their order."""

    path: Path
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    submissions: tuple[Checked, ...]


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
        _show(open_console(), packages)
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


def describe(packages: Sequence[CheckedPackage]) -> dict[str, Any]:
    """Everything as JSON. Skipped submissions count in `skipped` and not in `total`."""
    checked = [each for package in packages for each in package.submissions]
    return {
        "packages": [
            {
                "path": str(package.path),
                "problems": [vars(finding) for finding in package.errors],
                "warnings": [vars(finding) for finding in package.warnings],
                "submissions": [_describe_checked(each) for each in package.submissions],
            }
            for package in packages
        ],
        "total": sum(each.as_expected is not None for each in checked),
        "as_expected": sum(each.as_expected is True for each in checked),
        "skipped": sum(each.as_expected is None for each in checked),
    }


def exit_code_for(packages: Sequence[CheckedPackage]) -> int:
    """Our own fault outweighs a broken package, which outweighs a surprising verdict."""
    checked = [each for package in packages for each in package.submissions]
    if any(isinstance(each.outcome, Decision) and each.outcome.verdict is Verdict.JE for each in checked):
        return EXIT_FAULT_OF_OURS
    if any(package.errors for package in packages):
        return EXIT_USAGE
    return EXIT_NOT_ACCEPTED if any(each.as_expected is False for each in checked) else 0


async def _verify(folders: Sequence[Path], slots: int) -> list[CheckedPackage]:
    catalogue = load_catalogue()
    async with local_sandbox(slots=slots, readable=folders) as sandbox:
        readings = [_read(folder, catalogue) for folder in folders]
        judging = Judging(
            sandbox=sandbox,
            catalogue=catalogue,
            host=read_host_facts(await sandbox.info()),
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


def _read(folder: Path, catalogue: LanguageCatalogue) -> Package | PackageInvalid:
    try:
        return read_package(folder, languages=catalogue)
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
            data=PackageData(package.path),
            toolchain=self.toolchain,
            host=self.host,
            tell=tell_nobody,
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


def _describe_checked(checked: Checked) -> dict[str, Any]:
    submission, outcome = checked.submission, checked.outcome
    description: dict[str, Any] = {
        "path": submission.path,
        "language": submission.language_id,
        "expected": [verdict.value for verdict in submission.expected],
        "verdict": None,
        "cpu_time_ms": None,
        "memory_bytes": None,
        "as_expected": checked.as_expected,
    }
    if isinstance(outcome, Skipped):
        return {**description, "skipped": outcome.value}
    return {
        **description,
        "verdict": outcome.verdict.value,
        "cpu_time_ms": outcome.cpu_time_ms,
        "memory_bytes": outcome.memory_bytes,
        "message": outcome.message,
        "failed_test": next((run.test_name for run in outcome.runs if run.verdict is not Verdict.AC), None),
    }


def _show(console: Console, packages: Sequence[CheckedPackage]) -> None:
    table = Table("package", "submission", "language", "expected", "verdict", "CPU", "memory", "", box=None)
    for package in packages:
        for finding in package.errors:
            console.print(Text(f"{package.path}: {finding}", style="red"), soft_wrap=True)
        for finding in package.warnings:
            console.print(Text(f"{package.path}: warning: {finding}", style="yellow"), soft_wrap=True)
        for checked in package.submissions:
            table.add_row(*_row(package, checked))
    if table.row_count:
        console.print(table)
    figures = describe(packages)
    console.print(
        f"{figures['as_expected']} of {figures['total']} as expected, {figures['skipped']} skipped"
        + (
            f", {broken} packages unreadable"
            if (broken := sum(bool(each.errors) for each in packages))
            else ""
        )
    )


def _row(package: CheckedPackage, checked: Checked) -> list[Text]:
    submission, outcome = checked.submission, checked.outcome
    start = [
        Text(package.path.name),
        Text(submission.path.removeprefix("submissions/")),
        Text(submission.language_id or "?"),
        Text(" ".join(submission.expected) or "any"),
    ]
    if isinstance(outcome, Skipped):
        return [
            *start,
            Text("skipped", style="dim"),
            Text(),
            Text(),
            Text("toolchain not installed", style="dim"),
        ]
    style, message = ("green", "") if checked.as_expected else ("bold red", outcome.message)
    return [
        *start,
        Text(outcome.verdict.value, style=style),
        Text(f"{outcome.cpu_time_ms} ms"),
        Text(size_in_words(outcome.memory_bytes)),
        Text(message),
    ]
