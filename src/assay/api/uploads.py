"""Files on arrival: into a folder of their own, never more of them in memory than one piece."""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request

from assay.api.body import body_chunks
from assay.api.limits import UPLOAD_SECONDS_MAX
from assay.errors import Unavailable


@contextmanager
def upload_folder(upload_dir: Path) -> Iterator[Path]:
    """For one upload; gone afterwards, whatever happened. A full disk is ours to remedy, and no bug."""
    try:
        with TemporaryDirectory(dir=upload_dir, prefix="upload-") as folder:
            yield Path(folder)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Unavailable(f"the upload cannot be kept: {error.strerror}") from error


async def receive(request: Request, archive: Path, *, bytes_max: int) -> None:
    """The body into a new file. Raises what `body_chunks` raises."""
    with archive.open("xb") as file:
        async for chunk in body_chunks(request, bytes_max=bytes_max, seconds_max=UPLOAD_SECONDS_MAX):
            file.write(chunk)
