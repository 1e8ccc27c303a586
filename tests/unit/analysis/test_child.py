"""The child that reads programs has bounds, and no rights once it is ready."""

import os
from pathlib import Path
import subprocess
import sys

from assay.analysis.__main__ import MEMORY_BYTES_MAX, READY
from assay.confined import REFUSED

COMMAND = [sys.executable, "-I", "-m", "assay.analysis"]
OPENS_A_FILE = """
import sys
import assay.analysis.__main__ as child
child.decode_request = lambda line: open("/etc/passwd")
child.main()
"""


def test_its_memory_is_bounded() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == READY
        limits = Path(f"/proc/{child.pid}/limits").read_text()
        child.kill()
    (row,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert row.split()[3:5] == [str(MEMORY_BYTES_MAX)] * 2


def test_it_opens_nothing_once_it_is_ready() -> None:
    command = [sys.executable, "-I", "-c", OPENS_A_FILE]
    done = subprocess.run(command, input=b"{}\n", capture_output=True, check=False, timeout=60)
    assert done.returncode == REFUSED
    assert done.stdout == READY


def test_it_ends_with_its_input() -> None:
    done = subprocess.run(
        COMMAND, input=b"", capture_output=True, check=False, timeout=60, env=dict(os.environ)
    )
    assert (done.returncode, done.stdout) == (0, READY)
