"""Warm starts: the same as plain ones but for their time, and no way out for what is started ahead."""

from dataclasses import replace
import io
import os
from pathlib import Path
import zipfile

import pytest

from assay.sandbox import BlockingCell, CellConfig, CellProcess, Policy, Status
from tests.conftest import needs_root
from tests.security.runs import LIMITS, Kind, made_by, run, until_ready
from tests.security.warm_ends import ENDS
from tests.security.warm_starts import STARTS

PROGRAMS = {**STARTS, **ENDS}

# Where the kernel gives huge pages unasked, two runs of the same program differ by some of 2 MiB.
HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")
MEMORY_NOISE_BYTES = 5 << 20 if HUGE_PAGES.exists() and "[always]" in HUGE_PAGES.read_text() else 1 << 20

IS_WARM = b"print('.warm.so' in open('/proc/self/maps').read())"


@pytest.fixture
def cell(config: CellConfig, supervisor: CellProcess) -> BlockingCell:
    return BlockingCell(config.socket_path)


def starts_are_warm(cell: BlockingCell) -> bool:
    """The AppArmor profile of a run leaves nothing to start one ahead with."""
    return "apparmor" not in cell.info().isolation


def is_python_ahead(supervisor: CellProcess) -> bool:
    """Is the run that waits for its word an interpreter already? What will be started plainly is not."""
    names = [Path(f"/proc/{pid}/comm").read_text().strip() for pid in made_by(supervisor)]
    return names.count("python3") == 2  # what was started ahead, and what has been forked from it


@needs_root
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_cannot_tell_a_warm_start_from_a_plain_one(
    name: str, cell: BlockingCell, supervisor: CellProcess
) -> None:
    program = PROGRAMS[name]
    limits = replace(LIMITS, memory_bytes=program.memory_bytes)
    with cell.slot() as slot:
        slot.put("main.py", program.source.encode())
        slot.put("other.py", b"x = 1")
        slot.put("package/part.py", b"x = 2")
        # the first to read a file of the host after a while pays for its pages
        run(slot, warm=False, stdin=program.stdin, kind=program.kind, limits=limits)
        plain = run(slot, warm=False, stdin=program.stdin, kind=program.kind, limits=limits)
        warm = [
            run(slot, stdin=program.stdin, kind=program.kind, limits=limits, repeat=True) for _ in range(2)
        ]
        until_ready(slot)
        assert is_python_ahead(supervisor) == starts_are_warm(cell), "or it was no warm start"
        warm.append(run(slot, stdin=program.stdin, kind=program.kind, limits=limits))
    assert plain.facts.status is not Status.INTERNAL
    for ran in warm:
        assert ran.outcome == plain.outcome
        assert abs(ran.facts.memory_bytes - plain.facts.memory_bytes) < MEMORY_NOISE_BYTES


@needs_root
def test_no_limit_makes_a_warm_start_end_otherwise(cell: BlockingCell) -> None:
    with cell.slot() as slot:
        slot.put("main.py", b"x = bytearray(100_000)\nprint(len(x))")
        small = [replace(LIMITS, memory_bytes=kib << 10) for kib in (1024, 2048, *range(3072, 6144, 256))]
        tight = [
            replace(LIMITS, processes=1),
            replace(LIMITS, open_files=16),
            replace(LIMITS, scratch_bytes=4096),
        ]
        for limits in (*small, *tight):
            plain, warm = (run(slot, limits=limits, warm=warm) for warm in (False, True))
            if plain.facts.memory_bytes + (1 << 20) < limits.memory_bytes:
                assert warm.outcome == plain.outcome, limits
            assert warm.facts.status in (Status.EXITED, Status.MEMORY), (limits, warm.facts)


