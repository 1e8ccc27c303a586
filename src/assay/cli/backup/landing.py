"""A new file for a command that becomes an ordinary user: written by it, named by the folder's owner.

    command ◄──(descriptor of a file that has no right name yet)── lander ──► FOLDER/.assay-new-PID
       │  writes                                                     │  started before, as whoever owns FOLDER
       └──"finish"──────────────────────────────────────────────────►└─ FOLDER/NAME, once it is on the disk

If the command ends without that, in whatever way, nothing is left. Nobody else may read the file.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import socket
import subprocess
import sys

from assay.cli.keeper import become_owner
from assay.errors import UsageError

_ANSWER_BYTES_MAX = 1 << 12
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Landing:
    """The command's end. `fd` is the file, empty at first."""

    def __init__(self, path: Path, line: socket.socket) -> None:
        self.path = path
        self._line = line
        self.fd = self._take()

    def finish(self) -> None:
        """Give the file its name. Raises `UsageError` when there is something by that name already."""
        os.fsync(self.fd)
        self._line.send(b"finish")
        self._check(self._line.recv(_ANSWER_BYTES_MAX))

    def _take(self) -> int:
        answer, fds, _, _ = socket.recv_fds(self._line, _ANSWER_BYTES_MAX, 1)
        self._check(answer)
        return fds[0]

    def _check(self, answer: bytes) -> None:
        if answer != b"done":
            raise UsageError(f"{self.path}: {answer.decode() or 'whoever writes there has ended'}")


@contextmanager
def landing(path: Path) -> Iterator[Landing]:
    """To be called before privileges are dropped. Raises `UsageError` where no such file can be made."""
    if os.path.lexists(path):
        raise UsageError(f"{path}: is there already")
    try:
        folder_fd = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        try:
            child = subprocess.Popen(
                [
                    sys.executable, "-I", "-m", "assay.cli.backup.landing",
                    str(folder_fd), str(theirs.fileno()), path.name,
                ],
                pass_fds=(folder_fd, theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the command, which then ends this one
            )  # fmt: skip
        finally:
            theirs.close()
            os.close(folder_fd)
        landed: Landing | None = None
        try:
            landed = Landing(path, ours)
            yield landed
        finally:
            ours.close()
            child.wait()
            if landed is not None:
                os.close(landed.fd)


def land(folder_fd: int, line: socket.socket, name: str) -> None:
    """The lander's end: make the file, and wait for what becomes of it."""
    become_owner(folder_fd)
    temporary = f".assay-new-{os.getpid()}"
    try:
        fd = os.open(temporary, _NEW, 0o600, dir_fd=folder_fd)
    except OSError as error:
        line.send(_words(error))
        return
    try:
        socket.send_fds(line, [b"done"], [fd])
        if line.recv(_ANSWER_BYTES_MAX) == b"finish":
            line.send(_name(folder_fd, temporary, name))
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder_fd)


def _name(folder_fd: int, temporary: str, name: str) -> bytes:
    try:
        os.link(temporary, name, src_dir_fd=folder_fd, dst_dir_fd=folder_fd)
        os.unlink(temporary, dir_fd=folder_fd)
        os.fsync(folder_fd)
    except OSError as error:
        return _words(error)
    return b"done"


def _words(error: OSError) -> bytes:
    return (error.strerror or str(error)).lower().encode()


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[2])) as their_line, suppress(ConnectionError):
        land(int(sys.argv[1]), their_line, sys.argv[3])
