"""Opening what is below a folder, never anything else. A stranger wrote it.

The specification allows symbolic links whose targets lie within the package. They are followed by hand: every
name is opened relative to its folder's descriptor with O_NOFOLLOW, and where that finds a link, the names of
its target take its place. So a link can lead nowhere that plain names could not, and neither can one that is
put there in the meantime: `..` above the package and absolute targets are refused, and the number of links on
one way is bounded.
"""

from dataclasses import dataclass
import errno
import os
import stat

LINKS_MAX = 8  # on the way to one file; a kernel gives up at 40
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # non-blocking: opening a FIFO must not wait


class LeadsOutside(OSError):
    """A link on the way leads out of the package."""


class TooManyLinks(OSError):
    """One link leads to another, and so on, perhaps in a circle."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An open descriptor, the caller's to close, and the real path below the root ("" for itself)."""

    fd: int
    path: str

    @property
    def status(self) -> os.stat_result:
        return os.fstat(self.fd)


def open_file_below(root_fd: int, path: str) -> int:
    """A read-only descriptor of a regular file. Raises OSError for anything else, `..` in `path` included."""
    found = find_below(root_fd, path)
    if not stat.S_ISREG(found.status.st_mode):
        os.close(found.fd)
        raise OSError(f"not a regular file: {path!r}")
    return found.fd


def find_below(root_fd: int, path: str) -> Found:
    """Open a file or folder below a folder, name by name. Raises OSError, also for a FIFO or a device."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise OSError(f"not a path below the package: {path!r}")
    walk = _Walk(root_fd)
    try:
        return walk.to(path)
    finally:
        walk.close()


class _Walk:
    """Where one is: the open folders from the root down, with their names."""

    def __init__(self, root_fd: int) -> None:
        self._folders = [os.dup(root_fd)]
        self._names: list[str] = []
        self._links = 0

    def close(self) -> None:
        for fd in self._folders:
            os.close(fd)

    def to(self, path: str) -> Found:
        pending = path.split("/")[::-1]
        while pending:
            part = pending.pop()
            if part in ("", "."):
                continue
            if part == "..":
                self._up()
                continue
            try:
                fd = os.open(part, _READ_FLAGS, dir_fd=self._folders[-1])
            except OSError as error:
                if error.errno != errno.ELOOP:
                    raise
                pending.extend(self._target(part))
                continue
            if stat.S_ISDIR(os.fstat(fd).st_mode):
                self._folders.append(fd)
                self._names.append(part)
            elif pending:
                os.close(fd)
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), part)
            else:
                return Found(fd=fd, path="/".join((*self._names, part)))
        return Found(fd=os.dup(self._folders[-1]), path="/".join(self._names))

    def _up(self) -> None:
        if len(self._folders) == 1:
            raise LeadsOutside("leads out of the package")
        os.close(self._folders.pop())
        self._names.pop()

    def _target(self, link: str) -> list[str]:
        """The names that take the link's place, the first one last."""
        self._links += 1
        if self._links > LINKS_MAX:
            raise TooManyLinks(f"more than {LINKS_MAX} links")
        target = os.readlink(link, dir_fd=self._folders[-1])
        if target.startswith("/"):
            raise LeadsOutside("leads out of the package")
        return target.split("/")[::-1]
