"""`assay run FILE`: one program, once, in the sandbox. Facts, not a verdict."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
import json
import os
from pathlib import Path
import stat
import sys
from typing import Annotated, Any, BinaryIO, assert_never

import typer

from assay.cli.house import local_languages, local_sandbox
from assay.cli.local import EXIT_FAULT_OF_OURS, run_to_end, size_in_words
from assay.cli.options import Json
from assay.cli.source import Program, read_program
from assay.domain.limits import BYTES_PER_MIB, Limits, wall_time_for
from assay.errors import UsageError
from assay.intake.rules import SOURCE_BYTES_MAX
from assay.judging.budget import compile_limits, run_limits
from assay.judging.classify import cpu_time_ms, signal_name, wall_time_ms
from assay.judging.run_once import Phase, ProgramOutcome, run_once
from assay.judging.words import printable
from assay.sandbox import Facts, RunLimits, Status

CPU_TIME_MS_DEFAULT = 10_000
CPU_TIME_MS_MAX = 3_600_000
MEMORY_BYTES_DEFAULT = 512 * BYTES_PER_MIB  # the JVM and Go start with less, but not with much less
MEMORY_BYTES_MIN = BYTES_PER_MIB  # below, not even the program's own first pages fit
MEMORY_BYTES_MAX = 1 << 40
OUTPUT_BYTES = 16 * BYTES_PER_MIB  # of each stream; what is captured is held in memory
COMPILE_TIME_MS = 60_000
COMPILE_MEMORY_BYTES = 2048 * BYTES_PER_MIB  # the package format's default for compilations


def run(
    file: Annotated[Path, typer.Argument(help="The source file.")],
    language: Annotated[str | None, typer.Option("--language", help="Default: by the file's ending.")] = None,
    stdin: Annotated[
        Path | None,
        typer.Option(
            "--stdin", help="The program's input. Default: this command's own, if a file or a pipe."
        ),
    ] = None,
    cpu_time: Annotated[
        int, typer.Option("--cpu-time-ms", min=1, max=CPU_TIME_MS_MAX, help="CPU time limit.")
    ] = CPU_TIME_MS_DEFAULT,
    memory_bytes: Annotated[
        int, typer.Option("--memory-bytes", min=MEMORY_BYTES_MIN, max=MEMORY_BYTES_MAX, help="Memory limit.")
    ] = MEMORY_BYTES_DEFAULT,
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
    """Run a program once in the sandbox and say what happened.

    Exits with 0 whenever that is known, whatever the program did, and even if it does not compile: then the
    facts are the compiler's ("phase" is "compile"), and its output is in "stderr".
    """
    program = read_program(
        file, language_id=language, catalogue=local_languages(), source_bytes_max=SOURCE_BYTES_MAX
    )
    limits = Limits(
        cpu_time_ms=cpu_time,
        memory_bytes=memory_bytes,
        output_bytes=OUTPUT_BYTES,
        source_bytes=SOURCE_BYTES_MAX,
        compile_time_ms=COMPILE_TIME_MS,
        compile_memory_bytes=COMPILE_MEMORY_BYTES,
    )
    of_run = replace(
        run_limits(limits, program.language),
        cpu_time_ms=cpu_time,  # as asked: a language's multiplier is for problems
        wall_time_ms=wall_time or wall_time_for(cpu_time),
        stderr_bytes=OUTPUT_BYTES,
    )
    with _input(stdin) as stdin_fd:
        outcome = run_to_end(_run(program, stdin_fd, compile_limits(limits), of_run))
    if as_json:
        print(json.dumps(describe_outcome(outcome)))
    else:
        _show(outcome)
    if outcome.is_our_fault:
        raise typer.Exit(EXIT_FAULT_OF_OURS)


def describe_outcome(outcome: ProgramOutcome) -> dict[str, Any]:
    """The outcome as JSON. Text is UTF-8 with replacement; where that loses bytes, they follow in base64."""
    facts = outcome.facts
    description: dict[str, Any] = {
        "phase": outcome.phase.value,
        "status": facts.status.value,
        "exit_code": facts.exit_code,
        "signal": facts.signal,
        "cpu_time_ms": cpu_time_ms(facts),
        "wall_time_ms": wall_time_ms(facts),
        "memory_bytes": facts.memory_bytes,
        "stdout": outcome.stdout.decode(errors="replace"),
        "stderr": outcome.stderr.decode(errors="replace"),
        "stdout_truncated": outcome.stdout_truncated,
        "stderr_truncated": outcome.stderr_truncated,
        "detail": facts.detail,
    }
    for name, content in (("stdout", outcome.stdout), ("stderr", outcome.stderr)):
        if description[name].encode() != content:
            description[f"{name}_base64"] = base64.b64encode(content).decode()
    return description


def summarise(outcome: ProgramOutcome) -> str:
    """The facts in one line."""
    facts = outcome.facts
    words = [
        _ending(facts),
        f"{cpu_time_ms(facts)} ms CPU",
        f"{wall_time_ms(facts)} ms elapsed",
        size_in_words(facts.memory_bytes),
    ]
    if outcome.stdout_truncated:
        words.append("output cut")
    if outcome.stderr_truncated:
        words.append("standard error cut")
    subject = "compiler" if outcome.phase is Phase.COMPILE else "program"
    return f"{subject} {', '.join(words)}"


async def _run(
    program: Program, stdin_fd: int, of_compilation: RunLimits, of_run: RunLimits
) -> ProgramOutcome:
    async with local_sandbox(slots=1, readable=[]) as sandbox:
        return await run_once(
            program.files,
            program.language,
            sandbox=sandbox,
            stdin_fd=stdin_fd,
            compile_limits=of_compilation,
            run_limits=of_run,
        )


@contextmanager
def _input(file: Path | None) -> Iterator[int]:
    """The program's standard input: the file; or ours, when it is a stream and nothing more; or nothing.

    A terminal, device or socket is never handed to a program that nobody trusts.
    """
    ours = sys.__stdin__  # None when it is closed
    if file is None and ours is not None and _is_plain_stream(ours.fileno()):
        yield ours.fileno()
        return
    fd = _open_input(file or Path(os.devnull))
    try:
        yield fd
    finally:
        os.close(fd)


def _open_input(file: Path) -> int:
    """Waits for a named pipe's other end. Raises `UsageError` for what is unreadable or no plain stream."""
    try:
        fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise UsageError(f"--stdin {file}: {(error.strerror or str(error)).lower()}") from error
    if not _is_plain_stream(fd) and not os.path.samestat(os.fstat(fd), Path(os.devnull).stat()):
        os.close(fd)
        raise UsageError(f"--stdin {file}: neither a file nor a pipe")
    return fd


