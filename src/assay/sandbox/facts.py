"""What is asked of a run, and what is found out about it. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

ARGUMENTS_MAX = 1024  # as in cell/src/protocol.h
ENVIRONMENT_MAX = 256
FILES_MAX = 4
CORE_SHIFT_MAX = 4096


class Status(StrEnum):
    """How a run ended. When several apply, the first in the order given in cell/protocol.md is reported."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    CPU_TIME = "cpu_time"
    WALL_TIME = "wall_time"
    MEMORY = "memory"
    OUTPUT = "output"
    FORBIDDEN = "forbidden"
    INTERNAL = "internal"


class Policy(StrEnum):
    """What a family of programs may do beyond computing: which system calls, and what it may execute.

    Each allows what the one before it does, and more. The program itself (argv[0]) may lie in /box.
    /tmp and /box never allow set-user-id programs, devices or following symbolic links.
    """

    NATIVE = "native"  # a compiled program: threads, no new processes; executes itself and its loader
    MANAGED = "managed"  # an interpreter or virtual machine: also pairs of sockets
    SHELL = "shell"  # also starts programs of the view, but none that lies in /tmp or /box
    TOOLCHAIN = "toolchain"  # a compiler: also executes what it has built in /tmp and /box


@dataclass(frozen=True, kw_only=True)
class RunLimits:
    """Limits of one run, over all of its processes together. No defaults: a forgotten limit is a hole."""

    cpu_time_ms: int
    wall_time_ms: int
    memory_bytes: int  # anonymous memory, scratch and kernel memory; there is no swap
    processes: int  # processes and threads
    open_files: int  # of each process
    scratch_bytes: int  # of /tmp
    scratch_inodes: int
    stdout_bytes: int  # delivered; one byte more ends the run
    stderr_bytes: int
    cores: int  # that the run's threads share; as many as the machine has if that is fewer

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            lowest = 0 if field.name in ("stdout_bytes", "stderr_bytes") else 1
            if value < lowest:
                raise ValueError(f"{field.name} must be at least {lowest}, not {value}")


@dataclass(frozen=True, kw_only=True)
class Command:
    """One program to run in a slot."""

    argv: tuple[str, ...]  # argv[0] is the program's absolute path inside the view
    env: Mapping[str, str]  # the whole environment; nothing is inherited
    view: str  # the read-only root to run in, by its name
    limits: RunLimits
    policy: Policy
    box_writable: (
        bool  # True while compiling (working folder /box); else /box is read-only and one works in /tmp
    )
    in_box: bool = False  # work in /box even where it cannot be written
    repeat: bool = False  # exactly the same will be asked for again: the cell makes that run ahead
    warm: bool = False  # start the program ahead, up to where it opens its first file in /box; then fork it
    core_shift: int = 0  # how many cores after the slot's own the run's begin: to repeat a run on another one

    def __post_init__(self) -> None:
        if not 1 <= len(self.argv) <= ARGUMENTS_MAX:
            raise ValueError(f"argv has {len(self.argv)} arguments, not 1 to {ARGUMENTS_MAX}")
        if not self.argv[0].startswith("/"):
            raise ValueError(f"the program must be an absolute path, not {self.argv[0]!r}")
        if len(self.env) > ENVIRONMENT_MAX:
            raise ValueError(f"env has more than {ENVIRONMENT_MAX} entries")
        for name in self.env:
            if not name or "=" in name:
                raise ValueError(f"not a name for an environment variable: {name!r}")
        if not 0 <= self.core_shift <= CORE_SHIFT_MAX:
            raise ValueError(f"core_shift must be from 0 to {CORE_SHIFT_MAX}, not {self.core_shift}")
        if any("\0" in text for text in (*self.argv, *self.env, *self.env.values(), self.view)):
            raise ValueError("a NUL byte in argv, env or view")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What happened. Figures are of the whole run: all processes that ever were in it, living or dead."""

    status: Status
    exit_code: int | None  # only with EXITED
    signal: int | None  # only with SIGNALLED
    cpu_time_us: int
    wall_time_us: int
    memory_bytes: int  # the peak
    stdout_bytes: int  # delivered to the caller's fds
    stderr_bytes: int
    stdout_truncated: bool
    stderr_truncated: bool
    oom_kills: int
    ended_at_us: (
        int  # time.monotonic(), when the end of the main process was noted: before any pipe tells of it
    )
    detail: str  # with INTERNAL and FORBIDDEN: what happened, in words; else ""


@dataclass(frozen=True, kw_only=True)
class CellInfo:
    """What a running cell says of itself; for the doctor, and for stamping verdicts."""

    version: str
    kernel: str
    architecture: str
    cgroup_version: int
    memory_peak: str  # "exact", or "sampled" where the kernel keeps no peak (cgroup v2 before 5.19)
    isolation: tuple[str, ...]
    views: tuple[str, ...]
    slots: int
    box_bytes: int
