"""What the sandbox saw → what the judge says: the only place that names verdicts, and only from facts.

| facts                                            | run              | compilation |
|--------------------------------------------------|------------------|-------------|
| exited with 0, within every limit                | to be checked    | go on       |
| exited with something else, or ended by a signal | RTE              | CE          |
| CPU time above the limit, however it ended       | TLE              | CE          |
| ended for CPU or wall time                       | TLE              | CE          |
| ended for memory, or a process of it was         | MLE              | CE          |
| ended by its runtime, whose heap was exhausted   | MLE              |             |
| output cut                                       | OLE              | CE          |
| a system call outside the policy                 | SV               | CE          |
| the compiler's product is no program             | RTE              |             |
| it could not be executed just now                | JE               | JE          |
| something else went wrong on our side            | JE               | JE          |

Notes on the choices:
- A run that exits with 0 after the kernel has killed one of its processes for memory is MLE: it went over the
  limit, and whether the rest coped is luck.
- CPU time comes before the exit code: a program that crashes after its time was over is TLE. So a verdict
  does not depend on whether the sandbox noticed in time.
- SIGXCPU and SIGXFSZ are signals like others: whoever may compute on, or has not written too much, has sent
  them to itself. A run over its CPU time limit is TLE before anybody asks for its signal, and a file that
  grows past what the sandbox allows is no output (standard output and standard error are).
- Standard error is not part of the answer and is thrown away, but it counts as output: both together must
  stay within the larger of their bounds (package format, "Submission limits"), which is the output limit
  unless that is less than what a traceback takes (`budget.py`).
- A forbidden call during compilation is the candidate's (perl -c runs BEGIN blocks); that the toolchains
  themselves need none is what the languages' self-tests prove.
"""

from dataclasses import dataclass
import signal
from typing import assert_never

from assay.domain.verdict import Verdict
from assay.languages.commands import BOX
from assay.sandbox import Command, Facts, RunLimits, Status

_MICROSECONDS_PER_MILLISECOND = 1000
_BYTES_PER_MIB = 1 << 20
_CANNOT_EXECUTE = "cannot execute"  # how the detail begins when execve refused the program (cell/protocol.md)
# What execve says when the machine is short of something, or the file still open: no fault of the file's.
# EAGAIN, EIO, EMFILE, ENFILE and ETXTBSY, in the C library's words.
_NOT_JUST_NOW = (
    "Resource temporarily unavailable",
    "Input/output error",
    "Too many open files",
    "Too many open files in system",
    "Text file busy",
)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A verdict and its reason in words for people; no verdict when nothing is wrong so far."""

    verdict: Verdict | None
    message: str


_NOTHING_WRONG = Ruling(verdict=None, message="")


def classify_run(facts: Facts, command: Command, *, out_of_memory_signal: int | None = None) -> Ruling:
    """Judge one test's run by how it ended. No verdict: its output has to be checked.

    `out_of_memory_signal` is how the language's runtime says that its heap is exhausted.
    """
    limits = command.limits
    ruling: Ruling
    match facts.status:
        case Status.EXITED:
            ruling = _classify_excess(facts, limits) or _classify_exit_code(facts)
        case Status.SIGNALLED:
            if facts.signal == out_of_memory_signal:
                ruling = _classify_excess(facts, limits) or _ruling(Verdict.MLE, _over_memory(limits))
            else:
                ruling = _classify_excess(facts, limits) or _classify_signal(facts)
        case Status.CPU_TIME:
            ruling = _ruling(Verdict.TLE, _over_cpu_time(limits))
        case Status.WALL_TIME:
            ruling = _ruling(
                Verdict.TLE, f"still running after {limits.wall_time_ms} ms (it waited or slept)"
            )
        case Status.MEMORY:
            ruling = _ruling(Verdict.MLE, _over_memory(limits))
        case Status.OUTPUT:
            ruling = _ruling(Verdict.OLE, _over_output(facts, limits))
        case Status.FORBIDDEN:
            ruling = _ruling(Verdict.SV, f"forbidden system call: {facts.detail or 'unnamed'}")
        case Status.INTERNAL:
            ruling = _classify_internal(facts, command)
        case _:
            assert_never(facts.status)
    return ruling


def classify_compilation(facts: Facts, command: Command) -> Ruling:
    """Judge a compilation by how it ended. No verdict: the program can be run."""
    ruling = classify_run(facts, command)
    match ruling.verdict:
        case None:
            return ruling
        case Verdict.JE:
            return _ruling(Verdict.JE, f"compilation: {ruling.message}")
        case _:
            return _ruling(Verdict.CE, f"compilation: {ruling.message}")


def signal_name(number: int) -> str:
    """ "SIGSEGV" for 11; the number itself where it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def cpu_time_ms(facts: Facts) -> int:
    """Rounded up, so that a run over its limit never shows a time within it."""
    return -(-facts.cpu_time_us // _MICROSECONDS_PER_MILLISECOND)


def wall_time_ms(facts: Facts) -> int:
    """Rounded up, like CPU time."""
    return -(-facts.wall_time_us // _MICROSECONDS_PER_MILLISECOND)


def _classify_excess(facts: Facts, limits: RunLimits) -> Ruling | None:
    """A run that ended by itself but went over a limit on its way."""
    if facts.stdout_truncated:
        return _ruling(Verdict.OLE, _over_output(facts, limits))
    together_bytes = max(limits.stdout_bytes, limits.stderr_bytes)
    if facts.stdout_bytes + facts.stderr_bytes > together_bytes:
        return _ruling(Verdict.OLE, f"more than {_size(together_bytes)} of output and standard error")
    if facts.oom_kills > 0:
        return _ruling(Verdict.MLE, _over_memory(limits))
    if facts.cpu_time_us > limits.cpu_time_ms * _MICROSECONDS_PER_MILLISECOND:
        return _ruling(Verdict.TLE, _over_cpu_time(limits))
    return None


def _classify_exit_code(facts: Facts) -> Ruling:
    if facts.exit_code == 0:
        return _NOTHING_WRONG
    return _ruling(Verdict.RTE, f"exit code {facts.exit_code}")


def _classify_signal(facts: Facts) -> Ruling:
    number = facts.signal or 0
    return _ruling(Verdict.RTE, f"killed by signal {number} ({signal_name(number)})")


def _classify_internal(facts: Facts, command: Command) -> Ruling:
    """A source can make a compiler succeed without making a program (a Rust library, say): not our fault."""
    is_refused = facts.detail.startswith(_CANNOT_EXECUTE) and not facts.detail.endswith(_NOT_JUST_NOW)
    if is_refused and command.argv[0].startswith(f"{BOX}/"):
        return _ruling(Verdict.RTE, "what the compiler made cannot be executed: is it a program?")
    return _ruling(Verdict.JE, f"the sandbox failed: {facts.detail or 'no reason given'}")


def _over_cpu_time(limits: RunLimits) -> str:
    return f"more than {limits.cpu_time_ms} ms of CPU time"


def _over_memory(limits: RunLimits) -> str:
    return f"more than {_size(limits.memory_bytes)} of memory"


def _over_output(facts: Facts, limits: RunLimits) -> str:
    if facts.stderr_truncated and not facts.stdout_truncated:
        return f"more than {_size(limits.stderr_bytes)} written to standard error"
    return f"more than {_size(limits.stdout_bytes)} of output"


def _size(count: int) -> str:
    return f"{count // _BYTES_PER_MIB} MiB" if count % _BYTES_PER_MIB == 0 else f"{count} bytes"


def _ruling(verdict: Verdict, message: str) -> Ruling:
    return Ruling(verdict=verdict, message=message)
