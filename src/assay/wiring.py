"""Builds the house from settings, once. The only place that names an adapter.

    DATA_DIR/                  the server user's own, 0700
      assay.sqlite3            submissions, jobs, judgements, events, problems (-wal and -shm beside it)
      blobs/ab/cdef…           test data by SHA-256
      uploads/                 packages on their way in; emptied at start
      run/                     sockets of the doorbells
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
import functools
import os
from pathlib import Path
import secrets
import shutil
import sys
import tempfile

from assay.adapters.disk.blobs import DiskBlobs
from assay.adapters.local.doorbell import LocalDoorbell
from assay.adapters.sql import schema
from assay.adapters.sql.sqlite import Database
from assay.domain.clock import Clock
from assay.domain.identity import RANDOM_BYTES, NewId, uuid7
from assay.errors import Unavailable
from assay.languages import expand_views, load_views
from assay.operate.privileges import Identity, choose_identity
from assay.sandbox import CellConfig, CellProcess, CellStartError
from assay.settings import Settings

BOX_BYTES = 256 << 20  # sources and artefacts of one submission; Go and Rust programs take some ten MB


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def new_id_from(clock: Clock) -> NewId:
    """Identities from the clock and the system's randomness."""
    return lambda: uuid7(clock.now(), secrets.token_bytes(RANDOM_BYTES))


def identity_for(settings: Settings) -> Identity:
    """Whom the unprivileged processes run as."""
    return choose_identity(settings.environment, settings.user)


def code_paths() -> list[Path]:
    """What the interpreter needs to go on importing our code after privileges are dropped."""
    return [Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[1]]


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
def running_cell(settings: Settings, identity: Identity) -> Iterator[Path]:
    """A sandbox supervisor for `identity`; yields the path of its socket. Needs root to begin with.

    Raises `Unavailable` with the remedy.
    """
    if os.geteuid() != 0:
        raise Unavailable(
            "the sandbox is made by root, and this is an ordinary user. Run it with sudo: "
            "everything but the sandbox goes on as you"
        )
    directory = Path(tempfile.mkdtemp(prefix="assay-cell-"))
    os.chown(directory, identity.uid, identity.gid)
    try:
        process = CellProcess.start(
            CellConfig(
                binary=settings.cell_binary,
                socket_path=directory / "cell.sock",
                slots=settings.slots,
                client_uid=identity.uid,
                client_gid=identity.gid,
                first_slot_uid=settings.first_slot_uid,
                views=expand_views(load_views()),
                box_bytes=BOX_BYTES,
            )
        )
    except CellStartError as error:
        shutil.rmtree(directory)
        raise Unavailable(f"the sandbox does not start: {error}. 'assay doctor' says more") from error
    try:
        yield directory / "cell.sock"
    finally:
        process.stop()
        shutil.rmtree(directory, ignore_errors=True)
