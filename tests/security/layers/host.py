"""The host that is attacked, as far as it may be harmed: all of it belongs to these tests."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import ctypes
from dataclasses import dataclass, replace
import os
from pathlib import Path
import secrets
import shutil
import socket
import tempfile

from assay.sandbox import CellConfig
from tests.security.harness import BINARY, make_config, short_folder
from tests.security.layers.attempts import NOBODY, Facts

FIRST_SLOT_UID = 62_600
MEMORY_BYTES = 4096
LANDLOCK_CREATE_RULESET, ASK_FOR_VERSION = 444, 1
IPC_CREAT, IPC_EXCL, IPC_RMID = 0o1000, 0o2000, 0
# The machine has a name of its own, so that it may be changed.
# The cell is a copy, because an AppArmor profile, a layer too, would find it by its path.
START = """#!/usr/bin/python3 -ISB
import ctypes, os, socket, sys
if ctypes.CDLL(None).unshare(0x04000000) != 0:
    sys.exit("no uts namespace")
socket.sethostname({name!r})
os.execv({cell!r}, [{cell!r}, *sys.argv[1:]])
"""
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p


@dataclass(frozen=True, kw_only=True)
class Host:
    facts: Facts
    folder: Path  # of the sockets and the cell's copy
    binary: Path

    def config(self, *, without: frozenset[str]) -> CellConfig:
        """A cell that lacks these layers, with one slot and a view of its own."""
        config = make_config(self.folder)
        return replace(
            config,
            binary=self.binary,
            slots=1,
            spare_slots=0,
            first_slot_uid=FIRST_SLOT_UID,
            views={"attacker": (*config.views["toolchain"], Path(self.facts["shown"]))},
            without=sorted(without),
            socket_path=self.folder / secrets.token_hex(4),
        )


def landlock_version() -> int:
    """What the kernel has of Landlock, whatever a cell makes of it; 0: nothing."""
    return max(0, int(libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ASK_FOR_VERSION)))


@contextmanager
def shared_memory(secret: str) -> Iterator[int]:
    """The key of a segment that everybody may read, and that begins with the secret."""
    key = secrets.randbelow(1 << 30) + 1
    segment = libc.shmget(key, MEMORY_BYTES, IPC_CREAT | IPC_EXCL | 0o644)
    assert segment >= 0, os.strerror(ctypes.get_errno())
    try:
        address = libc.shmat(segment, None, 0)
        ctypes.memmove(address, secret.encode() + b"\0", len(secret) + 1)
        libc.shmdt(ctypes.c_void_p(address))
        yield key
    finally:
        libc.shmctl(segment, IPC_RMID, None)


@contextmanager
def shown_folder() -> Iterator[Path]:
    """A folder for the view. Not below /tmp, which a run has of its own."""
    with tempfile.TemporaryDirectory(prefix="cell-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o777)
        for file, mode in (("for all", 0o666), ("for root", 0o600), ("for nobody", 0o600)):
            (folder / file).write_text("untouched")
            (folder / file).chmod(mode)
        os.chown(folder / "for nobody", NOBODY, NOBODY)
        yield folder


@contextmanager
def attacked_host() -> Iterator[Host]:
    with ExitStack() as opened:
        folder = opened.enter_context(short_folder())
        secret, abstract, name = (secrets.token_hex(8) for _ in range(3))
        tcp, unix = (
            opened.enter_context(socket.socket(family)) for family in (socket.AF_INET, socket.AF_UNIX)
        )
        tcp.bind(("127.0.0.1", 0))
        unix.bind("\0" + abstract)
        for listener in (tcp, unix):
            listener.listen(64)  # more than ever connect: nobody accepts
        cell, binary = folder / "copy", folder / "start"
        shutil.copy(BINARY, cell)
        binary.write_text(START.format(name=name, cell=str(cell)))
        binary.chmod(0o755)
        facts = Facts(
            name=name,
            port=tcp.getsockname()[1],
            abstract=abstract,
            memory_key=opened.enter_context(shared_memory(secret)),
            memory_secret=secret,
            shown=str(opened.enter_context(shown_folder())),
            cores=sorted(os.sched_getaffinity(0)),
        )
        yield Host(facts=facts, folder=folder, binary=binary)
