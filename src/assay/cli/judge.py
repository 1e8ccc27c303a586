"""`assay judge FILE --problem DIR`: one verdict, without a server."""

import json
from pathlib import Path
from typing import Annotated

from rich.console import Console
from rich.table import Table
from rich.text import Text
import typer

from assay.cli.house import check_present, local_languages, local_sandbox, plain_path
from assay.cli.local import describe_decision, exit_code_for, open_console, run_to_end, size_in_words
from assay.cli.options import Json
from assay.cli.submitted import (
    check_language_name,
    keep_quiet,
    read_submission,
    tell_nobody,
    tell_of_time_limit,
)
from assay.cli.workshop import complete_package, workshop_in
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.judging.judge import judge as judge_submission

NEAR_LIMIT = "near the time limit: repeated on other cores, and the median decided"


def judge(
    file: Annotated[
        Path,
        typer.Argument(help="The source file, or a folder of several; the answers, where these are taken."),
    ],
    problem: Annotated[Path, typer.Option("--problem", help="The problem package's folder.")],
    language: Annotated[str | None, typer.Option("--language", help="Default: by the file's ending.")] = None,
    all_tests: Annotated[
        bool, typer.Option("--all-tests", help="Run all tests, also those that decide nothing any more.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Judge a source file against a problem package. Exits with 0 if it is accepted, else with 1."""
    of_problem, decision = run_to_end(_judge(file, problem, language, all_tests=all_tests))
    if as_json:
        print(json.dumps({"problem": of_problem.id, **describe_decision(decision)}))
    else:
        _show(open_console(), of_problem, decision)
    if code := exit_code_for(decision.verdict):
        raise typer.Exit(code)


async def _judge(
    file: Path, folder: Path, language_id: str | None, *, all_tests: bool
) -> tuple[Problem, Decision]:
    catalogue = local_languages()
    check_present([file, folder])
    check_language_name(file, language_id, catalogue)
    file, folder = plain_path(file), plain_path(folder)
    async with local_sandbox(slots=1, readable=[file, folder]) as sandbox:
        workshop = await workshop_in(sandbox, catalogue, seats=1)
        # For one verdict the jury's submissions are not all run first, as `verify` and `import` do.
        opened = complete_package(folder, workshop, catalogue, keep_quiet, measures=False)
        async with opened as package:
            problem = package.problem
            tell_of_time_limit(folder, package)
            files, language = read_submission(file, language_id, problem, catalogue)
            decision = await judge_submission(
                files,
                problem,
                language,
                sandbox=sandbox,
                data=package.files,
                toolchain=workshop.toolchain,
                host=workshop.host,
                tell=tell_nobody,
                jury=workshop.jury,
                all_tests=all_tests,
            )
    return problem, decision


def _show(console: Console, problem: Problem, decision: Decision) -> None:
    console.print(decision.compile_output, end="", markup=False, highlight=False)
    if decision.runs:
        console.print(_table_of_runs(decision))
    if any(group.name for group in decision.groups):
        console.print(_table_of_groups(decision))
    words = f"{decision.verdict.value} ({decision.verdict.label}) after {_tests(decision)}"
    if decision.score is not None:
        words += (
            f", {_points(decision.score, None if problem.scoring is None else problem.scoring.max_score)}"
        )
    if decision.message:
        words += f": {decision.message}"
    console.print(words, markup=False, highlight=False, soft_wrap=True)


def _table_of_runs(decision: Decision) -> Table:
    has_scores = any(run.score is not None for run in decision.runs)
    table = Table("test", "verdict", *(["score"] if has_scores else []), "CPU", "memory", "", box=None)
    for run in decision.runs:
        told = [run.message, NEAR_LIMIT if run.near_limit else ""]
        table.add_row(
            run.test_name,
            run.verdict.value,
            *(["" if run.score is None else f"{run.score:g}"] if has_scores else []),
            f"{run.cpu_time_ms} ms",
            size_in_words(run.memory_bytes),
            Text("; ".join(each for each in told if each)),
        )
    return table


def _table_of_groups(decision: Decision) -> Table:
    table = Table("group", "verdict", "score", box=None)
    for group in decision.groups:
        table.add_row(
            group.name or "all",
            "not run" if group.verdict is None else group.verdict.value,
            "" if group.score is None else _points(group.score, group.max_score),
        )
    return table


def _points(score: float, max_score: float | None) -> str:
    return f"{score:g} points" if max_score is None else f"{score:g} of {max_score:g} points"


def _tests(decision: Decision) -> str:
    return f"{len(decision.runs)} of {decision.test_count} tests"
