"""A custom run: somebody's program on inputs of their own, and the setter's model solution on the same.

The one after the other, each in a slot that is its own: the model solution's output is all that comes of it.
Neither sees a test.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
import os
from typing import assert_never

from assay.domain.custom_run import CustomRun, CustomRunOutcome, Ending, ProgramRun
from assay.domain.language import Language
from assay.domain.limits import Limits
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import UnknownLanguage
from assay.judging.budget import compile_limits, compile_limits_of_jury, run_limits
from assay.judging.capture import memory_file
from assay.judging.classify import cpu_time_ms, wall_time_ms
from assay.judging.dialects import JuryFault
from assay.judging.included import with_included
from assay.judging.jury import JuryTools, read_files
from assay.judging.ports import Sandbox, TestData
from assay.judging.run_once import OpenInput, ProgramOutcome, ProgramOutcomes, run_on_inputs
from assay.judging.words import compiler_text
from assay.sandbox import RunLimits, SandboxError

SECONDS_MAX = 60.0  # for all inputs: somebody waits for it, and others for the judge
STDOUT_BYTES_MAX = 64 * 1024  # kept of each output: it is looked at, not processed
OUTPUTS_BYTES_MAX = 512 * 1024  # of all of them together

NO_TIME_LEFT = "not run: the inputs before took all the time that there is"


@dataclass(frozen=True, kw_only=True)
class RunTools:
    """What custom runs are done with. The jury's memory keeps what was compiled of model solutions."""

    sandbox: Sandbox
    language: Callable[[str], Language]  # raises UnknownLanguage
    data: TestData
    jury: JuryTools
    seconds_max: float = SECONDS_MAX


