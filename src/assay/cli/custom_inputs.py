"""The inputs of `assay run`: files and pipes, opened before privileges are dropped."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
import os
from pathlib import Path
import stat
import sys

from assay.errors import UsageError
from assay.judging.run_once import OpenInput


@dataclass(frozen=True, kw_only=True)
class Input:
    """An open input. `name` is what was typed for it, "" for this command's own."""

    name: str
    fd: int

    @property
    def is_file(self) -> bool:
        """Whether it can be read more than once."""
        return not stat.S_ISFIFO(os.fstat(self.fd).st_mode)

    @property
    def from_where_it_stands(self) -> OpenInput:
        return partial(_lent, self.fd, rewound=False)

    @property
    def from_its_beginning(self) -> OpenInput:
        return partial(_lent, self.fd, rewound=True)


@contextmanager
def open_inputs(files: Sequence[Path]) -> Iterator[list[Input]]:
    """All of them; without any, this command's own input if that is a file or a pipe, else an empty one.

    A terminal, device or socket is never handed to a program that nobody trusts. Raises `UsageError`.
    """
    with ExitStack() as stack:
        if files:
            yield [Input(name=str(file), fd=stack.enter_context(_opened(file))) for file in files]
            return
        ours = sys.__stdin__  # None when it is closed
        if ours is not None and _is_plain_stream(ours.fileno()):
            yield [Input(name="", fd=ours.fileno())]
            return
        yield [Input(name="", fd=stack.enter_context(_opened(Path(os.devnull))))]


@contextmanager
def _lent(fd: int, *, rewound: bool) -> Iterator[int]:
    if rewound:
        os.lseek(fd, 0, os.SEEK_SET)
    yield fd


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    fd = _open_input(file)
    try:
        yield fd
    finally:
        os.close(fd)


def _open_input(file: Path) -> int:
    """Waits for a named pipe's other end. Raises `UsageError` for what is unreadable or no plain stream."""
    try:
        fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise UsageError(f"--stdin {file}: {(error.strerror or str(error)).lower()}") from error
    if not _is_plain_stream(fd) and not os.path.samestat(os.fstat(fd), Path(os.devnull).stat()):
        os.close(fd)
        raise UsageError(f"--stdin {file}: neither a file nor a pipe")
    return fd


def _is_plain_stream(fd: int) -> bool:
    mode = os.fstat(fd).st_mode
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)
