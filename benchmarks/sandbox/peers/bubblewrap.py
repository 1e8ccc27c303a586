"""bubblewrap: all namespaces, /usr read-only, a fresh /proc, /dev and /tmp. No limits, no seccomp filter."""

from pathlib import Path

from benchmarks.sandbox.peers.peer import Sink, find_program, measure_command
from benchmarks.sandbox.programs import ENVIRONMENT, Program


class Bubblewrap:
    name = "bubblewrap"
    every = 1

    def __init__(self) -> None:
        self._sink = Sink()
        self._before = [
            find_program("bwrap"),
            *("--unshare-all", "--die-with-parent", "--new-session", "--clearenv"),
            *(word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)),
            *("--ro-bind", "/usr", "/usr"),
            *(
                word
                for name in ("bin", "sbin", "lib", "lib64")
                if Path("/", name).is_symlink()
                for word in ("--symlink", f"usr/{name}", f"/{name}")
            ),
            *("--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache"),
            *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp"),  # noqa: S108
        ]

    def measure(self, program: Program) -> float:
        inside = program.box_argv
        argv = [*self._before, "--ro-bind", str(program.file), inside[-1], "--", *inside]
        return measure_command(argv, self._sink, program.stdout)
