"""Runs made ahead: the next one knows nothing of the last, and nothing that happens in between is missed."""

from collections.abc import Iterator
from dataclasses import replace
import os
from pathlib import Path
import time

import pytest

from assay.sandbox import (
    BlockingCell,
    BlockingSlot,
    CellConfig,
    CellProcess,
    Policy,
    Status,
)
from tests.conftest import needs_root
from tests.security.harness import (
    SLOWNESS,
)
from tests.security.runs import LIMITS, PYTHON, keeper_of_runs, made_by, run, until_ready

BOTH = pytest.mark.parametrize("warm", [False, True], ids=["plain", "warm"])


@pytest.fixture
def cell(config: CellConfig, supervisor: CellProcess) -> BlockingCell:
    return BlockingCell(config.socket_path)


@pytest.fixture
def slot(cell: BlockingCell) -> Iterator[BlockingSlot]:
    with cell.slot() as slot:
        yield slot


def build(slot: BlockingSlot, source: str) -> None:
    slot.put("program.c", source.encode())
    built = run(
        slot,
        ("/usr/bin/gcc", "-O1", "-w", "-o", "/box/program", "/box/program.c"),
        policy=Policy.TOOLCHAIN,
        box_writable=True,
        warm=False,
    )
    assert built.facts.exit_code == 0, built


LEAVES = """
import fcntl, os, resource, signal, sys, threading, time
low, used = int(sys.argv[1]), int(sys.argv[2])  # seconds of CPU time: a low limit, and enough
print(os.listdir('/tmp'), os.statvfs('/tmp')[2:8], os.stat('/tmp').st_size, os.getpid(), os.listdir('/proc'))
print([fd for fd in range(300) if os.path.exists(f'/proc/self/fd/{fd}')], os.umask(0), os.getcwd())
print([resource.getrlimit(n) for n in range(16)], signal.getsignal(signal.SIGUSR1), os.sched_getaffinity(0))
print(os.nice(0), time.process_time() < used, resource.getrusage(resource.RUSAGE_SELF).ru_utime < used)
print(open('/proc/self/oom_score_adj').read())
name = '/tmp/.left/' + 'deep/' * 20
os.makedirs(name)
open('/tmp/.left/big', 'wb').write(b'x' * 5_000_000)
open('/dev/shm/left', 'w')
open('/tmp/empty', 'w')
os.symlink('/tmp/.left', '/tmp/link')
os.sched_setaffinity(0, os.sched_getaffinity(0)), os.nice(5), os.umask(0o777)
for n in range(16):
    if n != 4: resource.setrlimit(n, (min(low, resource.getrlimit(n)[0]),) * 2) if n in (0, 10, 11) else None
signal.signal(signal.SIGUSR1, signal.SIG_IGN); signal.pthread_sigmask(0, signal.valid_signals())
threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
sys.stdout.flush(); os._exit(0)
"""


@needs_root
@BOTH
def test_a_run_finds_nothing_of_the_last_one(warm: bool, slot: BlockingSlot) -> None:
    slot.put("main.py", LEAVES.encode())
    argv = (*PYTHON, str(7 * SLOWNESS), str(5 * SLOWNESS))
    seen = [run(slot, argv, warm=warm, repeat=True) for _ in range(6)]
    assert seen[0].facts.exit_code == 0, seen[0]
    for again in seen[1:]:
        assert again.outcome == seen[0].outcome
        assert abs(again.facts.memory_bytes - seen[0].facts.memory_bytes) < 2 << 20


@needs_root
def test_not_even_how_many_runs_there_were_is_left_in_the_scratch_folder(slot: BlockingSlot) -> None:
    """A file that is made and removed at once leaves but the time, by a clock that may not have moved on."""
    build(
        slot,
        """#include <fcntl.h>
        #include <stdio.h>
        #include <sys/stat.h>
        #include <unistd.h>
        int main(void)
        {
            struct stat status;
            fstat(open("/tmp/mark", O_RDWR | O_CREAT, 0600), &status);
            unlink("/tmp/mark");
            printf("%lu", (unsigned long)status.st_ino);
        }""",
    )
    ran = [run(slot, ("/box/program",), policy=Policy.NATIVE, warm=False, repeat=True) for _ in range(100)]
    assert {each.stdout for each in ran} == {ran[0].stdout}


@needs_root
@BOTH
def test_the_time_before_it_is_asked_for_is_not_the_runs(warm: bool, slot: BlockingSlot) -> None:
    limits = replace(LIMITS, wall_time_ms=1500 * SLOWNESS)
    slot.put("main.py", b"print('x')")
    for _ in range(2):
        assert run(slot, warm=warm, repeat=True, limits=limits).facts.status is Status.EXITED
        time.sleep(2 * SLOWNESS)
    assert run(slot, warm=warm, repeat=True, limits=limits).facts.status is Status.EXITED


