"""From counters to facts: the first status of the protocol's order that applies."""

from dataclasses import replace
import errno
import itertools
import signal

import pytest

from assay.adapters.docker.cgroups import Figures
from assay.adapters.docker.ruling import Delivery, Ending, facts_of
from assay.adapters.docker.wire import End, Report, Step
from assay.sandbox import Command, Policy, RunLimits, Status

LIMITS = RunLimits(
    cpu_time_ms=1000,
    wall_time_ms=2000,
    memory_bytes=1 << 26,
    processes=1,
    open_files=16,
    scratch_bytes=4096,
    scratch_inodes=1,
    stdout_bytes=10,
    stderr_bytes=10,
    cores=1,
)
COMMAND = Command(
    argv=("/box/program",), env={}, view="native", limits=LIMITS, policy=Policy.NATIVE, box_writable=False
)
WELL = Delivery(bytes=3, is_truncated=False, reader_is_gone=False, error=None)
REPORT = Report(end=End.ITSELF, step=Step.NONE, error=0, wait_status=0, wall_time_us=500)
ENDING = Ending(
    report=REPORT,
    words="",
    out_of_memory=False,
    figures=Figures(cpu_time_us=400, memory_peak_bytes=4096, oom_kills=0),
    wall_time_us=900,
    ended_at_us=5000,
    stdout=WELL,
    stderr=WELL,
)


def with_report(ending: Ending, **changes: object) -> Ending:
    assert ending.report is not None
    return replace(ending, report=replace(ending.report, **changes))  # type: ignore[arg-type]


def with_figures(ending: Ending, **changes: int) -> Ending:
    return replace(ending, figures=replace(ending.figures, **changes))


# in the order in which they win
CAUSES = [
    (Status.INTERNAL, lambda ending: replace(ending, stdout=replace(WELL, error="writing: no room"))),
    (Status.MEMORY, lambda ending: with_figures(ending, oom_kills=1)),
    (Status.OUTPUT, lambda ending: replace(ending, stderr=replace(WELL, is_truncated=True))),
    (Status.CPU_TIME, lambda ending: with_figures(ending, cpu_time_us=1_000_001)),
    (Status.WALL_TIME, lambda ending: with_report(ending, end=End.WALL_TIME)),
    (Status.SIGNALLED, lambda ending: with_report(ending, wait_status=signal.SIGSEGV)),
]


def test_a_run_that_ended_well() -> None:
    facts = facts_of(COMMAND, ENDING)
    assert (facts.status, facts.exit_code, facts.signal, facts.detail) == (Status.EXITED, 0, None, "")
    assert (facts.cpu_time_us, facts.wall_time_us, facts.memory_bytes) == (400, 500, 4096)
    assert (facts.stdout_bytes, facts.stderr_bytes, facts.oom_kills) == (3, 3, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_of_several_causes_the_first_wins(count: int) -> None:
    for causes in itertools.combinations(CAUSES, count):
        ending = ENDING
        for _, apply in reversed(causes):
            ending = apply(ending)
        assert facts_of(COMMAND, ending).status is causes[0][0]


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (137, 137), (255, 255)])
def test_an_exit_code_is_never_taken_for_a_signal(code: int, expected: int) -> None:
    facts = facts_of(COMMAND, with_report(ENDING, wait_status=code << 8))
    assert (facts.status, facts.exit_code, facts.signal) == (Status.EXITED, expected, None)


def test_a_signal_is_named() -> None:
    facts = facts_of(COMMAND, with_report(ENDING, wait_status=signal.SIGKILL))
    assert (facts.status, facts.exit_code, facts.signal) == (Status.SIGNALLED, None, 9)


def test_limits_themselves_are_within_the_limits() -> None:
    ending = with_figures(with_report(ENDING, wall_time_us=2_000_000), cpu_time_us=1_000_000)
    assert facts_of(COMMAND, ending).status is Status.EXITED


def test_a_reader_that_went_away_is_met_as_sigpipe() -> None:
    ending = replace(ENDING, stdout=replace(WELL, reader_is_gone=True))
    assert facts_of(COMMAND, ending).signal == signal.SIGPIPE


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step.EXECVE, "cannot execute /box/program: No such file"),
        (Step.FORK, "cannot create the program's process: No such file"),
        (Step.LIMITS, "cannot set a resource limit: No such file"),
        (Step.FOLDER, "cannot enter the working folder: No such file"),
        (Step.FILTER, "cannot load the seccomp filter: No such file"),
    ],
)
def test_a_failed_set_up_is_our_fault_and_named(step: Step, words: str) -> None:
    facts = facts_of(COMMAND, with_report(ENDING, step=step, error=errno.ENOENT, wait_status=256))
    assert (facts.status, facts.exit_code) == (Status.INTERNAL, None)
    assert facts.detail.startswith(words)


def test_a_container_without_a_report_is_a_typed_fact() -> None:
    """Exit code 137 may be a kill from outside or the program's own: nothing is guessed from it."""
    words = "the container ended before its figures could be read: it ended with exit code 137"
    gone = replace(ENDING, report=None, words=words)
    facts = facts_of(COMMAND, gone)
    assert (facts.status, facts.exit_code, facts.signal, facts.detail) == (Status.INTERNAL, None, None, words)
    assert facts.wall_time_us == 900
    facts = facts_of(COMMAND, replace(gone, out_of_memory=True))
    assert (facts.status, facts.exit_code, facts.oom_kills) == (Status.MEMORY, None, 1)
