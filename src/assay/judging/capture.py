"""Where a program's output goes: an anonymous memory file of ours.

Why memory and not an unlinked file on disk: an output is bounded (`Limits.output_bytes`, 8 MiB unless a
problem says otherwise), there is one per slot at a time, and it lives for milliseconds. A memory file needs
no folder, no quota and no write permission, leaves nothing behind after kill -9, and is never written to a
disk. The cost is at most `output_bytes` of memory for each slot: ours, not the program's, because the sandbox
copies the output from a pipe, so that its pages do not count against the program's limit.

For the few problems whose outputs may be larger than `MEMORY_BYTES_MAX` that cost would be too much: theirs
go to an unlinked file on the disk, which the kernel writes out when it has a better use for the memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
import fcntl
import os
import tempfile

MEMORY_BYTES_MAX = 64 << 20  # of an output that is kept in memory: eight times the usual limit
_CANNOT_BE_SEALED = (errno.EINVAL, errno.EPERM)  # no memory file; a file of tmpfs that is none


@contextmanager
def memory_file(name: str) -> Iterator[int]:
    """An empty memory file's descriptor, closed on leaving. `name` only shows in /proc.

    It can be sealed, and nobody can execute it: so the sandbox hands it on without a copy.
    """
    fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.fchmod(fd, 0o644)
        yield fd
    finally:
        os.close(fd)


@contextmanager
def output_file(name: str, *, bytes_max: int) -> Iterator[int]:
    """An empty file for at most `bytes_max` bytes: in memory, unless that is too much of it."""
    if bytes_max <= MEMORY_BYTES_MAX:
        with memory_file(name) as fd:
            yield fd
        return
    with tempfile.TemporaryFile(prefix=f"assay-{name}-") as file:
        os.fchmod(file.fileno(), 0o644)
        yield file.fileno()


def seal(fd: int) -> None:
    """From now on nobody can change a memory file, and it is read from its beginning.

    A file on the disk cannot be sealed; the sandbox copies what it hands on of those.
    """
    try:
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    except OSError as error:
        if error.errno not in _CANNOT_BE_SEALED:
            raise
    os.lseek(fd, 0, os.SEEK_SET)


@contextmanager
def closing_fd(fd: int) -> Iterator[int]:
    """Close a descriptor that somebody opened for us."""
    try:
        yield fd
    finally:
        os.close(fd)


@contextmanager
def null_device() -> Iterator[int]:
    """Reads nothing, forgets everything written."""
    with closing_fd(os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)) as fd:
        yield fd
