"""A cell of one's own: finding the program, starting it with what it needs, and leaving nothing behind.

TMP/assay-cell-PID-xxxxxxxx/     0700, the client's own; the process id is that of who started it
  cell.sock
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
import os
from pathlib import Path
import shutil
import tempfile
from typing import TypedDict
import weakref

from assay.sandbox.errors import CellNotBuilt, NeedsRoot
from assay.sandbox.options import HOST_VIEW
from assay.sandbox.process import CellConfig, CellProcess

FOLDER_PREFIX = "assay-cell-"
FIRST_SLOT_UID = 63_000  # no user of Debian's or Ubuntu's own, and not where the server's begin
BOX_BYTES = 100 << 20
# What of the host a run sees if nothing is said: programs, compilers, libraries; of /etc only what they need.
HOST_PATHS = (
    "/usr/bin",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/include",
    "/usr/share/go-[0-9]*",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/java-[1-9][0-9]-openjdk",
)


class StartOptions(TypedDict, total=False):
    """What can be said of a cell at its start; `LocalCell` has the defaults and the meanings."""

    slots: int | None
    views: Mapping[str, Sequence[str | Path]] | None
    binary: Path | None
    box_bytes: int
    first_slot_uid: int
    client_uid: int | None
    client_gid: int | None


class LocalCell:
    """A supervisor and its socket. Stopped by `close`, and at the latest when we end, however we end."""

    def __init__(
        self,
        *,
        slots: int | None = None,
        views: Mapping[str, Sequence[str | Path]] | None = None,
        binary: Path | None = None,
        box_bytes: int = BOX_BYTES,
        first_slot_uid: int = FIRST_SLOT_UID,
        client_uid: int | None = None,
        client_gid: int | None = None,
    ) -> None:
        """Start it. Blocks until a slot is ready.

        slots: how many may be taken at once; one a core unless said otherwise.
        views: what of the host runs see, read-only: names and existing absolute paths.
        binary: the cell's program; see `find_binary`.
        box_bytes: size of each slot's /box. It is memory of the machine's, when it is used.
        first_slot_uid: the first of slots + 2 user ids that nobody else has.
        client_uid, client_gid: who may connect; we unless said otherwise. Name the user that you will become.
        Raises NeedsRoot, CellNotBuilt or CellStartError.
        """
        if os.geteuid() != 0:
            raise NeedsRoot(
                f"only root can make a sandbox, and this process is user {os.geteuid()}; "
                "remedy: run it with sudo, or connect to a cell that root has started for you"
            )
        binary = binary or find_binary(os.environ)
        if views is None:
            views = {HOST_VIEW: host_paths()}
        self.views = tuple(views)
        uid, gid = (
            mine if wanted is None else wanted
            for wanted, mine in ((client_uid, os.getuid()), (client_gid, os.getgid()))
        )
        folder = new_socket_folder(uid, gid)
        try:
            self.process = CellProcess.start(
                CellConfig(
                    binary=binary,
                    socket_path=folder / "cell.sock",
                    slots=len(os.sched_getaffinity(0)) if slots is None else slots,
                    client_uid=uid,
                    client_gid=gid,
                    first_slot_uid=first_slot_uid,
                    views={name: tuple(Path(path) for path in paths) for name, paths in views.items()},
                    box_bytes=box_bytes,
                )
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        # also at the interpreter's end, and when nobody holds us any more
        self._finalizer = weakref.finalize(self, _end, self.process, folder, os.getpid())
        os.register_at_fork(after_in_child=_Forgetting(self.process))

    @property
    def socket_path(self) -> Path:
        return self.process.socket_path

    def close(self) -> None:
        """End it and every run in it. Safe to call twice. A forked child's call does nothing."""
        self._finalizer()


def find_binary(environment: Mapping[str, str]) -> Path:
    """ASSAY_CELL if it is set, else that of the checkout we are in, else `cell` on the PATH. CellNotBuilt."""
    from_checkout = Path(__file__).resolve().parents[3] / "cell/build/cell"
    named = environment.get("ASSAY_CELL")
    if named:
        found: str | Path | None = named
    elif from_checkout.is_file():
        found = from_checkout
    else:
        found = shutil.which("cell", path=environment.get("PATH", os.defpath))
    if found is None or not os.access(found, os.X_OK):
        raise CellNotBuilt(
            f"there is no program at {found or from_checkout}; remedy: make -C cell in a checkout of Assay, "
            "or name the program in ASSAY_CELL"
        )
    return Path(found).absolute()


def host_paths() -> tuple[Path, ...]:
    """Those of HOST_PATHS that this machine has."""
    return tuple(path for pattern in HOST_PATHS for path in sorted(Path("/").glob(pattern.removeprefix("/"))))


def new_socket_folder(uid: int, gid: int) -> Path:
    """A folder for the socket of a cell that we start, which its client can enter. The caller removes it."""
    _remove_abandoned_folders()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
    os.chown(folder, uid, gid)
    return folder


def _remove_abandoned_folders() -> None:
    """Those of processes that were killed before they could clean up. Their names hold their process ids."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        pid = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            with suppress(OSError):  # not empty: its cell lives on for a moment, or it is none of ours
                folder.rmdir()


def _end(process: CellProcess, folder: Path, owner: int) -> None:
    if os.getpid() != owner:
        return  # a forked child has a copy of us, but the cell is its parent's
    process.stop()
    with suppress(OSError):  # we may have become somebody else since
        shutil.rmtree(folder)


class _Forgetting:
    """In a forked child: close its copy of the lifeline, or the cell would live as long as the child does."""

    def __init__(self, process: CellProcess) -> None:
        self._process = weakref.ref(process)

    def __call__(self) -> None:
        process = self._process()
        if process is not None:
            process.forget()
