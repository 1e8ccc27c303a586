"""`assay problem test DIR SUBMISSION…`: submissions against all tests, test by test."""

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
import json
from pathlib import Path
from typing import Annotated

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
import typer

from assay.cli.house import check_present, local_languages, local_sandbox, plain_path
from assay.cli.local import open_console, run_to_end, size_in_words
from assay.cli.options import Json
from assay.cli.preparing.chosen import Named, choose, look_up
from assay.cli.preparing.validate import Slots
from assay.cli.verification import (
    NEAR_LIMIT_MARK,
    Checked,
    CheckedPackage,
    describe,
    exit_code_for,
    reason_of,
    style_of_skipped,
)
from assay.cli.workshop import Bar, complete_package, workshop_in
from assay.domain.judgement import Decision, Run
from assay.domain.verdict import Verdict
from assay.errors import UsageError
from assay.preparing import Skipped, Workshop, at_once
from assay.problems import Package, PackageSubmission
from assay.settings import usable_cores

_CELL_COLUMNS = 26  # "MLE 12345 ms 1234.5 MiB ≈", and a gap


def try_submissions(
    package: Annotated[Path, typer.Argument(metavar="DIR", help="The package.")],
    submissions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SUBMISSION…",
            help="Files or folders; or names within the package: accepted, accepted/sum.py.",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All submissions of the package.")] = False,
    all_tests: Annotated[
        bool, typer.Option("--all-tests/--lazy", help="All tests, or up to the first that decides.")
    ] = True,
    language: Annotated[
        str | None, typer.Option("--language", help="Of files: default by their names.")
    ] = None,
    slots: Slots = None,
    as_json: Json = False,
) -> None:
    """Judge submissions against a package: a table with the verdict, time and memory of each test.

    Exits with 0 if those of the package are as it expects and the others accepted. 1: not so. 2: the package
    or a submission cannot be used. 3: a fault of ours.
    """
    if every is bool(submissions):
        raise UsageError("name submissions, or give --all for all of the package")
    check_present([package])
    named = look_up(submissions or [], package)
    checked = run_to_end(_test(package, named, language, seats=slots or usable_cores(), all_tests=all_tests))
    if as_json:
        print(json.dumps(describe([checked])))
    else:
        show(open_console(), checked)
    if code := exit_code_for([checked]):
        raise typer.Exit(code)


async def _test(
    path: Path, named: Sequence[Named], language_id: str | None, *, seats: int, all_tests: bool
) -> CheckedPackage:
    catalogue = local_languages()
    place = plain_path(path)
    readable = [place, *(each.path for each in named if each.path is not None)]
    async with local_sandbox(slots=seats, readable=readable) as cell:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        with ExitStack() as stack:
            bar = stack.enter_context(Bar())
            async with complete_package(place, workshop, catalogue, bar.step) as package:
                chosen = choose(named, package, catalogue, language_id) if named else package.submissions
                outcomes = await _judge(workshop, package, chosen, bar, all_tests=all_tests)
    return CheckedPackage(
        path=path,
        package=package,
        errors=(),
        warnings=package.warnings,
        submissions=tuple(
            Checked(submission=submission, outcome=outcome)
            for submission, outcome in zip(chosen, outcomes, strict=True)
        ),
    )


async def _judge(
    workshop: Workshop,
    package: Package,
    chosen: Sequence[PackageSubmission],
    bar: Bar,
    *,
    all_tests: bool,
) -> list[Decision | Skipped]:
    done = 0

    async def one(submission: PackageSubmission) -> Decision | Skipped:
        nonlocal done
        outcome = await workshop.judge(submission, package.problem, package.files, all_tests=all_tests)
        done += 1
        bar.step(submission.path.rpartition("/")[2], done, len(chosen))
        return outcome

    return await at_once([partial(one, each) for each in chosen], seats=workshop.seats)


def show(console: Console, checked: CheckedPackage) -> None:
    """As many columns at once as there is room for."""
    if checked.package is None:
        raise AssertionError("a package that cannot be read was refused")
    tests = [test.name for test in checked.package.problem.tests]
    for finding in checked.warnings:
        console.print(Text(f"{checked.path}: warning: {finding}", style="yellow"), soft_wrap=True)
    for number, each in enumerate(checked.submissions, start=1):
        console.print(_legend(number, each), soft_wrap=True)
    room = max(1, (console.width - max(map(len, tests))) // _CELL_COLUMNS)
    judged = [(n, each) for n, each in enumerate(checked.submissions, start=1) if _runs(each)]
    for start in range(0, len(judged), room):
        console.print(_table(tests, judged[start : start + room]))
    if any(run.near_limit for _, each in judged for run in _runs(each).values()):
        console.print(f"{NEAR_LIMIT_MARK} so close to the time limit that the median of three runs decided")


def _legend(number: int, checked: Checked) -> Text:
    outcome, path = checked.outcome, checked.submission.path
    words = Text(f"{number}  {path}: ")
    if isinstance(outcome, Skipped):
        return words.append(f"skipped: {outcome.message}", style=style_of_skipped(outcome))
    style = "green" if checked.as_expected else "bold red"
    words.append(outcome.verdict.value, style=style)
    if outcome.score is not None:
        words.append(f", {outcome.score:g} points")
    for misfit in checked.misfits:
        words.append(f"\n   {misfit}")
    if outcome.verdict is not Verdict.AC and outcome.message:
        words.append(f"\n   {reason_of(outcome)}")
    if outcome.verdict is Verdict.CE:
        words.append(f"\n{outcome.compile_output.rstrip()}")
    return words


def _runs(checked: Checked) -> dict[str, Run]:
    if isinstance(checked.outcome, Skipped):
        return {}
    return {run.test_name: run for run in checked.outcome.runs}


def _table(tests: Sequence[str], judged: Sequence[tuple[int, Checked]]) -> Table:
    columns = [
        Column(f"{number} {Path(each.submission.path).name}"[: _CELL_COLUMNS - 2]) for number, each in judged
    ]
    table = Table(Column("test"), *columns, box=None)
    for name in tests:
        table.add_row(Text(name), *(_cell(_runs(each).get(name)) for _, each in judged))
    return table


def _cell(run: Run | None) -> Text:
    if run is None:
        return Text("-", style="dim")
    cell = Text(f"{run.verdict.value:<3}", style="green" if run.verdict is Verdict.AC else "red")
    cell.append(f" {run.cpu_time_ms} ms {size_in_words(run.memory_bytes)}", style="default")
    return cell.append(f" {NEAR_LIMIT_MARK}") if run.near_limit else cell
