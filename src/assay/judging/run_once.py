"""Run a program once on an input of one's own, for `assay run`: facts and outputs, and no verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.budget import run_command
from assay.judging.capture import memory_file
from assay.judging.classify import classify_run
from assay.judging.compilation import prepare
from assay.judging.lexing import read_at
from assay.judging.ports import Sandbox
from assay.judging.words import TEXT_BYTES_MAX
from assay.languages.commands import run_argv
from assay.sandbox import Facts, RunLimits


class Phase(StrEnum):
    """What the facts are about."""

    COMPILE = "compile"
    RUN = "run"


@dataclass(frozen=True, kw_only=True)
class ProgramOutcome:
    """What happened. If the compilation failed, its facts, and in `stderr` what the compiler wrote."""

    phase: Phase
    facts: Facts
    stdout: bytes
    stderr: bytes
    stdout_truncated: bool
    stderr_truncated: bool
    is_our_fault: bool  # the sandbox failed, so that the facts say nothing about the program


async def run_once(
    files: Sequence[SourceFile],
    language: Language,
    *,
    sandbox: Sandbox,
    stdin_fd: int,
    compile_limits: RunLimits,
    run_limits: RunLimits,
) -> ProgramOutcome:
    """Compile, and run when that went well. Outputs are held in memory, as large as `run_limits` allows.

    `stdin_fd` may be a file, a pipe or a terminal, and stays the caller's. Raises `SandboxError`.
    """
    async with sandbox.slot() as slot:
        compilation = await prepare(slot, files, language, compile_limits)
        if compilation.facts is not None and compilation.ruling.verdict is not None:
            return ProgramOutcome(
                phase=Phase.COMPILE,
                facts=compilation.facts,
                stdout=b"",
                stderr=compilation.output[:TEXT_BYTES_MAX],
                stdout_truncated=False,
                stderr_truncated=len(compilation.output) > TEXT_BYTES_MAX,
                is_our_fault=compilation.ruling.verdict is Verdict.JE,
            )
        argv = run_argv(language, files, run_limits.memory_bytes)
        command = run_command(language.run, argv, run_limits, runs=1)
        with memory_file("stdout") as stdout, memory_file("stderr") as stderr:
            facts = await slot.run(command, stdin=stdin_fd, stdout=stdout, stderr=stderr)
            return ProgramOutcome(
                phase=Phase.RUN,
                facts=facts,
                stdout=read_at(stdout, 0, run_limits.stdout_bytes),
                stderr=read_at(stderr, 0, run_limits.stderr_bytes),
                stdout_truncated=facts.stdout_truncated,
                stderr_truncated=facts.stderr_truncated,
                is_our_fault=classify_run(facts, command).verdict is Verdict.JE,
            )
