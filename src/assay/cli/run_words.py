"""What `assay run` says of runs: JSON for programs, the outputs and a line of facts for people."""

import base64
import sys
from typing import Any, BinaryIO, assert_never

from assay.cli.local import size_in_words
from assay.judging.classify import cpu_time_ms, signal_name, wall_time_ms
from assay.judging.run_once import Phase, ProgramOutcome
from assay.judging.words import printable, printable_text
from assay.sandbox import Facts, Status


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


def describe_all(
    names: list[str],
    compile_output: bytes,
    outcomes: tuple[ProgramOutcome, ...],
    model: tuple[ProgramOutcome, ...] | None,
) -> dict[str, Any]:
    """Several runs as JSON, in the order of their inputs; `model` are the model solution's, if asked for."""
    return {
        "compile_output": printable_text(compile_output),
        "runs": [
            {
                "stdin": name,
                **describe_outcome(outcome),
                **(
                    {}
                    if model is None
                    else {"model_answer": describe_outcome(model[at]) if at < len(model) else None}
                ),
            }
            for at, (name, outcome) in enumerate(zip(names, outcomes, strict=False))
        ],
    }


def summarise(outcome: ProgramOutcome, *, subject: str | None = None) -> str:
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
    subject = subject or ("compiler" if outcome.phase is Phase.COMPILE else "program")
    return f"{subject} {', '.join(words)}"


def show(outcome: ProgramOutcome, *, subject: str | None = None) -> None:
    """The program's outputs as ours, then a line of facts on standard error."""
    _write(sys.stdout.buffer, outcome.stdout)
    sys.stdout.flush()
    _write(sys.stderr.buffer, outcome.stderr)
    is_line_open = not outcome.stderr.endswith(b"\n") and outcome.stderr != b""
    print("\n" * is_line_open + summarise(outcome, subject=subject), file=sys.stderr, flush=True)


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


def _write(stream: BinaryIO, content: bytes) -> None:
    """As it is; but nothing that a program says may command a terminal."""
    stream.write(printable(content.decode(errors="replace")).encode() if stream.isatty() else content)
