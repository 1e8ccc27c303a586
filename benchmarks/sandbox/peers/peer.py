"""What a peer is, and what most of them do: start a command and wait for its end."""

from collections.abc import Mapping, Sequence
import os
from pathlib import Path
import shutil
import time
from typing import Protocol

from benchmarks.sandbox.programs import ENVIRONMENT, Program


class PeerFailed(Exception):
    """The peer cannot be had, or did not run the program as it should; the text is for the report."""


class Peer(Protocol):
    """One way to run a program."""

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> int:
        """Takes part in each so-manieth round."""
        ...

    def measure(self, program: Program) -> float:
        """Run it once, its output into a memory file. Milliseconds from asking to knowing how it ended."""
        ...


class Sink:
    """Memory files for the two outputs of a program, emptied after each run."""

    def __init__(self) -> None:
        self.stdout = os.memfd_create("stdout", os.MFD_CLOEXEC)
        self.stderr = os.memfd_create("stderr", os.MFD_CLOEXEC)
        self.null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)

    def take(self) -> tuple[bytes, bytes]:
        return _empty(self.stdout), _empty(self.stderr)

    def close(self) -> None:
        for fd in (self.stdout, self.stderr, self.null):
            os.close(fd)


def _empty(fd: int) -> bytes:
    data = os.pread(fd, os.fstat(fd).st_size, 0)
    os.ftruncate(fd, 0)
    os.lseek(fd, 0, os.SEEK_SET)
    return data


def measure_command(
    argv: tuple[str, ...] | list[str], sink: Sink, wanted: bytes, env: Mapping[str, str] = ENVIRONMENT
) -> float:
    """posix_spawn and waitpid. Milliseconds. PeerFailed when it does not print `wanted` and exit with 0."""
    actions = [
        (os.POSIX_SPAWN_DUP2, sink.null, 0),
        (os.POSIX_SPAWN_DUP2, sink.stdout, 1),
        (os.POSIX_SPAWN_DUP2, sink.stderr, 2),
    ]
    begin = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
    _, status = os.waitpid(pid, 0)
    took = 1e3 * (time.perf_counter() - begin)
    out, err = sink.take()
    if status != 0 or out != wanted:
        raise PeerFailed(f"{argv[0]}: wait status {status}, printed {out[:100]!r}, said {err[-300:]!r}")
    return took


def find_program(name: str, *folders: str) -> str:
    """The absolute path of a peer's program; Debian's own before any other. PeerFailed if there is none."""
    path = shutil.which(name, path=":".join(folders or ("/usr/bin", "/usr/sbin", "/usr/local/bin")))
    if path is None:
        raise PeerFailed(f"{name} is not installed; make bench-sandbox installs deploy/apt/bench.txt")
    return path


def skeleton(root: Path, programs: Sequence[Program]) -> None:
    """A root file system for containers: Debian's links, empty places to mount on, the programs in /box."""
    for name in ("usr", "proc", "dev", "sys", "tmp", "etc", "box", "run"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    for program in programs:
        shutil.copy(program.file, root / "box")
    for folder in (root, root / "box"):
        folder.chmod(0o755)
