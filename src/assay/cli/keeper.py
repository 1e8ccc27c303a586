"""Writes into one folder for a command that has become an ordinary user, as the folder's owner would.

    command ──(name, content's descriptor)──► keeper ──► FOLDER/name
       │ an ordinary user who may only read       started before, as whoever owns FOLDER

The command names files below the folder, and hands over contents that it could open itself; the keeper
never opens a path for reading, follows no link, and leaves the folder for nothing. A file is there as a whole
or not at all, and so is a new folder that is written `as_one`. It ends when the command does.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
import errno
import json
import os
from pathlib import Path
import shutil
import socket
import subprocess
import sys
from typing import Any

from assay.errors import UsageError

_REQUEST_BYTES_MAX = 1 << 16
_NAME_BYTES_MAX = 255
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_TEMPORARY = ".assay-new"  # and the process that writes it


class FolderKeeper:
    """The command's end."""

    def __init__(self, folder: Path, line: socket.socket) -> None:
        self._folder = folder
        self._line = line

    def put(self, name: str, content: bytes | int, *, replaces: bool, is_executable: bool = False) -> None:
        """Write a file, with `/` between folders, which are made: bytes, or all that a descriptor has.

        Raises `UsageError` when it cannot be written, or is there already and not to be replaced.
        """
        request: dict[str, str | bool] = {
            "do": "put",
            "name": name,
            "replaces": replaces,
            "is_executable": is_executable,
        }
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
        self._ask({"do": "move", "name": name, "to": to}, [])

    @contextmanager
    def as_one(self, name: str) -> Iterator[None]:
        """What is put within the block is the new folder `name` afterwards, if the block ends well; else
        there is nothing. "" stands for the keeper's own folder, which is empty.

        Raises `UsageError` when there is something already.
        """
        self._ask({"do": "begin", "name": name}, [])
        try:
            yield
        except BaseException:
            with suppress(UsageError):  # has ended, which comes to the same
                self._ask({"do": "drop", "name": name}, [])
            raise
        self._ask({"do": "finish", "name": name}, [])

    def _put(self, request: Mapping[str, str | bool], fd: int) -> None:
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
    child, ours = _started(folder)
    with ours:
        try:
            yield FolderKeeper(folder, ours)
        finally:
            ours.close()
            child.wait()


def _started(folder: Path) -> tuple["subprocess.Popen[bytes]", socket.socket]:
    """The keeper's process, and our end of the line to it. Raises OSError, and then nothing is left open."""
    with ExitStack() as ours_alone, ExitStack() as theirs_too:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        theirs_too.callback(os.close, fd)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs_too.enter_context(theirs)
        ours_alone.enter_context(ours)
        child = subprocess.Popen(
            [sys.executable, "-I", "-m", "assay.cli.keeper", str(fd), str(theirs.fileno())],
            pass_fds=(fd, theirs.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the command, which then ends this one
        )
        ours_alone.pop_all()
        return child, ours


def keep(folder_fd: int, line: socket.socket) -> None:
    """The keeper's end: do what is asked until nobody asks any more."""
    become_owner(folder_fd)
    desk = _Desk(folder_fd)
    try:
        _answer(desk, line)
    finally:
        desk.drop()


def _answer(desk: "_Desk", line: socket.socket) -> None:
    while True:
        try:
            request, fds, _, _ = socket.recv_fds(line, _REQUEST_BYTES_MAX, 1)
        except ConnectionResetError:  # it ended while we answered
            return
        if not request:
            return
        try:
            desk.do(json.loads(request), fds)
            error = None
        except OSError as failure:
            error = (failure.strerror or str(failure)).lower()
        except ValueError as failure:
            error = str(failure)
        finally:
            for fd in fds:
                os.close(fd)
        with suppress(BrokenPipeError):  # the next look at the line says that there is nobody
            line.send(json.dumps({"error": error}).encode())


class _Desk:
    """Where the keeper works: in its folder, or for a while in a new one inside, which nobody sees yet."""

    def __init__(self, folder_fd: int) -> None:
        self._folder = folder_fd
        self._new: int | None = None
        self._new_name = f"{_TEMPORARY}-{os.getpid()}.d"

    def do(self, wanted: Mapping[str, Any], fds: list[int]) -> None:
        """Raises ValueError and OSError."""
        match wanted["do"]:
            case "put":
                mode = 0o755 if wanted["is_executable"] else 0o644
                where = self._folder if self._new is None else self._new
                write_below(where, wanted["name"], fds[0], replaces=wanted["replaces"], mode=mode)
            case "move":
                move_below(self._folder, wanted["name"], wanted["to"])
            case "begin":
                self._begin(wanted["name"])
            case "finish":
                self._finish(wanted["name"])
            case "drop":
                self.drop()

    def drop(self) -> None:
        """Remove what was not finished."""
        if self._new is not None:
            os.close(self._new)
            self._new = None
            shutil.rmtree(self._new_name, ignore_errors=True, dir_fd=self._folder)

    def _begin(self, name: str) -> None:
        self._check_absent(name)
        os.mkdir(self._new_name, 0o755, dir_fd=self._folder)
        self._new = os.open(self._new_name, _FOLDER, dir_fd=self._folder)

    def _finish(self, name: str) -> None:
        self._check_absent(name)
        if self._new is None:
            raise ValueError("nothing was begun")
        if name:
            os.rename(self._new_name, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        else:
            for inner in _names_in(self._new):
                os.rename(inner, inner, src_dir_fd=self._new, dst_dir_fd=self._folder)
            os.rmdir(self._new_name, dir_fd=self._folder)
        os.close(self._new)
        self._new = None

    def _check_absent(self, name: str) -> None:
        with suppress(FileNotFoundError):
            if name:
                with _parent_of(self._folder, name, makes=False) as (parent_fd, last):
                    os.lstat(last, dir_fd=parent_fd)
            elif set(_names_in(self._folder)) <= {self._new_name}:
                return
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


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


def _names_in(folder_fd: int) -> list[str]:
    with os.scandir(folder_fd) as entries:
        return sorted(entry.name for entry in entries)


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
    temporary = f"{_TEMPORARY}-{os.getpid()}"
    target = os.open(temporary, _NEW, 0o644, dir_fd=folder_fd)
    try:
        with os.fdopen(target, "wb") as file:
            offset = 0
            while chunk := os.pread(content, 1 << 20, offset):
                file.write(chunk)
                offset += len(chunk)
            os.fchmod(file.fileno(), mode)
        if replaces:
            os.rename(temporary, name, src_dir_fd=folder_fd, dst_dir_fd=folder_fd)
        else:
            os.link(temporary, name, src_dir_fd=folder_fd, dst_dir_fd=folder_fd)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder_fd)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[2])) as their_line:
        keep(int(sys.argv[1]), their_line)
