"""The data folder: whose it is, and that one server at a time works on it."""

from collections.abc import Iterator
from contextlib import contextmanager
import fcntl
import os
from pathlib import Path

from assay.errors import Unavailable
from assay.operate.privileges import Identity


def prepare_data_dir(data_dir: Path, identity: Identity) -> None:
    """Make the data folder for `identity`, or check that it is theirs. Raises `Unavailable`."""
    try:
        data_dir.mkdir(mode=0o700, parents=True)
        if os.geteuid() == 0:
            os.chown(data_dir, identity.uid, identity.gid)
    except FileExistsError:
        pass
    except OSError as error:
        raise Unavailable(f"cannot make the data folder {data_dir}: {error.strerror}") from error
    if not data_dir.is_dir():
        raise Unavailable(f"the data folder {data_dir} is not a folder")
    owner = data_dir.stat().st_uid
    if owner != identity.uid:
        raise Unavailable(
            f"the data folder {data_dir} belongs to uid {owner}, and the server runs as {identity.name} "
            f"(uid {identity.uid}). Give it away with 'chown -R {identity.name} {data_dir}', "
            "or name another user in ASSAY_USER or another folder with --data-dir"
        )


@contextmanager
def only_server_of(data_dir: Path) -> Iterator[None]:
    """Holds the data folder. The kernel lets go of it when the process ends, in whatever way.

    A second server would empty the first one's `uploads/`, and be taken for it by whoever mistook the port.
    Raises `Unavailable` when another holds it.
    """
    fd = os.open(data_dir / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                f"another server works on the data folder {data_dir}. Stop that one, or name another folder "
                "with --data-dir"
            ) from None
        yield
    finally:
        os.close(fd)
