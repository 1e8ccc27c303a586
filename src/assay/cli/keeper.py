"""Writes into one folder for a command that has become an ordinary user, as the folder's owner would.

    command ──(name, content's descriptor)──► keeper ──► FOLDER/name
       │ an ordinary user who may only read       started before, as whoever owns FOLDER

The command names files below the folder, and hands over contents that it could open itself; the keeper
never opens a path for reading, follows no link, and leaves the folder for nothing. A file is there as a whole
or not at all. It ends when the command does.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
import json
import os
from pathlib import Path
import socket
import subprocess
import sys
from typing import Any

from assay.errors import UsageError

_REQUEST_BYTES_MAX = 1 << 16
_NAME_BYTES_MAX = 255
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_TEMPORARY = ".assay-new"


class FolderKeeper:
    """The command's end."""

    def __init__(self, folder: Path, line: socket.socket) -> None:
        self._folder = folder
        self._line = line

    def put(self, name: str, content: bytes | int, *, replaces: bool, is_executable: bool = False) -> None:
        """Write a file, with `/` between folders, which are made: bytes, or all that a descriptor has.

        Raises `UsageError` when it cannot be written, or is there already and not to be replaced.
        """
        request: dict[str, str | bool] = {"name": name, "replaces": replaces, "is_executable": is_executable}
        if isinstance(content, int):
            self._put(request, content)
            return
        fd = os.memfd_create("content", os.MFD_CLOEXEC)
        try:
            with os.fdopen(os.dup(fd), "wb") as file:
                file.write(content)
            self._put(request, fd)
        finally:
            os.close(fd)

    def move(self, name: str, to: str) -> None:
        """Give a file another name below the folder, and remove the folders that are empty then.

        Raises `UsageError` when it cannot be moved, or there is something already.
        """
        self._ask({"name": name, "to": to}, [])

    def _put(self, request: dict[str, str | bool], fd: int) -> None:
        self._ask(request, [fd])

    def _ask(self, request: Mapping[str, str | bool], fds: list[int]) -> None:
        try:
            socket.send_fds(self._line, [json.dumps(request).encode()], fds)
            answer = self._line.recv(_REQUEST_BYTES_MAX)
        except OSError:
            answer = b""
        error = json.loads(answer)["error"] if answer else "whoever writes there has ended"
        if error is not None:
            raise UsageError(f"{self._folder / str(request['name'])}: {error}")


@contextmanager
def keeper_of(folder: Path) -> Iterator[FolderKeeper]:
    """Someone who writes into a folder, which must be there. To be called before privileges are dropped."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with ours:
        try:
            child = subprocess.Popen(
                [sys.executable, "-I", "-m", "assay.cli.keeper", str(fd), str(theirs.fileno())],
                pass_fds=(fd, theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the command, which then ends this one
            )
        finally:
            theirs.close()
            os.close(fd)
        try:
            yield FolderKeeper(folder, ours)
        finally:
            ours.close()
            child.wait()


def keep(folder_fd: int, line: socket.socket) -> None:
    """The keeper's end: do what is asked until nobody asks any more."""
    become_owner(folder_fd)
    while True:
        request, fds, _, _ = socket.recv_fds(line, _REQUEST_BYTES_MAX, 1)
        if not request:
            return
        try:
            _do(folder_fd, json.loads(request), fds)
            error = None
        except OSError as failure:
            error = (failure.strerror or str(failure)).lower()
        except ValueError as failure:
            error = str(failure)
        finally:
            for fd in fds:
                os.close(fd)
        line.send(json.dumps({"error": error}).encode())


def _do(folder_fd: int, wanted: Mapping[str, Any], fds: list[int]) -> None:
    if "to" in wanted:
        move_below(folder_fd, wanted["name"], wanted["to"])
    else:
        mode = 0o755 if wanted["is_executable"] else 0o644
        write_below(folder_fd, wanted["name"], fds[0], replaces=wanted["replaces"], mode=mode)


def become_owner(folder_fd: int) -> None:
    """Become the user whose folder it is, for good. Nothing to do unless root."""
    if os.geteuid() != 0:
        return
    status = os.fstat(folder_fd)
    os.setgroups([])
    os.setresgid(status.st_gid, status.st_gid, status.st_gid)
    os.setresuid(status.st_uid, status.st_uid, status.st_uid)


def write_below(folder_fd: int, name: str, content: int, *, replaces: bool, mode: int = 0o644) -> None:
    """Write a file below a folder. Raises ValueError for a name that leads elsewhere, and OSError."""
    with _parent_of(folder_fd, name, makes=True) as (parent_fd, last):
        _write(parent_fd, last, content, replaces=replaces, mode=mode)


def move_below(folder_fd: int, name: str, to: str) -> None:
    """Give a file another name, which nothing has yet. Raises ValueError and OSError as `write_below`."""
    with _parent_of(folder_fd, name, makes=False) as (parent_fd, last):
        with _parent_of(folder_fd, to, makes=True) as (new_parent_fd, new_last):
            os.link(last, new_last, src_dir_fd=parent_fd, dst_dir_fd=new_parent_fd, follow_symlinks=False)
        os.unlink(last, dir_fd=parent_fd)
    parts = name.split("/")[:-1]
    while parts:
        with _parent_of(folder_fd, "/".join(parts), makes=False) as (parent_fd, last):
            try:
                os.rmdir(last, dir_fd=parent_fd)
            except OSError:  # there is more in it
                return
        parts.pop()


@contextmanager
def _parent_of(folder_fd: int, name: str, *, makes: bool) -> Iterator[tuple[int, str]]:
    """The folder that a file is directly in, and the file's own name."""
    *folders, last = name.split("/")
    for part in (*folders, last):
        if part in ("", ".", "..") or "\0" in part or len(os.fsencode(part)) > _NAME_BYTES_MAX:
            raise ValueError(f"{part!r} is no name of a file")
    fds = [os.dup(folder_fd)]
    try:
        for part in folders:
            if makes:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=fds[-1])
            fds.append(os.open(part, _FOLDER, dir_fd=fds[-1]))
        yield fds[-1], last
    finally:
        for fd in fds:
            os.close(fd)


def _write(folder_fd: int, name: str, content: int, *, replaces: bool, mode: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(_TEMPORARY, dir_fd=folder_fd)
    target = os.open(_TEMPORARY, _NEW, 0o644, dir_fd=folder_fd)
    try:
        with os.fdopen(target, "wb") as file:
            offset = 0
            while chunk := os.pread(content, 1 << 20, offset):
                file.write(chunk)
                offset += len(chunk)
            os.fchmod(file.fileno(), mode)
        if replaces:
            os.rename(_TEMPORARY, name, src_dir_fd=folder_fd, dst_dir_fd=folder_fd)
        else:
            os.link(_TEMPORARY, name, src_dir_fd=folder_fd, dst_dir_fd=folder_fd)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(_TEMPORARY, dir_fd=folder_fd)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[2])) as their_line:
        keep(int(sys.argv[1]), their_line)
