"""What the commands share that judge without a server."""

import asyncio
from collections.abc import Coroutine
import sys
from typing import Any, TypeVar

from rich.console import Console

from assay.cli.ending import until_signalled
from assay.domain.judgement import Decision, GroupResult, Run
from assay.domain.limits import BYTES_PER_MIB
from assay.domain.verdict import Verdict
from assay.errors import Unavailable
from assay.sandbox import SandboxError

EXIT_NOT_ACCEPTED = 1
EXIT_USAGE = 2
EXIT_FAULT_OF_OURS = 3
PIPE_COLUMNS = 200  # wide enough for any row of ours

Result = TypeVar("Result")


def run_to_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's coroutine, which Ctrl-C and SIGTERM end in order: see ending.py.

    Raises `Unavailable` when the sandbox breaks on the way.
    """
    try:
        return asyncio.run(until_signalled(work))
    except SandboxError as error:
        raise Unavailable(f"the sandbox failed: {error}; 'assay doctor' says more") from error


def exit_code_for(verdict: Verdict) -> int:
    """0 accepted, 1 not, 3 when the failure was ours."""
    match verdict:
        case Verdict.AC:
            return 0
        case Verdict.JE:
            return EXIT_FAULT_OF_OURS
        case _:
            return EXIT_NOT_ACCEPTED


def describe_decision(decision: Decision) -> dict[str, Any]:
    """A decision as JSON, with the field names of the API's judgements."""
    return {
        "verdict": decision.verdict.value,
        "score": decision.score,
        "groups": [describe_group(group) for group in decision.groups],
        "near_limit": decision.near_limit,
        "cpu_time_ms": decision.cpu_time_ms,
        "memory_bytes": decision.memory_bytes,
        "message": decision.message,
        "compile_output": decision.compile_output,
        "test_count": decision.test_count,
        "runs": [describe_run(run) for run in decision.runs],
        "evidence": vars(decision.evidence),
    }


def describe_group(group: GroupResult) -> dict[str, Any]:
    return {**vars(group), "verdict": None if group.verdict is None else group.verdict.value}


def describe_run(run: Run) -> dict[str, Any]:
    return {**vars(run), "verdict": run.verdict.value}


def open_console() -> Console:
    """For tables on standard output. A file or a pipe has no width, so there they are not squeezed."""
    return Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS)


def size_in_words(count: int) -> str:
    """ "12.3 MiB"; memory is never so small or large that another unit would serve."""
    return f"{count / BYTES_PER_MIB:.1f} MiB"