@needs_root
def test_stdin_may_change_its_kind_from_run_to_run(cell: BlockingCell) -> None:
    program = PROGRAMS["stdin pipe"]
    kinds = (Kind.FILE, Kind.PIPE, Kind.PIPE, Kind.NOTHING, Kind.FILE_FROM_THE_MIDDLE, Kind.PIPE, Kind.FILE)
    with cell.slot() as slot:
        slot.put("main.py", program.source.encode())
        for kind in kinds:
            stdin = b"" if kind is Kind.NOTHING else program.stdin
            warm = run(slot, stdin=stdin, kind=kind, repeat=True)
            with cell.slot() as other:
                other.put("main.py", program.source.encode())
                plain = run(other, stdin=stdin, kind=kind, warm=False)
            assert warm.outcome == plain.outcome, kind


@needs_root
def test_files_that_are_put_between_runs_are_those_that_count(cell: BlockingCell) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("__main__.py", "print('of the archive', __name__)")
    with cell.slot() as slot:
        missing = run(slot, repeat=True)
        slot.put("main.py", archive.getvalue())
        packed = run(slot, repeat=True)
        slot.put("main.py", b"import other; print('plain file', other.x)")
        slot.put("other.py", b"x = 1")
        first = run(slot, repeat=True)
        slot.put("other.py", b"x = 22")
        second = run(slot, repeat=True)
    assert (missing.facts.exit_code, packed.stdout) == (2, b"of the archive __main__\n")
    assert (first.stdout, second.stdout) == (b"plain file 1\n", b"plain file 22\n")


def code(source: str) -> tuple[str, ...]:
    """Runs in what is started ahead: no file of /box is opened before it. No candidate gets that far."""
    return ("/usr/bin/python3", "-I", "-c", f"{source}\ntry: open('/box/none')\nexcept OSError: pass\n")


CALL = "import ctypes as c, os; call = c.CDLL(None, use_errno=True).syscall; at = c.c_ulong\n"
HOSTILE = {
    "mount": "call(165, 0, b'/tmp', 0, 32, 0)",
    "setns": "call(308, os.open('/proc', 0), 0x20000)",
    "unshare": "call(272, 0x10000000)",
    "unshare cgroup": "call(272, 0x2000000)",
    "chroot": "os.chroot('/tmp')",
    "sethostname": "call(170, b'x', 1)",
    "bpf": "call(321, 0, 0, 0)",
    "new namespace": "call(56, 0x10000000 | 17, 0, 0, 0, 0)",
}


@needs_root
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are x86-64's")
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_started_ahead_may_not_use_its_capability(name: str, cell: BlockingCell) -> None:
    with cell.slot() as slot:
        hostile = run(slot, code(CALL + HOSTILE[name] + "\nprint('it may')"))
        assert (hostile.facts.status, hostile.stdout) == (Status.FORBIDDEN, b"")
        slot.put("main.py", b"print('unharmed')")
        assert run(slot).stdout == b"unharmed\n"


@needs_root
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are x86-64's")
def test_what_is_started_ahead_cannot_declare_memory_broken(cell: BlockingCell) -> None:
    """With a length of 0 nothing would happen: this only asks. 1 << 32: bits that the kernel cuts off."""
    ask = "".join(
        f"print(call(28, 0x10000, 0, at({advice})), c.get_errno())\n"
        for advice in ("100", "101", "1 << 32 | 100", "1 << 32 | 101")
    )
    with cell.slot() as slot:
        assert run(slot, code(CALL + ask)).stdout == b"-1 1\n" * 4


@needs_root
def test_what_is_started_ahead_starts_no_other_program(cell: BlockingCell) -> None:
    """It would run unmeasured, and leave something for the run to find."""
    line = "/usr/bin/python3 -I /box/main.py"
    with cell.slot() as slot:
        slot.put("main.py", b"import os; print(os.listdir('/tmp')); open('/tmp/mark', 'w')")
        for script in (line, f"exec {line}", f"{line} & wait", f"({line}); true"):
            for _ in range(2):
                ran = run(slot, ("/bin/sh", "-c", script), policy=Policy.SHELL)
                assert (ran.facts.exit_code, ran.stdout) == (0, b"[]\n"), script


