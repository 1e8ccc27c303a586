"""A user's program that uses the sandbox as a library."""

import os
from pathlib import Path
import select
import subprocess
import sys
import tempfile

from tests.security.harness import BINARY

PYTHON = "/usr/bin/python3"
OTHER_UID = 62_500  # the first slot user of cells that single tests start


def folders_of(pid: int) -> set[Path]:
    """Those that a process made for sockets, and that are still there."""
    return set(Path(tempfile.gettempdir()).glob(f"assay-cell-{pid}-*"))


def script(text: str, **changes: object) -> "subprocess.Popen[str]":
    """A user's program. It finds the cell in ASSAY_CELL."""
    environment = {**os.environ, "ASSAY_CELL": str(BINARY)}
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", text],
        **{
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "env": environment,
            **changes,
        },
    )


def wait_for_end(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([fd], [], [], 60)[0]
    os.close(fd)
