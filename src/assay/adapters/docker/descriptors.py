"""The caller's file descriptors: what may be given, reading them and writing to them.

They stay the caller's: their flags are never changed, since a flag belongs to everyone who shares the opened
file. So a pipe is waited for before each piece, and never written to by more than it surely takes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
import fcntl
import os
import select
import stat

from assay.sandbox import BadDescriptor

_PIECE_BYTES = 65_536


def check_input(fd: int) -> None:
    """A regular file, the reading end of a pipe, or /dev/null, open for reading; else BadDescriptor."""
    status, flags = _look(fd)
    if flags & os.O_PATH or flags & os.O_ACCMODE == os.O_WRONLY:
        raise BadDescriptor("stdin is not open for reading")
    if stat.S_ISFIFO(status.st_mode) and flags & os.O_ACCMODE != os.O_RDONLY:
        raise BadDescriptor("stdin: a pipe must be its reading end")
    if not _is_stream(status):
        raise BadDescriptor("stdin is neither a regular file, nor a pipe, nor /dev/null")


def check_output(fd: int, label: str) -> None:
    """A regular file, the writing end of a pipe, or /dev/null, open for writing; else BadDescriptor."""
    status, flags = _look(fd)
    if flags & os.O_PATH or flags & os.O_ACCMODE == os.O_RDONLY:
        raise BadDescriptor(f"{label} is not open for writing")
    if not _is_stream(status):
        raise BadDescriptor(f"{label} is neither a regular file, nor a pipe, nor /dev/null")


def check_file(fd: int, label: str) -> int:
    """A regular file that is open for reading; its size. Else BadDescriptor."""
    status, flags = _look(fd)
    if flags & os.O_PATH or flags & os.O_ACCMODE == os.O_WRONLY or not stat.S_ISREG(status.st_mode):
        raise BadDescriptor(f"{label} is not a regular file open for reading")
    return status.st_size


def is_regular(fd: int) -> bool:
    return stat.S_ISREG(os.fstat(fd).st_mode)


async def pieces(fd: int) -> AsyncIterator[bytes]:
    """The contents: of a file from its offset, which stays; of a pipe until its writers are gone."""
    if is_regular(fd):
        at = os.lseek(fd, 0, os.SEEK_CUR)
        while piece := os.pread(fd, _PIECE_BYTES, at):
            at += len(piece)
            yield piece
        return
    while True:
        await ready(fd, select.POLLIN)
        piece = os.read(fd, _PIECE_BYTES)
        if not piece:
            return
        yield piece


async def pieces_from_start(fd: int, size: int) -> AsyncIterator[bytes]:
    """The first `size` bytes of a file, whatever its offset; zeros for what was cut off it meanwhile."""
    at = 0
    while at < size:
        piece = os.pread(fd, min(_PIECE_BYTES, size - at), at) or bytes(min(_PIECE_BYTES, size - at))
        at += len(piece)
        yield piece


def write_piece(fd: int, data: memoryview) -> int:
    """Write what surely fits into a descriptor that is `ready`. Raises OSError, such as BrokenPipeError."""
    # a pipe that can be written to has room for a page at least
    return os.write(fd, data if is_regular(fd) else data[: select.PIPE_BUF])


def _look(fd: int) -> tuple[os.stat_result, int]:
    try:
        return os.fstat(fd), fcntl.fcntl(fd, fcntl.F_GETFL)
    except OSError as error:
        raise BadDescriptor("a file descriptor that is not open") from error


def _is_stream(status: os.stat_result) -> bool:
    is_null = stat.S_ISCHR(status.st_mode) and status.st_rdev == os.makedev(1, 3)
    return is_null or stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode)


def is_ready(fd: int, event: int) -> bool:
    """Whether reading (POLLIN) or writing (POLLOUT) would not block now. An error or a hang-up is ready, too:
    the call tells it."""
    poll = select.poll()
    poll.register(fd, event)
    return bool(poll.poll(0))


async def ready(fd: int, event: int) -> None:
    """Wait until it is."""
    if is_ready(fd, event):
        return
    loop = asyncio.get_running_loop()
    told: asyncio.Future[None] = loop.create_future()
    watched = os.dup(fd)  # the caller may be watching the same number
    add: Callable[..., None] = loop.add_reader if event == select.POLLIN else loop.add_writer
    remove = loop.remove_reader if event == select.POLLIN else loop.remove_writer
    add(watched, _settle, told)
    try:
        await told
    finally:
        with suppress(OSError):
            remove(watched)
        os.close(watched)


def _settle(told: asyncio.Future[None]) -> None:
    if not told.done():
        told.set_result(None)
