"""`assay run FILE`: one program in the sandbox, on one input or several. Facts, not a verdict."""

from dataclasses import dataclass, replace
import json
from pathlib import Path
import sys
from typing import Annotated

import typer

from assay.cli.custom_inputs import Input, open_inputs
from assay.cli.house import check_present, local_languages, local_sandbox, local_testlib, plain_path
from assay.cli.local import EXIT_FAULT_OF_OURS, run_to_end
from assay.cli.options import Json
from assay.cli.run_words import describe_all, describe_outcome, show
from assay.cli.source import Program, read_program
from assay.domain.limits import BYTES_PER_MIB, Limits, wall_time_for
from assay.errors import UsageError
from assay.intake.custom_runs import allows_model_answer
from assay.intake.rules import SOURCE_BYTES_MAX, check_language, check_size
from assay.judging.budget import compile_limits
from assay.judging.custom_run import limits_of_custom_run, run_model_solution
from assay.judging.dialects import JuryFault
from assay.judging.included import with_included
from assay.judging.jury import JuryTools
from assay.judging.ports import Sandbox
from assay.judging.run_once import ProgramOutcomes, run_on_inputs
from assay.languages import LanguageCatalogue
from assay.problems import Package, read_package
from assay.sandbox import RunLimits

CPU_TIME_MS_DEFAULT = 10_000
CPU_TIME_MS_MAX = 3_600_000
MEMORY_BYTES_DEFAULT = 512 * BYTES_PER_MIB  # the JVM and Go start with less, but not with much less
MEMORY_BYTES_MIN = BYTES_PER_MIB  # below, not even the program's own first pages fit
MEMORY_BYTES_MAX = 1 << 40
OUTPUT_BYTES = 16 * BYTES_PER_MIB  # of each stream; what is captured is held in memory
COMPILE_TIME_MS = 60_000
COMPILE_MEMORY_BYTES = 2048 * BYTES_PER_MIB  # the package format's default for compilations


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for on the command line. Limits are None where the problem's or the usual ones hold."""

    problem: Path | None
    with_model_answer: bool
    cpu_time_ms: int | None
    wall_time_ms: int | None
    memory_bytes: int | None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The program's runs, and the model solution's if they were asked for."""

    own: ProgramOutcomes
    model: ProgramOutcomes | None

    @property
    def is_our_fault(self) -> bool:
        """Whether anything that was run says nothing about its program."""
        every = [self.own.failure, *self.own.runs, *(() if self.model is None else self.model.runs)]
        return any(outcome is not None and outcome.is_our_fault for outcome in every)


def run(
    file: Annotated[Path, typer.Argument(help="The source file.")],
    language: Annotated[str | None, typer.Option("--language", help="Default: by the file's ending.")] = None,
    stdin: Annotated[
        list[Path] | None,
        typer.Option(
            "--stdin",
            help="The program's input; several are run one after the other, compiled once. Default: this "
            "command's own, if a file or a pipe.",
        ),
    ] = None,
    problem: Annotated[
        Path | None,
        typer.Option("--problem", help="A package's folder: with its limits, and the files that it adds."),
    ] = None,
    with_model_answer: Annotated[
        bool, typer.Option("--with-model-answer", help="Also what the package's model solution answers.")
    ] = False,
    cpu_time: Annotated[
        int | None,
        typer.Option(
            "--cpu-time-ms",
            min=1,
            max=CPU_TIME_MS_MAX,
            help="CPU time limit. Default: the problem's, or 10 s.",
        ),
    ] = None,
    memory_bytes: Annotated[
        int | None,
        typer.Option(
            "--memory-bytes",
            min=MEMORY_BYTES_MIN,
            max=MEMORY_BYTES_MAX,
            help="Memory limit. Default: the problem's, or 512 MiB.",
        ),
    ] = None,
    wall_time: Annotated[
        int | None,
        typer.Option(
            "--wall-time-ms",
            min=1,
            max=2 * CPU_TIME_MS_MAX + 1000,
            help="Elapsed time limit. Default: twice the CPU time and a second.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run a program in the sandbox and say what happened.

    Exits with 0 whenever that is known, whatever the program did, and even if it does not compile: then the
    facts are the compiler's ("phase" is "compile"), and its output is in "stderr". With several inputs, or
    with model answers, the JSON is {"compile_output", "runs": [{"stdin", …, "model_answer"}, …]}.
    """
    asked = Asked(
        problem=problem,
        with_model_answer=with_model_answer,
        cpu_time_ms=cpu_time,
        wall_time_ms=wall_time,
        memory_bytes=memory_bytes,
    )
    if with_model_answer and problem is None:
        raise UsageError("--with-model-answer needs the package that has the model solution: --problem DIR")
    check_present([] if problem is None else [problem])
    catalogue = local_languages()
    program = read_program(file, language_id=language, catalogue=catalogue, source_bytes_max=SOURCE_BYTES_MAX)
    with open_inputs(stdin or []) as inputs:
        _check_can_be_read_twice(inputs, asked)
        answered = run_to_end(_run(program, asked, inputs, catalogue))
        _tell(answered, inputs, as_json=as_json)
    if answered.is_our_fault:
        raise typer.Exit(EXIT_FAULT_OF_OURS)


