"""`assay problem validate DIR…`: what can be checked of packages without judging a submission."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Annotated, Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
import typer

from assay.cli.house import local_languages, local_sandbox, plain_path
from assay.cli.local import EXIT_NOT_ACCEPTED, EXIT_USAGE, open_console, run_to_end
from assay.cli.options import Json
from assay.cli.verify import packages_among
from assay.cli.workshop import Bar, complete_package, workshop_in
from assay.errors import PackageInvalid
from assay.preparing.validating import Validated
from assay.preparing.validating import validate as validate_package
from assay.settings import usable_cores
from assay.statements.renderer import StatementRenderer

Slots = Annotated[
    int | None, typer.Option("--slots", min=1, max=1024, help="Worked on at once. Default: one a core.")
]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A package and what came of it; a refusal when it could not even be read."""

    path: Path
    result: Validated | PackageInvalid

    @property
    def exit_code(self) -> int:
        if isinstance(self.result, PackageInvalid):
            return EXIT_USAGE
        return EXIT_NOT_ACCEPTED if self.result.errors else 0


def validate(
    packages: Annotated[list[Path], typer.Argument(metavar="DIR…", help="Packages.")],
    slots: Slots = None,
    as_json: Json = False,
) -> None:
    """Check tests, validators and statements, everything but the submissions. Exits with 0 if all is right.

    Every input is given to every input validator, every answer to the output validator; what is in
    data/invalid_input and data/invalid_output must be refused. 1: something is wrong. 2: a package cannot be
    used. 3: a fault of ours.
    """
    outcomes = run_to_end(_validate(packages_among(packages), slots or usable_cores()))
    if as_json:
        print(json.dumps(describe(outcomes)))
    else:
        show(open_console(), outcomes)
    if code := max(outcome.exit_code for outcome in outcomes):
        raise typer.Exit(code)


async def _validate(paths: Sequence[Path], seats: int) -> list[Outcome]:
    catalogue = local_languages()
    places = [plain_path(path) for path in paths]
    found = []
    draw = StatementRenderer().rendered
    async with local_sandbox(slots=seats, readable=places) as cell:
        workshop = await workshop_in(cell, catalogue, seats=seats)
        with ExitStack() as stack:
            bar = stack.enter_context(Bar())
            for path, place in zip(paths, places, strict=True):
                try:
                    opening = complete_package(place, workshop, catalogue, bar.step, measures=False)
                    async with opening as package:
                        found.append(
                            Outcome(
                                path=path, result=await validate_package(package, workshop, draw, bar.step)
                            )
                        )
                except PackageInvalid as error:
                    found.append(Outcome(path=path, result=error))
    return found


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything as JSON."""
    return {
        "packages": [_describe(outcome) for outcome in outcomes],
        "valid": sum(outcome.exit_code == 0 for outcome in outcomes),
        "total": len(outcomes),
    }


def _describe(outcome: Outcome) -> dict[str, Any]:
    result = outcome.result
    if isinstance(result, PackageInvalid):
        result = Validated(checks=(), errors=result.findings, warnings=result.warnings)
    return {
        "path": str(outcome.path),
        "is_valid": outcome.exit_code == 0,
        "problems": [vars(finding) for finding in result.errors],
        "warnings": [vars(finding) for finding in result.warnings],
        "checks": [vars(check) for check in result.checks],
    }


def show(console: Console, outcomes: Sequence[Outcome]) -> None:
    """What is wrong, then a table of what was checked."""
    table = Table(
        Column("checked", overflow="fold"), Column("files", justify="right"), Column("wrong"), box=None
    )
    for outcome in outcomes:
        result = outcome.result
        errors = result.findings if isinstance(result, PackageInvalid) else result.errors
        for finding in errors:
            console.print(Text(f"{outcome.path}: {finding}", style="red"), soft_wrap=True)
        for finding in result.warnings:
            console.print(Text(f"{outcome.path}: warning: {finding}", style="yellow"), soft_wrap=True)
        if isinstance(result, PackageInvalid):
            continue
        table.add_row(Text(outcome.path.resolve().name, style="bold"))
        for check in result.checks:
            wrong = Text(str(check.failed), style="bold red") if check.failed else Text("-", style="dim")
            table.add_row(Text(f"  {check.name}"), str(check.count), wrong)
    if table.row_count:
        console.print(table)
    valid = sum(outcome.exit_code == 0 for outcome in outcomes)
    console.print(f"{valid} of {len(outcomes)} packages are valid")
