"""The server process: what `assay serve` becomes.

    assay.cli.server          root only until the sandbox has started, then an ordinary user
    ├── cell serve            the sandbox's supervisor and its slots (root)
    └── assay.cli.worker      judges `slots` submissions at once (ordinary user)

When this process goes, in whatever way, the others go: the cell by its lifeline, the worker by its
parent's death.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path
import signal
import socket
import sys

import structlog
import uvicorn

from assay.api.app import create_app
from assay.api.limits import Capacity
from assay.api.services import Services
from assay.cli.logs import log_as_json_lines
from assay.errors import AssayError, Unavailable
from assay.languages.toolchain import is_available
from assay.operate.privileges import drop_privileges
from assay.settings import Settings, read_settings
from assay.wiring import House, code_paths, identity_for, open_house, prepare_data_dir, running_cell

GRACE_SECONDS = 5  # for open requests and followers when stopping
WORKER_STOP_SECONDS = 35.0  # it drains for 30
WORKER_RESTART_DELAY_SECONDS_MAX = 10.0
LISTEN_BACKLOG = 2048
FOLLOWER_BYTES_MAX = 1024  # of a WebSocket message to us: followers have nothing to say

log = structlog.get_logger()


def main() -> None:
    """The process's edge. An expected refusal is one line and its exit code."""
    arguments = _parse(sys.argv[1:])
    try:
        settings = read_settings(
            os.environ,
            data_dir=arguments.data_dir,
            host=arguments.host,
            port=arguments.port,
            slots=arguments.slots,
        )
        log_as_json_lines(settings.log_level)
        _serve(settings, ready_fd=arguments.ready_fd)
    except AssayError as error:
        print(f"assay: {error.message}", file=sys.stderr)
        sys.exit(error.exit_code)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="assay serve")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--slots", type=int)
    parser.add_argument("--ready-fd", type=int)
    return parser.parse_args(arguments)


def _serve(settings: Settings, *, ready_fd: int | None) -> None:
    listener = _listen(settings)  # first: an address in use should not cost a sandbox's start
    identity = identity_for(settings)
    prepare_data_dir(settings.data_dir, identity)
    with running_cell(settings, identity) as cell_socket:
        drop_privileges(identity, reachable=[*code_paths(), settings.data_dir, cell_socket.parent])
        asyncio.run(_run(settings, listener, cell_socket, ready_fd))


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(LISTEN_BACKLOG)
    except OSError as error:
        raise Unavailable(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from error
    return listener


class AnnouncingServer(uvicorn.Server):
    """Says where it serves once it listens: in the log, and to the one who waits on `ready_fd`."""

    def __init__(self, config: uvicorn.Config, *, url: str, ready_fd: int | None) -> None:
        super().__init__(config)
        self._url = url
        self._ready_fd = ready_fd

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        log.info("serving", url=self._url)
        if self._ready_fd is not None:
            os.write(self._ready_fd, f"{self._url}\n".encode())
            os.close(self._ready_fd)


async def _run(settings: Settings, listener: socket.socket, cell_socket: Path, ready_fd: int | None) -> None:
    async with open_house(settings) as house:
        config = uvicorn.Config(
            create_app(_services(house), own_host=settings.host, allowed_hosts=settings.allowed_hosts),
            loop="asyncio",
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=FOLLOWER_BYTES_MAX,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        async with _worker(settings, cell_socket):
            await AnnouncingServer(config, url=_url_of(listener), ready_fd=ready_fd).serve(sockets=[listener])


def _services(house: House) -> Services:
    return Services(
        intake=house.intake,
        reader=house.reader,
        feed=house.feed,
        problems=house.problems,
        blobs=house.blobs,
        languages=house.languages,
        is_available=is_available,
        clock=house.clock,
        upload_dir=house.upload_dir,
        capacity=Capacity(),
    )


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def _worker(settings: Settings, cell_socket: Path) -> AsyncIterator[None]:
    """Keep one worker process running, and let it drain at the end."""
    command = [
        sys.executable, "-m", "assay.cli.worker",
        "--data-dir", str(settings.data_dir), "--slots", str(settings.slots),
        "--cell-socket", str(cell_socket), "--parent-pid", str(os.getpid()),
    ]  # fmt: skip
    keeping = asyncio.create_task(_keep_running(command))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _keep_running(command: Sequence[str]) -> None:
    """Start the worker again when it dies, more and more slowly, until cancelled; then end it in order."""
    delay_seconds = 0.1
    while True:
        worker = await asyncio.create_subprocess_exec(*command)
        try:
            await worker.wait()
        except asyncio.CancelledError:
            await _stop(worker)
            raise
        log.error("worker ended, starting another", returncode=worker.returncode, delay_seconds=delay_seconds)
        await asyncio.sleep(delay_seconds)
        delay_seconds = min(2 * delay_seconds, WORKER_RESTART_DELAY_SECONDS_MAX)


async def _stop(worker: asyncio.subprocess.Process) -> None:
    worker.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(worker.wait(), WORKER_STOP_SECONDS)
    except TimeoutError:
        worker.kill()
        await worker.wait()


if __name__ == "__main__":
    main()
