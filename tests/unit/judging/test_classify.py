"""Every way that a run can end, and what the judge says to it."""

from dataclasses import replace
import errno
import os
import signal
from typing import Any

import pytest

from assay.domain.verdict import Verdict
from assay.judging.classify import classify_compilation, classify_run, cpu_time_ms, signal_name, wall_time_ms
from assay.sandbox import Command, Facts, Policy, RunLimits, Status

LIMITS = RunLimits(
    cpu_time_ms=1000,
    wall_time_ms=3000,
    memory_bytes=64 << 20,
    processes=1,
    open_files=16,
    scratch_bytes=1 << 20,
    scratch_inodes=16,
    stdout_bytes=8 << 20,
    stderr_bytes=1 << 20,
    cores=1,
)


COMMAND = Command(
    argv=("/usr/bin/toy", "x"), env={}, view="v", limits=LIMITS, policy=Policy.NATIVE, box_writable=False
)
OWN_PROGRAM = replace(COMMAND, argv=("/box/main",))


def facts(**changes: Any) -> Facts:
    fine: dict[str, Any] = {
        "status": Status.EXITED,
        "exit_code": 0,
        "signal": None,
        "cpu_time_us": 1000,
        "wall_time_us": 2000,
        "memory_bytes": 1 << 20,
        "stdout_bytes": 0,
        "stderr_bytes": 0,
        "stdout_truncated": False,
        "stderr_truncated": False,
        "oom_kills": 0,
        "ended_at_us": 0,
        "detail": "",
    }
    return Facts(**{**fine, **changes})


def killed_by(number: int, **changes: Any) -> Facts:
    return facts(status=Status.SIGNALLED, exit_code=None, signal=number, **changes)


CASES = [
    (facts(), None, ""),
    (facts(stdout_bytes=8 << 20), None, ""),
    (facts(stdout_bytes=7 << 20, stderr_bytes=1 << 20), None, ""),
    (
        facts(stdout_bytes=(7 << 20) + 1, stderr_bytes=1 << 20),
        Verdict.OLE,
        "more than 8 MiB of output and standard error",
    ),
    (
        facts(status=Status.SIGNALLED, exit_code=None, signal=11, stdout_bytes=8 << 20, stderr_bytes=1),
        Verdict.OLE,
        "more than 8 MiB of output and standard error",
    ),
    (facts(stderr_truncated=True), None, ""),
    (facts(cpu_time_us=1_000_000), None, ""),  # the limit itself is allowed
    (facts(exit_code=1), Verdict.RTE, "exit code 1"),
    (facts(exit_code=137), Verdict.RTE, "exit code 137"),
    (facts(cpu_time_us=1_000_001), Verdict.TLE, "more than 1000 ms of CPU time"),
    (facts(exit_code=1, cpu_time_us=1_000_001), Verdict.TLE, "more than 1000 ms of CPU time"),
    (facts(oom_kills=1), Verdict.MLE, "more than 64 MiB of memory"),
    (facts(exit_code=1, oom_kills=1), Verdict.MLE, "more than 64 MiB of memory"),
    (facts(stdout_truncated=True), Verdict.OLE, "more than 8 MiB of output"),
    (killed_by(signal.SIGSEGV), Verdict.RTE, "killed by signal 11 (SIGSEGV)"),
    (killed_by(signal.SIGKILL, oom_kills=2), Verdict.MLE, "more than 64 MiB of memory"),
    (killed_by(signal.SIGABRT, cpu_time_us=2_000_000), Verdict.TLE, "more than 1000 ms of CPU time"),
    (killed_by(signal.SIGXFSZ), Verdict.RTE, "killed by signal 25 (SIGXFSZ)"),
    (killed_by(signal.SIGXCPU), Verdict.RTE, "killed by signal 24 (SIGXCPU)"),
    (facts(status=Status.CPU_TIME, exit_code=None), Verdict.TLE, "more than 1000 ms of CPU time"),
    (
        facts(status=Status.WALL_TIME, exit_code=None),
        Verdict.TLE,
        "still running after 3000 ms (it waited or slept)",
    ),
    (facts(status=Status.MEMORY, exit_code=None), Verdict.MLE, "more than 64 MiB of memory"),
    (
        facts(status=Status.OUTPUT, exit_code=None, stdout_truncated=True),
        Verdict.OLE,
        "more than 8 MiB of output",
    ),
    (
        facts(status=Status.OUTPUT, exit_code=None, stderr_truncated=True),
        Verdict.OLE,
        "more than 1 MiB written to standard error",
    ),
    (facts(status=Status.FORBIDDEN, detail="ptrace"), Verdict.SV, "forbidden system call: ptrace"),
    (facts(status=Status.INTERNAL, detail="no cgroup"), Verdict.JE, "the sandbox failed: no cgroup"),
]


