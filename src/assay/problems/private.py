"""Private folders for a while: what an archive holds, what is made of a package.

    TMP/assay-<what>-xxxxxxxx/     0700, its maker's, who holds it with flock(2)

They are gone when they are not needed any more, and those of a process that was killed when the next one of
the same user makes its own: a folder that nobody holds has no owner that lives.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import fcntl
import os
from pathlib import Path
import re
import shutil
import tempfile

_PREFIX = "assay-"
_NAME = re.compile(rf"{_PREFIX}(?:answers|export|made|package|upgrade|upload)-[a-z0-9_]{{8}}")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def private_folder(what: str) -> Iterator[Path]:
    """A new empty folder that nobody else can enter. `what` is one of the words in `_NAME`.

    Raises OSError when the disk is full. What cannot be removed afterwards is left.
    """
    remove_abandoned()
    folder, fd = _make(what)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(fd)


def remove_abandoned() -> None:
    """Remove what killed processes of this user have left. Others' folders, links and whatever else has such
    a name are left alone."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name):
                with suppress(OSError):  # gone, no folder, or not ours to look into
                    _remove_unless_held(entry.path)


def _make(what: str) -> tuple[Path, int]:
    if not _NAME.fullmatch(f"{_PREFIX}{what}-{8 * 'x'}"):
        raise ValueError(f"{what!r} would not be found when it is abandoned")
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{what}-"))
        fd = os.open(folder, _FOLDER)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            if _is_still(folder, fd):
                return folder, fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)  # somebody found it before we held it, and took it for abandoned


def _remove_unless_held(folder: str) -> None:
    fd = os.open(folder, _FOLDER)
    try:
        if os.fstat(fd).st_uid != os.geteuid():
            return
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(folder, fd):
            shutil.rmtree(folder)
    finally:
        os.close(fd)


def _is_still(folder: Path | str, fd: int) -> bool:
    """Whether a name is still that of an open folder."""
    try:
        return os.path.samestat(os.lstat(folder), os.fstat(fd))
    except FileNotFoundError:
        return False