@needs_root
@pytest.mark.skipif(not Path("/usr/bin/busybox").exists(), reason="no static interpreter is installed")
def test_what_cannot_be_stopped_does_not_see_the_box(cell: BlockingCell) -> None:
    """A static program has no loader, and so no library of ours in it that would stop it."""
    with cell.slot() as slot:
        slot.put("main.sh", b"echo /tmp/* $1; : > /tmp/mark")
        for word in "ab":
            ran = run(slot, ("/usr/bin/busybox", "sh", "/box/main.sh", word), policy=Policy.SHELL)
            assert (ran.facts.exit_code, ran.stdout) == (0, f"/tmp/* {word}\n".encode())
        look = ("/usr/bin/python3", "-I", "-c", "import os; print(oct(os.stat('/box').st_mode))")
        assert run(slot, look).stdout == b"0o40755\n"


@needs_root
def test_children_of_what_is_started_ahead_go_with_it(cell: BlockingCell, supervisor: CellProcess) -> None:
    forks = code("import os, time\nif os.fork() == 0: time.sleep(1000)\nprint('parent')")
    with cell.slot() as slot:
        slot.put("main.py", b"print('other')")
        ran = run(slot, forks, policy=Policy.SHELL)
        there = made_by(supervisor)
        other = run(slot, warm=False)
        left = made_by(supervisor) & there
        # the last one that was started ahead stays until something is asked for that is warm, too
        run(slot)
        assert not made_by(supervisor) & there, left
    assert (ran.stdout, other.stdout) == (b"parent\n", b"other\n")


@needs_root
@pytest.mark.parametrize(
    ("name", "source"),
    {
        "writes": "import os; os.write(1, b'early'); os.write(2, b'err')",
        "a thread": "import threading as t, time; t.Thread(target=time.sleep, args=(.1,)).start()",
        "ends": "import sys; print('bye', flush=True); sys.exit(3)",
        "forks": "import os\ntry: os.fork()\nexcept OSError as error: print(error)",
        "dies": "import os; os.abort()",
        "closes everything": "import os; os.closerange(3, 1000); print('x')",
        "takes the words": "import os\ntry: print(os.write(200, b'x' * 8))\nexcept OSError as e: print(e)",
        "ignores its children": "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "blocks signals": "import signal; signal.pthread_sigmask(0, signal.valid_signals()); print('x')",
        "an alarm": "import signal; rang = []; signal.signal(signal.SIGALRM, lambda *a: rang.append('rang'));"
        " signal.setitimer(signal.ITIMER_REAL, .01)\nwhile not rang: pass\nprint(*rang)",
        "takes all memory": "try: x = bytearray(1 << 30)\nexcept MemoryError: pass\nprint('x')",
    }.items(),
)
def test_a_start_ahead_that_does_more_is_seen_by_nobody(name: str, source: str, cell: BlockingCell) -> None:
    with cell.slot() as slot:
        plain = run(slot, code(source), warm=False)
        for _ in range(2):
            assert run(slot, code(source)).outcome == plain.outcome


@needs_root
def test_no_program_of_the_box_is_started_ahead(cell: BlockingCell) -> None:
    """What could do as it likes before it opens a file: its own code is the candidate's."""
    look = (
        "import os; text = open('/proc/self/maps').read(); print('.warm.so' in text)\n"
        "try: open('/box/none')\nexcept OSError: pass"
    )
    with cell.slot() as slot:
        with Path("/usr/bin/python3").open("rb") as python:
            slot.put("python", python.fileno(), executable=True)
        slot.put("main.py", IS_WARM)
        own = run(slot, ("/box/python", "-I", "-c", look))
        assert (own.facts.exit_code, own.stdout) == (0, b"False\n")
        assert run(slot, policy=Policy.TOOLCHAIN).stdout == b"False\n", "what it has built it could execute"
        assert run(slot).stdout == (b"True\n" if starts_are_warm(cell) else b"False\n")
