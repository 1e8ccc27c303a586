"""A small disk of the tests' own, in memory. Making one needs root."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
import subprocess

FILLER = "filler"
_CHUNK_BYTES = 1 << 20
_REST_BYTES = 4096


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Mounted at `folder`, which is made, as long as it is needed."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=755"
    subprocess.run(["/usr/bin/mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["/usr/bin/umount", "--lazy", folder], check=True)


def fill(folder: Path) -> None:
    """Until there is no room for a page."""
    for chunk_bytes in (_CHUNK_BYTES, _REST_BYTES):
        with (folder / FILLER).open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"x" * chunk_bytes)


def make_room(folder: Path) -> None:
    """Take back what `fill` took."""
    (folder / FILLER).unlink(missing_ok=True)