@pytest.mark.parametrize(("ended", "verdict", "message"), CASES)
def test_a_run(ended: Facts, verdict: Verdict | None, message: str) -> None:
    ruling = classify_run(ended, COMMAND)
    assert (ruling.verdict, ruling.message) == (verdict, message)


@pytest.mark.parametrize("number", [signal.SIGXCPU, signal.SIGXFSZ, signal.SIGABRT])
def test_over_the_time_limit_a_signal_says_nothing(number: int) -> None:
    ruling = classify_run(killed_by(number, cpu_time_us=60_000_000), COMMAND)
    assert ruling.verdict is Verdict.TLE


@pytest.mark.parametrize(
    ("ended", "verdict"),
    [
        (killed_by(signal.SIGABRT), Verdict.MLE),
        (killed_by(signal.SIGSEGV), Verdict.RTE),
        (killed_by(signal.SIGABRT, cpu_time_us=60_000_000), Verdict.TLE),
        (facts(exit_code=128 + signal.SIGABRT), Verdict.RTE),
        (facts(exit_code=3), Verdict.RTE),
        (facts(), None),
    ],
)
def test_a_runtime_whose_heap_is_exhausted(ended: Facts, verdict: Verdict | None) -> None:
    assert classify_run(ended, COMMAND, out_of_memory_signal=signal.SIGABRT).verdict is verdict
    assert classify_run(killed_by(signal.SIGABRT), COMMAND).verdict is Verdict.RTE


@pytest.mark.parametrize(("ended", "verdict", "message"), CASES)
def test_a_compilation_fails_as_ce_and_our_fault_stays_ours(
    ended: Facts, verdict: Verdict | None, message: str
) -> None:
    ruling = classify_compilation(ended, COMMAND)
    match verdict:
        case None | Verdict.JE:
            assert ruling.verdict is verdict
        case _:
            assert ruling.verdict is Verdict.CE
    assert ruling.message == (f"compilation: {message}" if message else "")


@pytest.mark.parametrize("status", list(Status))
def test_only_the_sandbox_s_own_failure_is_a_judging_error(status: Status) -> None:
    ruling = classify_run(facts(status=status, exit_code=1, signal=9), COMMAND)
    assert (ruling.verdict is Verdict.JE) is (status is Status.INTERNAL)


def test_a_compiler_s_product_that_is_no_program_is_the_candidate_s() -> None:
    refused = facts(status=Status.INTERNAL, exit_code=None, detail="cannot execute: Exec format error")
    assert classify_run(refused, OWN_PROGRAM).verdict is Verdict.RTE
    assert classify_run(refused, COMMAND).verdict is Verdict.JE  # an interpreter that is not there is ours
    for number in (errno.EAGAIN, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ETXTBSY):
        detail = f"cannot execute /box/p: {os.strerror(number)}"
        busy = facts(status=Status.INTERNAL, exit_code=None, detail=detail)
        assert classify_run(busy, OWN_PROGRAM).verdict is Verdict.JE
    other = facts(status=Status.INTERNAL, exit_code=None, detail="no cgroup")
    assert classify_run(other, OWN_PROGRAM).verdict is Verdict.JE


def test_times_are_rounded_up() -> None:
    assert cpu_time_ms(facts(cpu_time_us=1_000_001)) == 1001
    assert cpu_time_ms(facts(cpu_time_us=1_000_000)) == 1000
    assert wall_time_ms(facts(wall_time_us=1)) == 1
    assert wall_time_ms(facts(wall_time_us=0)) == 0


def test_signals_without_a_name_keep_their_number() -> None:
    assert signal_name(11) == "SIGSEGV"
    assert signal_name(99) == "99"