async def run_custom(run: CustomRun, problem: Problem | None, tools: RunTools) -> CustomRunOutcome:
    """Do it. Raises `SandboxError` when something of ours fails, `JuryFault` for files of the setter's that
    cannot be added, and `UnknownLanguage`."""
    language = tools.language(run.language_id)
    files: Sequence[SourceFile] = run.files
    if problem is not None:
        files = await asyncio.to_thread(with_included, files, problem, language, tools.data)
    inputs = [_in_memory(each) for each in run.inputs]
    programs = 2 if run.with_model_answer else 1
    shown_bytes = min(STDOUT_BYTES_MAX, OUTPUTS_BYTES_MAX // (2 * programs * len(inputs)))
    outcomes = await run_on_inputs(
        files,
        language,
        sandbox=tools.sandbox,
        inputs=inputs,
        compile_limits=compile_limits(run.limits),
        run_limits=limits_of_custom_run(run.limits, language),
        output_bytes_max=shown_bytes,
        problem=problem,
        seconds_max=tools.seconds_max,
    )
    if outcomes.failure is not None:
        if outcomes.failure.is_our_fault:
            raise SandboxError(outcomes.failure.ruling.message)
        return CustomRunOutcome(
            compiled=False,
            compile_output=compiler_text(outcomes.compile_output),
            message=outcomes.failure.ruling.message,
            runs=(),
        )
    model_runs: tuple[ProgramRun, ...] = ()
    message = ""
    if run.with_model_answer and problem is not None:
        try:
            model = await run_model_solution(
                problem,
                inputs,
                sandbox=tools.sandbox,
                data=tools.data,
                jury=tools.jury,
                output_bytes_max=shown_bytes,
                seconds_max=tools.seconds_max,
            )
            model_runs = _described(model, len(inputs))
        except JuryFault as fault:  # the visitor's own runs are none the worse for it
            message = f"no model answer: {fault}"
    return CustomRunOutcome(
        compiled=True,
        compile_output=compiler_text(outcomes.compile_output),
        message=message,
        runs=_described(outcomes, len(inputs)),
        model_runs=model_runs,
    )


async def run_model_solution(
    problem: Problem,
    inputs: Sequence[OpenInput],
    *,
    sandbox: Sandbox,
    data: TestData,
    jury: JuryTools,
    output_bytes_max: int | None = None,
    seconds_max: float | None = None,
) -> ProgramOutcomes:
    """What the problem's model solution makes of the inputs, within the problem's limits.

    Raises `SandboxError`, and `JuryFault` when there is none or it cannot be run.
    """
    model = problem.model_solution
    if model is None or model.language_id is None:
        raise JuryFault("the problem has no model solution that can be run")
    try:
        language = jury.language(model.language_id)
    except UnknownLanguage as error:
        raise JuryFault(f"{model.name}: {error.message}") from error
    files = await asyncio.to_thread(read_files, model.files, data)
    files.sort(key=lambda file: file.name != model.main)
    outcomes = await run_on_inputs(
        await asyncio.to_thread(with_included, files, problem, language, data),
        language,
        sandbox=sandbox,
        inputs=inputs,
        compile_limits=compile_limits_of_jury(),
        run_limits=limits_of_custom_run(problem.limits, language),
        memory=jury.memory,
        arguments=model.args,
        output_bytes_max=output_bytes_max,
        problem=problem,
        seconds_max=seconds_max,
    )
    if outcomes.failure is not None:
        raise JuryFault(f"{model.name} does not compile: {outcomes.failure.ruling.message}")
    return outcomes


def limits_of_custom_run(limits: Limits, language: Language) -> RunLimits:
    """As a submission's; but standard error is kept here, so it has the bound of an output."""
    return replace(run_limits(limits, language), stderr_bytes=limits.output_bytes)


def _in_memory(content: bytes) -> OpenInput:
    @contextmanager
    def opened() -> Iterator[int]:
        with memory_file("input") as fd:
            with open(fd, "wb", closefd=False) as file:
                file.write(content)
            os.lseek(fd, 0, os.SEEK_SET)
            yield fd

    return opened


def _described(outcomes: ProgramOutcomes, inputs: int) -> tuple[ProgramRun, ...]:
    """One for each input. Raises `SandboxError` when the last one failed by our fault."""
    for outcome in outcomes.runs:
        if outcome.is_our_fault:
            raise SandboxError(outcome.ruling.message)
    left = inputs - len(outcomes.runs)
    return tuple(_program_run(outcome) for outcome in outcomes.runs) + (_NOT_RUN,) * left


def _program_run(outcome: ProgramOutcome) -> ProgramRun:
    facts = outcome.facts
    return ProgramRun(
        ending=_ending(outcome.ruling.verdict),
        message=outcome.ruling.message,
        exit_code=facts.exit_code,
        signal=facts.signal,
        cpu_time_ms=cpu_time_ms(facts),
        wall_time_ms=wall_time_ms(facts),
        memory_bytes=facts.memory_bytes,
        stdout=outcome.stdout.decode(errors="replace"),
        stderr=outcome.stderr.decode(errors="replace"),
        stdout_truncated=outcome.stdout_truncated,
        stderr_truncated=outcome.stderr_truncated,
    )


_NOT_RUN = ProgramRun(
    ending=Ending.NOT_RUN,
    message=NO_TIME_LEFT,
    exit_code=None,
    signal=None,
    cpu_time_ms=0,
    wall_time_ms=0,
    memory_bytes=0,
    stdout="",
    stderr="",
    stdout_truncated=False,
    stderr_truncated=False,
)


def _ending(verdict: Verdict | None) -> Ending:
    match verdict:
        case None:
            return Ending.OK
        case Verdict.TLE | Verdict.MLE | Verdict.OLE | Verdict.RTE | Verdict.SV:
            return Ending(verdict.value)
        case Verdict.AC | Verdict.WA | Verdict.PE | Verdict.CE | Verdict.JE:
            raise ValueError(f"{verdict} is not how a program ends on an input")
        case _:
            assert_never(verdict)
