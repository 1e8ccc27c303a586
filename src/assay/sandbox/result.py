"""Streams in memory for a run, and what comes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import fcntl
import os
from pathlib import Path
import stat
from types import TracebackType

from assay.sandbox.errors import CannotExecute, RunFailed
from assay.sandbox.facts import Command, Facts, Status

Source = bytes | str | Path  # a file's contents (str as UTF-8), or where a file of ours is
_SEALED = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
_CANNOT_EXECUTE = "cannot execute "  # how `detail` begins then: cell/protocol.md


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run wrote, as far as its limits let it, and the facts about it."""

    stdout: bytes
    stderr: bytes
    facts: Facts

    @property
    def ok(self) -> bool:
        """Did it end by itself with exit code 0?"""
        return self.facts.status is Status.EXITED and self.facts.exit_code == 0


class MemoryStreams:
    """stdin, stdout and stderr of one run as memory files; closed by `with`."""

    def __init__(self, stdin: bytes | str) -> None:
        self.stdin = _sealed(as_bytes(stdin))
        self.stdout = os.memfd_create("stdout", os.MFD_CLOEXEC)
        self.stderr = os.memfd_create("stderr", os.MFD_CLOEXEC)

    def __enter__(self) -> "MemoryStreams":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for fd in (self.stdin, self.stdout, self.stderr):
            os.close(fd)

    def result(self, command: Command, facts: Facts) -> Result:
        """What was written. Raises CannotExecute or RunFailed when the facts say nothing of the program."""
        if facts.status is Status.INTERNAL:
            if facts.detail.startswith(_CANNOT_EXECUTE):
                raise CannotExecute(
                    f"{facts.detail}; remedy: name a program that the view {command.view!r} shows, "
                    "or one that was put into /box as executable",
                    facts,
                )
            raise RunFailed(facts.detail or "the run failed", facts)
        return Result(stdout=_read_all(self.stdout), stderr=_read_all(self.stderr), facts=facts)


def as_bytes(text: bytes | str) -> bytes:
    """Text as UTF-8."""
    return text.encode() if isinstance(text, str) else text


@contextmanager
def opened(source: Source) -> Iterator[tuple[int, bool]]:
    """An fd with a file's contents, and whether it is executable: a path's own mode; contents are not.

    Raises OSError if the path cannot be opened.
    """
    if isinstance(source, Path):
        fd = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    else:
        fd = _sealed(as_bytes(source))
    try:
        yield fd, isinstance(source, Path) and bool(os.fstat(fd).st_mode & stat.S_IXUSR)
    finally:
        os.close(fd)


def _sealed(data: bytes) -> int:
    """A memory file that nobody can change any more, so that the cell need not copy it."""
    fd = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        write_all(fd, data)
        os.fchmod(fd, 0o444)
        os.lseek(fd, 0, os.SEEK_SET)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALED)
    except BaseException:
        os.close(fd)
        raise
    return fd


def write_all(fd: int, data: bytes) -> None:
    """Write all of it, in as many pieces as it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _read_all(fd: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    with open(fd, "rb", closefd=False) as file:
        return file.read()
