"""Runs asked for without an event loop, with streams of every kind; for what is made or started ahead."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
import os
from pathlib import Path

from assay.sandbox import BlockingSlot, CellProcess, Command, Facts, Policy, RunLimits, Status
from tests.security.harness import ROOMY, processes_of_slots

PYTHON = ("/usr/bin/python3", "-E", "-s", "-B", "/box/main.py")
LIMITS = replace(ROOMY, cores=1)


class Kind(Enum):
    """What stdin is."""

    FILE = "file"
    FILE_FROM_THE_MIDDLE = "file from the middle"
    PIPE = "pipe"
    NOTHING = "/dev/null"


@dataclass(frozen=True, kw_only=True)
class Ran:
    facts: Facts
    stdout: bytes
    stderr: bytes

    @property
    def outcome(self) -> tuple[Status, int | None, int | None, bytes, bytes]:
        """All that a verdict is made of."""
        return (self.facts.status, self.facts.exit_code, self.facts.signal, self.stdout, self.stderr)


@contextmanager
def stream(kind: Kind, data: bytes) -> Iterator[int]:
    if kind is Kind.PIPE:
        fd, end = os.pipe()
        os.write(end, data)  # less than a pipe holds
        os.close(end)
    elif kind is Kind.NOTHING:
        fd = os.open(os.devnull, os.O_RDONLY)
    else:
        fd = os.memfd_create("stdin")
        os.pwrite(fd, data, 0)
        os.lseek(fd, 11 if kind is Kind.FILE_FROM_THE_MIDDLE else 0, os.SEEK_SET)
    try:
        yield fd
    finally:
        os.close(fd)


def run(
    slot: BlockingSlot,
    argv: tuple[str, ...] = PYTHON,
    *,
    warm: bool = True,
    stdin: bytes = b"",
    kind: Kind = Kind.FILE,
    limits: RunLimits = LIMITS,
    policy: Policy = Policy.MANAGED,
    repeat: bool = False,
    box_writable: bool = False,
) -> Ran:
    """One run with memory files for what it writes. Warm unless said otherwise, and Python's /box/main.py."""
    command = Command(
        argv=argv,
        env={"LC_ALL": "C.UTF-8", "HOME": "/tmp", "PATH": "/usr/bin"},
        view="toolchain",
        limits=limits,
        policy=policy,
        box_writable=box_writable,
        warm=warm,
        repeat=repeat,
    )
    out, err = (os.memfd_create(name) for name in ("stdout", "stderr"))
    try:
        with stream(kind, stdin) as fd:
            facts = slot.run(command, stdin=fd, stdout=out, stderr=err)
        return Ran(facts=facts, stdout=os.pread(out, 1 << 20, 0), stderr=os.pread(err, 1 << 20, 0))
    finally:
        os.close(out)
        os.close(err)


def until_ready(slot: BlockingSlot) -> None:
    """The facts of a run come before the next one is made, the answer to another request after it."""
    with Path(os.devnull).open("wb") as null:
        slot.get("main.py", null.fileno(), bytes_max=1 << 20)


def made_by(supervisor: CellProcess) -> set[int]:
    """Pids of the living processes of its runs; other cells' slots may have the same users."""
    return {pid for pid in processes_of_slots() if supervisor.pid in _ancestors(pid)}


def keeper_of_runs(supervisor: CellProcess) -> int:
    """The pid of the keeper of the one slot that has processes."""
    keepers = set()
    for pid in made_by(supervisor):
        chain = [pid, *_ancestors(pid)]
        keepers.add(chain[chain.index(supervisor.pid) - 1])
    (keeper,) = keepers
    return keeper


def _ancestors(pid: int) -> list[int]:
    """From the parent on, up to the host's init."""
    chain: list[int] = []
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            break
        chain.append(pid)
    return chain
