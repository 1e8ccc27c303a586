"""A server as a child process, for `assay demo`, the tests and the benchmarks: started, awaited, stopped."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import subprocess
import sys
import threading
from typing import IO

from assay.cli.roles import Role
from assay.errors import Unavailable

START_SECONDS_MAX = 120.0  # the attacks on its sandbox among them, which a busy machine stretches
STOP_SECONDS_MAX = 45.0  # longer than the server gives its worker to drain


@dataclass(frozen=True, kw_only=True)
class ChildServer:
    """A server that answers at `url`, which is empty for a worker alone."""

    url: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def child_server(
    data_dir: Path,
    *,
    port: int = 0,
    slots: int | None = None,
    role: Role = Role.ALL,
    log_level: str = "info",
    environment: Mapping[str, str] | None = None,
    stderr: IO[bytes] | None = None,
) -> Iterator[ChildServer]:
    """`assay serve`, from its first answer to its orderly end (unless it is dead by then).

    Port 0 picks a free one. `environment` is set beside ours. Raises `Unavailable` when it does not start;
    its own words are on `stderr`.
    """
    ready_read, ready_write = os.pipe()
    command = ["worker"] if role is Role.WORKER else ["serve", "--role", role.value, "--port", str(port)]
    options = ["--data-dir", str(data_dir), "--ready-fd", str(ready_write)]
    if slots is not None:
        options += ["--slots", str(slots)]
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", *command, *options],
        pass_fds=[ready_write],
        stderr=stderr,
        env={**os.environ, **(environment or {}), "ASSAY_LOG_LEVEL": log_level},
        start_new_session=True,  # Ctrl-C reaches us alone; we then end it in order
    )
    os.close(ready_write)
    try:
        yield ChildServer(url=_await_url(process, ready_read), process=process)
    finally:
        _stop(process)


def _await_url(process: "subprocess.Popen[bytes]", ready_fd: int) -> str:
    """The server writes its URL to the pipe once it listens; a failed one closes the pipe unwritten."""
    timer = threading.Timer(START_SECONDS_MAX, process.kill)
    timer.start()
    try:
        with open(ready_fd, encoding="utf-8") as pipe:
            line = pipe.readline()
    finally:
        timer.cancel()
    if not line:
        raise Unavailable("the server did not start; it says why on standard error")
    return line.strip()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """In order; interrupted once more, at once."""
    try:
        process.terminate()
        process.wait(STOP_SECONDS_MAX)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
