"""`assay problem fuzz DIR`: how strong a package's tests are."""

from contextlib import ExitStack
import json
from pathlib import Path
from typing import Annotated, Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
import typer

from assay.cli.house import check_present, local_languages, local_sandbox, plain_path
from assay.cli.keeper import keeper_of
from assay.cli.local import EXIT_NOT_ACCEPTED, open_console, run_to_end
from assay.cli.options import Json
from assay.cli.preparing.validate import Slots
from assay.cli.workshop import Bar, complete_package, workshop_in
from assay.errors import UsageError
from assay.preparing.fuzz_report import Fate, Fuzzing, FuzzReport, Judged, Plan
from assay.preparing.fuzzing import fuzz as fuzz_package
from assay.settings import usable_cores

MUTANTS, MUTANTS_MAX = 60, 100_000
INPUTS, INPUTS_MAX = 60, 10_000
SECONDS, SECONDS_MAX = 300, 1_000_000
KILLERS_SHOWN_MAX = 8
EXIT_INTERRUPTED = 130


def fuzz(
    package: Annotated[Path, typer.Argument(metavar="DIR", help="The package.")],
    mutants: Annotated[
        int, typer.Option("--mutants", min=0, max=MUTANTS_MAX, help="Of accepted submissions, at most.")
    ] = MUTANTS,
    inputs: Annotated[
        int, typer.Option("--inputs", min=0, max=INPUTS_MAX, help="Small valid inputs to be made, at most.")
    ] = INPUTS,
    seconds: Annotated[
        int, typer.Option("--seconds", min=1, max=SECONDS_MAX, help="Then nothing new is begun.")
    ] = SECONDS,
    seed: Annotated[int, typer.Option("--seed", help="The same gives the same, if time is not up.")] = 1,
    save: Annotated[
        Path | None,
        typer.Option("--save", help="A folder for the inputs worth a look, as 001.in with 001.txt."),
    ] = None,
    slots: Slots = None,
    as_json: Json = False,
) -> None:
    """Put small faults into accepted submissions, and see whether the tests notice.

    A mutant that no test kills has survived: the tests are too weak for it, or the change makes no
    difference, which no program can decide for you. Small changes of inputs, as far as the input validators
    allow them, show whether accepted submissions agree and what tells survivors apart: such an input is a
    test worth having. Ctrl-C ends it with what is known by then. Exits with 1 when accepted submissions
    disagree. 2: the package cannot be used. 3: a fault of ours.
    """
    check_present([package])
    plan = Plan(mutants_max=mutants, inputs_max=inputs, seconds=seconds, seed=seed)
    report = FuzzReport()
    is_broken_off = False
    with ExitStack() as stack:
        keeper = None if save is None else stack.enter_context(keeper_of(_folder(save)))
        try:
            run_to_end(_fuzz(package, plan, report, slots or usable_cores()))
        except KeyboardInterrupt:
            is_broken_off = True
        if keeper is not None:
            for name, content in _files_of(report).items():
                keeper.put(name, content, replaces=True)
    if as_json:
        print(json.dumps(describe(report)))
    else:
        show(open_console(), report)
        if save is not None:
            print(f"{len(report.telling)} inputs saved in {save}")
    if is_broken_off:
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.disagreements:
        raise typer.Exit(EXIT_NOT_ACCEPTED)


async def _fuzz(path: Path, plan: Plan, report: FuzzReport, seats: int) -> None:
    catalogue = local_languages()
    place = plain_path(path)
    async with local_sandbox(slots=seats, readable=[place]) as cell:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        with ExitStack() as stack:
            bar = stack.enter_context(Bar())
            async with complete_package(place, workshop, catalogue, bar.step) as package:
                await fuzz_package(
                    Fuzzing(package=package, workshop=workshop, plan=plan, report=report, step=bar.step)
                )


def _folder(save: Path) -> Path:
    try:
        save.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--save {save}: {(error.strerror or str(error)).lower()}") from error
    return save


