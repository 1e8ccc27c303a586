"""Run a program on inputs of one's own: compiled once, then input after input. Facts, outputs, no verdict."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import StrEnum
import os

from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.budget import run_command
from assay.judging.capture import memory_file
from assay.judging.classify import Ruling, classify_run
from assay.judging.compilation import Compilation, prepare
from assay.judging.compile_cache import Memory
from assay.judging.lexing import read_at
from assay.judging.ports import Sandbox, SandboxSlot
from assay.judging.with_room import run_with_room
from assay.judging.words import TEXT_BYTES_MAX
from assay.judging.working_folder import in_working_folder
from assay.languages.commands import run_argv
from assay.sandbox import Command, Facts, RequestRefused, RunLimits

OpenInput = Callable[[], AbstractContextManager[int]]
"""Gives an input's descriptor for as long as it is needed: a file, a pipe or a terminal."""


class Phase(StrEnum):
    """What the facts are about."""

    COMPILE = "compile"
    RUN = "run"


@dataclass(frozen=True, kw_only=True)
class ProgramOutcome:
    """What happened. If the compilation failed, its facts, and in `stderr` what the compiler wrote."""

    phase: Phase
    facts: Facts
    ruling: Ruling  # no verdict for a program that ended well, whatever it printed
    stdout: bytes
    stderr: bytes
    stdout_truncated: bool
    stderr_truncated: bool

    @property
    def is_our_fault(self) -> bool:
        """Whether the sandbox failed, so that the facts say nothing about the program."""
        return self.ruling.verdict is Verdict.JE


@dataclass(frozen=True, kw_only=True)
class ProgramOutcomes:
    """One compilation and the runs that followed: none when `failure` is its outcome.

    `runs` are fewer than the inputs when time was up, or the sandbox failed, in which case the last says so.
    `compile_output` is at most one byte more than is ever shown.
    """

    compile_output: bytes
    failure: ProgramOutcome | None
    runs: tuple[ProgramOutcome, ...]


async def run_on_inputs(
    files: Sequence[SourceFile],
    language: Language,
    *,
    sandbox: Sandbox,
    inputs: Iterable[OpenInput],
    compile_limits: RunLimits,
    run_limits: RunLimits,
    memory: Memory | None = None,
    arguments: Sequence[str] = (),
    output_bytes_max: int | None = None,
    problem: Problem | None = None,
    seconds_max: float | None = None,
    has_room: bool = True,
) -> ProgramOutcomes:
    """Compile, and run on each input when that went well.

    Outputs are held in memory, as large as `run_limits` allows or `output_bytes_max` of each. With a
    `problem` the program works where it would for a test of it, and its output file, if it has one, is read
    in the place of standard output. No run begins later than `seconds_max` after the compilation. `has_room`:
    one that was starved is repeated with more elapsed time (starvation.py), if its input can be read again.
    Raises `SandboxError`.
    """
    inputs = list(inputs)
    async with sandbox.slot() as slot:
        compilation = await prepare(slot, files, language, compile_limits, memory=memory)
        if compilation.facts is not None and compilation.ruling.verdict is not None:
            return ProgramOutcomes(
                compile_output=compilation.output,
                failure=_of_compilation(compilation, compilation.facts),
                runs=(),
            )
        argv = (*run_argv(language, files, run_limits.memory_bytes), *arguments)
        command = run_command(language.run, argv, run_limits, runs=len(inputs))
        command = in_working_folder(command, problem, None, len(files))
        kept = _Kept(
            output_file="" if problem is None else problem.output_file,
            bytes_max=output_bytes_max,
            out_of_memory_signal=language.run.out_of_memory_signal,
        )
        now = asyncio.get_running_loop().time
        ends_at = None if seconds_max is None else now() + seconds_max
        runs: list[ProgramOutcome] = []
        for open_input in inputs:
            if ends_at is not None and now() >= ends_at:
                break
            room_ms = None if ends_at is None else int(1000 * (ends_at - now()))
            with open_input() as stdin:
                runs.append(await _run(slot, command, stdin, kept, room_ms if has_room else 0))
            if runs[-1].is_our_fault:
                break
    return ProgramOutcomes(compile_output=compilation.output, failure=None, runs=tuple(runs))


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What is kept of a run: standard output, or a file if one is named; at most so many bytes of it."""

    output_file: str
    bytes_max: int | None
    out_of_memory_signal: int | None  # of the language


async def _run(
    slot: SandboxSlot, command: Command, stdin: int, kept: _Kept, room_ms: int | None
) -> ProgramOutcome:
    """`room_ms` is the most elapsed time that a second run may have; None for as much as it wants."""
    limits = command.limits
    with memory_file("stdout") as stdout, memory_file("stderr") as stderr, memory_file("output") as written:
        facts, command = await run_with_room(
            slot, command, stdin=stdin, stdout=stdout, stderr=stderr, wall_time_ms_max=room_ms
        )
        if kept.output_file:
            await _take(slot, kept.output_file, written, bytes_max=limits.stdout_bytes)
        printed = written if kept.output_file else stdout
        output, is_output_cut = _beginning(printed, limits.stdout_bytes, kept.bytes_max)
        errors, are_errors_cut = _beginning(stderr, limits.stderr_bytes, kept.bytes_max)
        return ProgramOutcome(
            phase=Phase.RUN,
            facts=facts,
            ruling=classify_run(facts, command, out_of_memory_signal=kept.out_of_memory_signal),
            stdout=output,
            stderr=errors,
            stdout_truncated=facts.stdout_truncated or is_output_cut,
            stderr_truncated=facts.stderr_truncated or are_errors_cut,
        )


async def _take(slot: SandboxSlot, name: str, into: int, *, bytes_max: int) -> None:
    """Move a file out of the box. Nothing comes of one that is not there, or is too large."""
    with suppress(RequestRefused):
        await slot.get(name, into, bytes_max=bytes_max)
    with suppress(RequestRefused):
        await slot.remove(name)


def _beginning(fd: int, limit_bytes: int, wanted_bytes: int | None) -> tuple[bytes, bool]:
    """What is wanted of a file, and whether there is more."""
    most = limit_bytes if wanted_bytes is None else min(limit_bytes, wanted_bytes)
    return read_at(fd, 0, most), os.fstat(fd).st_size > most


def _of_compilation(compilation: Compilation, facts: Facts) -> ProgramOutcome:
    return ProgramOutcome(
        phase=Phase.COMPILE,
        facts=facts,
        ruling=compilation.ruling,
        stdout=b"",
        stderr=compilation.output[:TEXT_BYTES_MAX],
        stdout_truncated=False,
        stderr_truncated=len(compilation.output) > TEXT_BYTES_MAX,
    )