def _is_plain_stream(fd: int) -> bool:
    mode = os.fstat(fd).st_mode
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)


def _ending(facts: Facts) -> str:
    words: str
    match facts.status:
        case Status.EXITED:
            words = f"exited with code {facts.exit_code}"
        case Status.SIGNALLED:
            words = f"was killed by signal {facts.signal} ({signal_name(facts.signal or 0)})"
        case Status.CPU_TIME:
            words = "was ended: CPU time limit"
        case Status.WALL_TIME:
            words = "was ended: elapsed time limit"
        case Status.MEMORY:
            words = "was ended: memory limit"
        case Status.OUTPUT:
            words = "was ended: output limit"
        case Status.FORBIDDEN:
            words = f"was ended: forbidden system call {facts.detail}"
        case Status.INTERNAL:
            words = f"could not be run: {facts.detail}"
        case _:
            assert_never(facts.status)
    return words


def _show(outcome: ProgramOutcome) -> None:
    """The program's outputs as ours, then a line of facts on standard error."""
    _write(sys.stdout.buffer, outcome.stdout)
    _write(sys.stderr.buffer, outcome.stderr)
    is_line_open = not outcome.stderr.endswith(b"\n") and outcome.stderr != b""
    print("\n" * is_line_open + summarise(outcome), file=sys.stderr)


def _write(stream: BinaryIO, content: bytes) -> None:
    """As it is; but nothing that a program says may command a terminal."""
    stream.write(printable(content.decode(errors="replace")).encode() if stream.isatty() else content)
    stream.flush()
