"""`assay judge FILE --problem DIR`: one verdict, without a server."""

import json
from pathlib import Path
from typing import Annotated

from rich.console import Console
from rich.table import Table
from rich.text import Text
import typer

from assay.cli.house import (
    check_present,
    host_facts,
    local_languages,
    local_sandbox,
    local_testlib,
    plain_path,
)
from assay.cli.local import describe_decision, exit_code_for, open_console, run_to_end, size_in_words
from assay.cli.options import Json
from assay.cli.source import choose_language, read_program
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.judging.judge import judge as judge_submission
from assay.judging.jury import JuryTools
from assay.judging.toolchains import ToolchainVersions
from assay.problems import Package, read_package


def judge(
    file: Annotated[Path, typer.Argument(help="The source file.")],
    problem: Annotated[Path, typer.Option("--problem", help="The problem package's folder.")],
    language: Annotated[str | None, typer.Option("--language", help="Default: by the file's ending.")] = None,
    as_json: Json = False,
) -> None:
    """Judge a source file against a problem package. Exits with 0 if it is accepted, else with 1."""
    package, decision = run_to_end(_judge(file, problem, language))
    if as_json:
        print(json.dumps({"problem": package.problem.id, **describe_decision(decision)}))
    else:
        _show(open_console(), decision)
    if code := exit_code_for(decision.verdict):
        raise typer.Exit(code)


async def _judge(file: Path, problem: Path, language_id: str | None) -> tuple[Package, Decision]:
    catalogue = local_languages()
    choose_language(file, language_id, catalogue)  # a wrong command line is told before anything is started
    check_present([file, problem])
    file, problem = plain_path(file), plain_path(problem)
    testlib = local_testlib()
    async with local_sandbox(slots=1, readable=[file, problem]) as sandbox:
        package = read_package(problem, languages=catalogue, testlib=testlib)
        program = read_program(
            file,
            language_id=language_id,
            catalogue=catalogue,
            source_bytes_max=package.problem.limits.source_bytes,
        )
        decision = await judge_submission(
            program.files,
            package.problem,
            program.language,
            sandbox=sandbox,
            data=package.files,
            toolchain=ToolchainVersions(),
            host=host_facts(await sandbox.info()),
            tell=tell_nobody,
            jury=JuryTools(language=catalogue.get),
        )
    return package, decision


async def tell_nobody(progress: Progress) -> None:
    """A local verdict has no followers."""


def _show(console: Console, decision: Decision) -> None:
    console.print(decision.compile_output, end="", markup=False, highlight=False)
    if decision.runs:
        table = Table("test", "verdict", "CPU", "memory", "", box=None)
        for run in decision.runs:
            table.add_row(
                run.test_name,
                run.verdict.value,
                f"{run.cpu_time_ms} ms",
                size_in_words(run.memory_bytes),
                Text(run.message),
            )
        console.print(table)
    words = f"{decision.verdict.value} ({decision.verdict.label}) after {_tests(decision)}"
    if decision.message:
        words += f": {decision.message}"
    console.print(words, markup=False, highlight=False, soft_wrap=True)


def _tests(decision: Decision) -> str:
    return f"{len(decision.runs)} of {decision.test_count} tests"
