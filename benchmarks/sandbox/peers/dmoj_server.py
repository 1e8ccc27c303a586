"""Runs in the virtual environment of DMOJ: a command line a line in, as JSON; how it went a line out.

The limits and rules are those that DMOJ's own executors give to their programs.
"""

import json
from pathlib import Path
import subprocess
import sys
import time

from dmoj.cptbox import IsolateTracer, TracedPopen  # type: ignore[import-not-found]
from dmoj.cptbox.filesystem_policies import RecursiveDir  # type: ignore[import-not-found]
from dmoj.executors.base_executor import (  # type: ignore[import-not-found]
    BASE_FILESYSTEM,
    BASE_WRITE_FILESYSTEM,
)


def run(argv: list[str]) -> dict[str, object]:
    folder = str(Path(argv[-1]).parent)
    begin = time.perf_counter()
    process = TracedPopen(
        [argument.encode() for argument in argv],
        executable=argv[0].encode(),
        security=IsolateTracer(
            read_fs=[*BASE_FILESYSTEM, RecursiveDir(folder)], write_fs=BASE_WRITE_FILESYSTEM
        ),
        time=10,
        memory=1 << 20,  # KiB
        nproc=64,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"LC_ALL": "C.UTF-8"},
        cwd=folder.encode(),
    )
    out, err = process.communicate(b"")
    took = 1e3 * (time.perf_counter() - begin)
    return {
        "ms": took,
        "exit_code": process.returncode,
        "stdout": out.decode("utf-8", "replace"),
        "stderr": err.decode("utf-8", "replace")[-300:],
        "fault": str(process.protection_fault or ""),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
