"""From what was counted to the facts of a run. Pure; the order is that of cell/protocol.md."""

from dataclasses import dataclass
import os
import signal

from assay.adapters.docker.cgroups import Figures
from assay.adapters.docker.wire import End, Report, Step
from assay.sandbox import Command, Facts, Status

_STEP_WORDS = {
    Step.FORK: "cannot create the program's process",
    Step.LIMITS: "cannot set a resource limit",
    Step.FOLDER: "cannot enter the working folder",
    Step.FILTER: "cannot load the seccomp filter",
}


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of one output."""

    bytes: int
    is_truncated: bool
    reader_is_gone: bool
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Ending:
    """All that is known at the end of a run.

    `report` is None when the container ended without one; then `words` says what the engine knows of it.
    `out_of_memory` is the engine's word, for a container whose own counters are gone.
    """

    report: Report | None
    words: str
    out_of_memory: bool
    figures: Figures  # since the program began; of a container that is gone, the last that were read
    wall_time_us: int  # by our own clock, for when there is no report
    ended_at_us: int  # on the monotonic clock
    stdout: Delivery
    stderr: Delivery


def facts_of(command: Command, ending: Ending) -> Facts:
    """Pure. The first of the statuses that applies, and what belongs to it."""
    status, detail = _status(command, ending)
    report = ending.report
    wait_status = 0 if report is None else report.wait_status
    died_of = _signal(ending, wait_status) if status is Status.SIGNALLED else None
    return Facts(
        status=status,
        exit_code=os.WEXITSTATUS(wait_status) if status is Status.EXITED else None,
        signal=died_of,
        cpu_time_us=ending.figures.cpu_time_us,
        wall_time_us=ending.wall_time_us if report is None else report.wall_time_us,
        memory_bytes=ending.figures.memory_peak_bytes,
        stdout_bytes=ending.stdout.bytes,
        stderr_bytes=ending.stderr.bytes,
        stdout_truncated=ending.stdout.is_truncated,
        stderr_truncated=ending.stderr.is_truncated,
        ended_at_us=ending.ended_at_us,
        oom_kills=max(ending.figures.oom_kills, int(ending.out_of_memory)),
        detail=detail,
    )


def _status(command: Command, ending: Ending) -> tuple[Status, str]:
    fault = _fault(command, ending)
    report, limits, figures = ending.report, command.limits, ending.figures
    status, detail = Status.EXITED, ""
    if fault is not None:
        status, detail = Status.INTERNAL, fault
    elif figures.oom_kills or ending.out_of_memory:
        status = Status.MEMORY
    elif ending.stdout.is_truncated or ending.stderr.is_truncated:
        status = Status.OUTPUT
    elif report is None:
        status, detail = Status.INTERNAL, ending.words
    elif report.end is End.CPU_TIME or figures.cpu_time_us > limits.cpu_time_ms * 1000:
        status = Status.CPU_TIME
    elif report.end is End.WALL_TIME or report.wall_time_us > limits.wall_time_ms * 1000:
        status = Status.WALL_TIME
    elif _reader_is_gone(ending) or os.WIFSIGNALED(report.wait_status):
        status = Status.SIGNALLED
    return status, detail


def _fault(command: Command, ending: Ending) -> str | None:
    """Our fault or the caller's, in words."""
    report = ending.report
    if report is not None and report.step is Step.EXECVE:
        return f"cannot execute {command.argv[0]}: {os.strerror(report.error)}"
    if report is not None and report.step is not Step.NONE:
        return f"{_STEP_WORDS[report.step]}: {os.strerror(report.error)}"
    return ending.stdout.error or ending.stderr.error


def _reader_is_gone(ending: Ending) -> bool:
    """Then the program would have met SIGPIPE, had the pipe been its own."""
    return ending.stdout.reader_is_gone or ending.stderr.reader_is_gone


def _signal(ending: Ending, wait_status: int) -> int:
    return signal.SIGPIPE if _reader_is_gone(ending) else os.WTERMSIG(wait_status)