def _files_of(report: FuzzReport) -> dict[str, bytes]:
    """Each input that is worth a look, and in words why."""
    files: dict[str, bytes] = {}
    for made in report.telling:
        number = made.name.rpartition("/")[2]
        words = [f"made from {made.origin}"]
        for each in report.disagreements:
            if each.name == made.name:
                words += [f"{path}: {verdict}" for path, verdict in each.verdicts.items()]
                words.append(f"right is what {each.reference} prints")
        for survivor in report.survivors:
            if survivor.told_apart_by == made.name:
                words.append(f"kills the mutant {survivor.mutant.place}:\n{survivor.mutant.diff}")
        files[f"{number}.in"] = made.content
        files[f"{number}.txt"] = "".join(f"{line}\n" for line in words).encode()
    return files


def describe(report: FuzzReport) -> dict[str, Any]:
    """Everything as JSON."""
    return {
        "is_complete": report.is_complete,
        "score": report.score,
        **{fate.value: report.count(fate) for fate in Fate},
        "mutants_wanted": report.mutants_wanted,
        "killed_by": dict(report.killers.most_common()),
        "mutants": [_describe(each) for each in report.mutants],
        "inputs": {"tried": report.inputs_tried, "valid": len(report.inputs)},
        "disagreements": [
            {
                "input": each.name,
                "content": next(
                    made.content.decode(errors="replace") for made in report.inputs if made.name == each.name
                ),
                "reference": each.reference,
                "verdicts": each.verdicts,
            }
            for each in report.disagreements
        ],
        "wrong_submissions": report.wrong,
        "warnings": [vars(finding) for finding in report.warnings],
    }


def _describe(judged: Judged) -> dict[str, Any]:
    return {
        "place": judged.mutant.place,
        "operator": judged.mutant.change.operator.value,
        "diff": judged.mutant.diff,
        "fate": judged.fate.value,
        "verdict": judged.verdict.value,
        "test": judged.test_name,
        "told_apart_by": judged.told_apart_by,
    }


def show(console: Console, report: FuzzReport) -> None:
    """The survivors, the disagreements, and figures."""
    for finding in report.warnings:
        console.print(Text(f"warning: {finding}", style="yellow"), soft_wrap=True)
    for survivor in report.survivors:
        _show_survivor(console, survivor)
    for each in report.disagreements:
        words = ", ".join(f"{path} gets {verdict}" for path, verdict in each.verdicts.items())
        console.print(
            Text(f"{each.name}: {words}; right is what {each.reference} prints", style="red"), soft_wrap=True
        )
    _show_mutants(console, report)
    _show_inputs(console, report)
    if not report.is_complete:
        console.print("not all that was wanted was done: time was up, or it was broken off")


def _show_survivor(console: Console, survivor: Judged) -> None:
    told = f", but {survivor.told_apart_by} would kill it" if survivor.told_apart_by else ""
    console.print(
        Text(
            f"survived: {survivor.mutant.place} ({survivor.mutant.change.operator}){told}",
            style="bold red" if told else "bold",
        ),
        soft_wrap=True,
    )
    for line in survivor.mutant.diff.splitlines():
        style = {"+": "green", "-": "red"}.get(line[:1], "dim")
        console.print(Text(f"  {line}", style=style), soft_wrap=True)


def _show_mutants(console: Console, report: FuzzReport) -> None:
    if not report.mutants:
        return
    if report.killers:
        table = Table("killed first by", Column("mutants", justify="right"), box=None)
        for name, count in report.killers.most_common(KILLERS_SHOWN_MAX):
            table.add_row(Text(name), str(count))
        console.print(table)
    counts = ", ".join(f"{report.count(fate)} {fate}" for fate in Fate if report.count(fate))
    score = "" if report.score is None else f": {report.score:.0%} killed"
    console.print(f"{len(report.mutants)} of {report.mutants_wanted} mutants{score} ({counts})")
    if report.survivors:
        console.print(
            "a survivor may be as right as its original: then no test can kill it",
            style="dim",
            soft_wrap=True,
        )


def _show_inputs(console: Console, report: FuzzReport) -> None:
    if not report.inputs_tried:
        return
    console.print(f"{len(report.inputs)} valid inputs made, of {report.inputs_tried} tried")
    for path, failed in report.wrong.items():
        words = f"fails {failed} of them" if failed else "fails none of them"
        console.print(Text(f"  {path} {words}", style="" if failed else "yellow"), soft_wrap=True)