def _check_can_be_read_twice(inputs: list[Input], asked: Asked) -> None:
    for each in inputs if asked.with_model_answer else []:
        if not each.is_file:
            raise UsageError(
                f"--stdin {each.name or 'by pipe'}: --with-model-answer reads it twice; put it in a file"
            )


async def _run(program: Program, asked: Asked, inputs: list[Input], catalogue: LanguageCatalogue) -> Answered:
    if asked.problem is None:
        async with local_sandbox(slots=1, readable=[]) as sandbox:
            return await _run_program(program, asked, inputs, sandbox, None, catalogue)
    folder, testlib = plain_path(asked.problem), local_testlib()
    async with local_sandbox(slots=1, readable=[folder]) as sandbox:
        package = read_package(folder, languages=catalogue, testlib=testlib)
        return await _run_program(program, asked, inputs, sandbox, package, catalogue)


async def _run_program(
    program: Program,
    asked: Asked,
    inputs: list[Input],
    sandbox: Sandbox,
    package: Package | None,
    catalogue: LanguageCatalogue,
) -> Answered:
    if package is not None:
        _check_fits(program, asked, package)
    limits = USUAL_LIMITS if package is None else package.problem.limits
    files = program.files
    if package is not None:
        files = tuple(with_included(files, package.problem, program.language, package.files))
    own = await run_on_inputs(
        files,
        program.language,
        sandbox=sandbox,
        inputs=[each.from_where_it_stands for each in inputs],
        compile_limits=compile_limits(limits),
        run_limits=_run_limits(asked, limits, program),
        problem=None if package is None else package.problem,
        has_room=asked.wall_time_ms is None,  # what was typed holds to the letter
    )
    if package is None or not asked.with_model_answer or own.failure is not None:
        return Answered(own=own, model=None)
    try:
        model = await run_model_solution(
            package.problem,
            [each.from_its_beginning for each in inputs],
            sandbox=sandbox,
            data=package.files,
            jury=JuryTools(language=catalogue.get),
        )
    except JuryFault as fault:
        raise UsageError(f"{asked.problem}: {fault}") from fault
    return Answered(own=own, model=model)


def _check_fits(program: Program, asked: Asked, package: Package) -> None:
    """Raises `UsageError`, and `InvalidInput` for what the problem would not take as a submission."""
    if package.problem.takes_answers:
        raise UsageError(f"{asked.problem}: takes answers, and no programs")
    check_language(program.language, package.problem)
    check_size(program.files, source_bytes_max=package.problem.limits.source_bytes)
    if asked.with_model_answer and not allows_model_answer(package.problem):
        raise UsageError(
            f"{asked.problem}: has no model answers to give: no accepted submission is marked as the model "
            "solution, or the problem is interactive"
        )


USUAL_LIMITS = Limits(
    cpu_time_ms=CPU_TIME_MS_DEFAULT,
    memory_bytes=MEMORY_BYTES_DEFAULT,
    output_bytes=OUTPUT_BYTES,
    source_bytes=SOURCE_BYTES_MAX,
    compile_time_ms=COMPILE_TIME_MS,
    compile_memory_bytes=COMPILE_MEMORY_BYTES,
)


def _run_limits(asked: Asked, usual: Limits, program: Program) -> RunLimits:
    """What was typed holds to the letter: a language's multiplier is for problems."""
    limits = limits_of_custom_run(usual, program.language)
    if asked.cpu_time_ms is not None or asked.problem is None:
        cpu_time_ms = asked.cpu_time_ms or usual.cpu_time_ms
        limits = replace(limits, cpu_time_ms=cpu_time_ms, wall_time_ms=wall_time_for(cpu_time_ms))
    return replace(
        limits,
        wall_time_ms=asked.wall_time_ms or limits.wall_time_ms,
        memory_bytes=asked.memory_bytes or limits.memory_bytes,
    )


def _tell(answered: Answered, inputs: list[Input], *, as_json: bool) -> None:
    own, model = answered.own, answered.model
    if own.failure is not None:
        if as_json:
            print(json.dumps(describe_outcome(own.failure)))
        else:
            show(own.failure)
        return
    is_plain = len(inputs) == 1 and model is None
    if as_json:
        names = [each.name for each in inputs]
        description = (
            describe_outcome(own.runs[0])
            if is_plain
            else describe_all(names, own.compile_output, own.runs, None if model is None else model.runs)
        )
        print(json.dumps(description))
        return
    for at, outcome in enumerate(own.runs):
        if not is_plain:
            print(f"== {inputs[at].name or 'input'}", file=sys.stderr, flush=True)
        show(outcome)
        if model is not None and at < len(model.runs):
            print("== model solution", file=sys.stderr, flush=True)
            show(model.runs[at], subject="model solution")
