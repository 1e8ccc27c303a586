"""A real cell for tests: started as root on a socket of its own, with limits that no honest program meets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
import os
from pathlib import Path
import tempfile

import pytest

from assay.judging.ports import SandboxSlot
from assay.sandbox import CellConfig, CellProcess, CellStartError, Command, Facts, Policy, RunLimits

BINARY = Path(os.environ.get("ASSAY_TEST_CELL", Path(__file__).parents[2] / "cell/build/cell"))
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")  # of several that run tests at once
FIRST_SLOT_UID = (
    72_000 + 100 * int(_PROCESS) if _PROCESS else 61_200
)  # so that each finds its own slots' processes
# How much longer than on a real machine things may take; above 1 only in an emulated one (cell/tests/vm).
SLOWNESS = int(os.environ.get("ASSAY_TEST_SLOWNESS", "1"))
ROOMY = RunLimits(
    cpu_time_ms=10_000 * SLOWNESS,
    wall_time_ms=20_000 * SLOWNESS,
    memory_bytes=1 << 30,
    processes=64,
    open_files=256,
    scratch_bytes=64 << 20,
    scratch_inodes=4096,
    stdout_bytes=1 << 20,
    stderr_bytes=1 << 20,
    cores=os.cpu_count() or 1,
)
NATIVE = ("/usr/lib/*-linux-gnu*", "/usr/lib64", "/etc/ld.so.cache")
TOOLCHAIN = (
    "/usr/bin",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/include",
    "/etc/alternatives",
    "/etc/ld.so.cache",
)


def _paths(globs: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(path for glob in globs for path in sorted(Path("/").glob(glob.lstrip("/"))))


def make_config(folder: Path, **changes: object) -> CellConfig:
    """A configuration with its socket in `folder`."""
    config = CellConfig(
        binary=BINARY,
        socket_path=folder / "cell",
        slots=2,
        client_uid=os.getuid(),
        client_gid=os.getgid(),
        first_slot_uid=FIRST_SLOT_UID,
        views={"native": _paths(NATIVE), "toolchain": _paths(TOOLCHAIN)},
        box_bytes=64 << 20,
    )
    return replace(config, **changes)  # type: ignore[arg-type]


@contextmanager
def running_cell(config: CellConfig) -> Iterator[CellProcess]:
    """A supervisor. Where it cannot start, the test fails and says why: it is never skipped."""
    try:
        process = CellProcess.start(config)
    except CellStartError as error:
        pytest.fail(f"these tests need root, cgroups and a built cell (make -C cell): {error}", pytrace=False)
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder for a socket, whose path may have 107 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="cell-", dir="/tmp") as name:
        yield Path(name)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    facts: Facts
    stdout: bytes
    stderr: bytes


async def run(
    slot: SandboxSlot,
    *argv: str,
    limits: RunLimits = ROOMY,
    view: str = "native",
    env: dict[str, str] | None = None,
    box_writable: bool = False,
    stdin: bytes = b"",
    policy: Policy = Policy.TOOLCHAIN,
    repeat: bool = False,
) -> Outcome:
    """Run with memory files for the three streams."""
    command = Command(
        argv=argv,
        env={"LC_ALL": "C.UTF-8", **(env or {})},
        view=view,
        limits=limits,
        box_writable=box_writable,
        policy=policy,
        repeat=repeat,
    )
    fds = [os.memfd_create(name) for name in ("stdin", "stdout", "stderr")]
    try:
        os.pwrite(fds[0], stdin, 0)
        facts = await slot.run(command, stdin=fds[0], stdout=fds[1], stderr=fds[2])
        out, err = (os.pread(fd, os.fstat(fd).st_size, 0) for fd in fds[1:])
    finally:
        for fd in fds:
            os.close(fd)
    return Outcome(facts=facts, stdout=out, stderr=err)


async def compile_c(slot: SandboxSlot, source: bytes) -> None:
    """Compile a C program in the slot's box, in the cell, to /box/program."""
    await slot.put("program.c", source)
    built = await run(
        slot,
        "/usr/bin/gcc", "-O1", "-w", "-pthread", "-o", "/box/program", "/box/program.c",
        view="toolchain",
        env={"PATH": "/usr/bin"},
        box_writable=True,
    )  # fmt: skip
    assert built.facts.exit_code == 0, built


def is_alive(pid: int) -> bool:
    """Does the process run? A zombie does not: it waits for its parent, or the host's init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def processes_of_slots() -> set[int]:
    """Pids of all living processes that run as a user of a slot."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            owner = folder.stat().st_uid
        except FileNotFoundError:
            continue
        if FIRST_SLOT_UID <= owner < FIRST_SLOT_UID + 64 and is_alive(int(folder.name)):
            found.add(int(folder.name))
    return found


def runs_of(supervisor: int) -> set[Path]:
    """The cgroup folders of runs that a supervisor has made and that are still there."""
    return {folder for folder in cgroups_of(supervisor) if folder.name.startswith("s")}


def cgroups_of(supervisor: int) -> set[Path]:
    """The cgroup folders that a supervisor made and that are still there."""
    # os.walk, not a glob: folders may go while we look
    return {
        Path(folder) for folder, _, _ in os.walk("/sys/fs/cgroup") if f"/assay-cell.{supervisor}." in folder
    }