@needs_root
@BOTH
def test_a_changed_request_is_not_run_with_the_last_ones_limits(warm: bool, slot: BlockingSlot) -> None:
    slot.put(
        "main.py", b"import sys; x = bytearray(50 << 20); print(sys.argv[1:], len(sys.stdin.read()) * 'y')"
    )
    assert run(slot, (*PYTHON, "a"), warm=warm, repeat=True).stdout == b"['a'] \n"
    assert run(slot, (*PYTHON, "b"), warm=warm, repeat=True).stdout == b"['b'] \n"
    little = replace(LIMITS, memory_bytes=32 << 20)
    assert run(slot, (*PYTHON, "b"), warm=warm, repeat=True, limits=little).facts.status is Status.MEMORY
    short = replace(LIMITS, stdout_bytes=4)
    assert run(slot, (*PYTHON, "b"), warm=warm, repeat=True, limits=short).facts.status is Status.OUTPUT
    assert run(slot, (*PYTHON, "b"), warm=warm, repeat=True, stdin=b"zz").stdout == b"['b'] yy\n"


@needs_root
@BOTH
def test_each_run_has_the_cores_that_were_asked_for(warm: bool, slot: BlockingSlot) -> None:
    slot.put("main.py", b"import os; print(len(os.sched_getaffinity(0)))")
    most = len(os.sched_getaffinity(0))
    for cores in (1, most, most, 1, 1, most, 1):
        ran = run(slot, warm=warm, limits=replace(LIMITS, cores=cores))
        assert int(ran.stdout) == cores


@needs_root
@pytest.mark.parametrize("first", [Policy.SHELL, Policy.MANAGED])
def test_a_familys_right_to_execute_ends_with_it(
    first: Policy, slot: BlockingSlot, cell: BlockingCell
) -> None:
    if not any(layer.startswith("landlock") for layer in cell.info().isolation):
        pytest.skip("this kernel has no Landlock")
    second = Policy.MANAGED if first is Policy.SHELL else Policy.SHELL
    slot.put("main.py", b"import os; os.execv('/usr/bin/true', ['true'])")
    for policy in (first, second, first):
        ran = run(slot, policy=policy, warm=False)
        assert ran.facts.exit_code == (0 if policy is Policy.SHELL else 1), (policy, ran)


@needs_root
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are x86-64's")
def test_no_limit_hides_behind_bits_that_the_kernel_cuts_off(slot: BlockingSlot) -> None:
    """The limit of core dumps, which at 0 would start the host's crash handler."""
    slot.put(
        "main.py",
        b"import ctypes as c\ncall = c.CDLL(None, use_errno=True).syscall\nzero = (c.c_ulong * 2)(0, 0)\n"
        b"for high in (0, 1 << 32, 5 << 40):\n"
        b"    core = c.c_ulong(high | 4)\n"
        b"    print(call(160, core, zero), c.get_errno(), call(302, 0, core, zero, 0), c.get_errno())\n"
        b"import resource; print(resource.getrlimit(resource.RLIMIT_CORE))",
    )
    assert run(slot, warm=False).stdout == b"-1 1 -1 1\n" * 3 + b"(1, 1)\n"


@needs_root
def test_nothing_grows_in_a_keeper(slot: BlockingSlot, supervisor: CellProcess) -> None:
    slot.put("main.py", b"import os; print(os.listdir('/tmp')); open('/tmp/x', 'w').write('x' * 9999)")
    counts = []
    for turn in range(60):
        slot.put("other.py", b"") if turn % 7 == 0 else None
        policy = Policy.SHELL if turn % 5 == 0 else Policy.MANAGED
        ran = run(slot, warm=turn % 3 > 0, repeat=turn % 4 > 0, policy=policy)
        assert ran.stdout == b"[]\n"
        if turn % 20 == 19:  # the same request each time
            run(slot, warm=True, repeat=True)
            until_ready(slot)
            keeper = keeper_of_runs(supervisor)
            counts.append(
                (
                    len(list(Path(f"/proc/{keeper}/fd").iterdir())),
                    Path(f"/proc/{keeper}/mountinfo").read_text().count("\n"),
                )
            )
    fds, mounts = ({each[of] for each in counts} for of in (0, 1))
    assert len(mounts) == 1, counts
    # one more or less by the step that a run made ahead is at; what leaked in each turn would be twenty
    assert max(fds) - min(fds) <= 2, counts


@needs_root
def test_what_a_run_leaves_in_the_scratch_folder_is_given_back(
    slot: BlockingSlot, supervisor: CellProcess
) -> None:
    """A process that is still in a folder that has been replaced would keep all of it in memory."""
    slot.put("main.py", b"open('/tmp/big', 'wb').write(b'x' * 9_000_000)")
    for _ in range(3):
        assert run(slot, repeat=True).facts.exit_code == 0
    until_ready(slot)
    for pid in made_by(supervisor):
        root = Path(f"/proc/{pid}/root")
        present = {path.stat().st_dev for path in (root, root / "tmp", root / "box")}
        assert Path(f"/proc/{pid}/cwd").stat().st_dev in present
