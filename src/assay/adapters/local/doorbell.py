"""Doorbells between the processes of one machine: datagrams to Unix sockets in a directory of ours.

    DATA_DIR/run/           0700
        jobs.4711.0         a worker listens: there is a job
        events.4710.0       an API process listens: there is an event

A ring is one empty datagram to every socket of that name. It says nothing but "look at the rows"; a full or
dead socket is skipped, and whoever missed a ring looks a second later all the same.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import socket

RING = b"\x00"
RINGS_PER_READ_MAX = 64


class DoorbellButton:
    """The `Doorbell` port: rings every listener of that name. Of one event loop, within which it is rung."""

    def __init__(self, directory: Path, name: str) -> None:
        self._directory = directory
        self._prefix = f"{name}."
        self._is_due = False

    def ring(self) -> None:
        """Ring at the end of this turn of the event loop: many commits at once make one ring."""
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._ring_all)

    def _ring_all(self) -> None:
        self._is_due = False
        with suppress(FileNotFoundError), _reachable(self._directory) as base:
            bells = [place for place in base.iterdir() if place.name.startswith(self._prefix)]
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
                for bell in bells:
                    _ring_one(sender, bell)


class DoorbellListener:
    """The `Wakeups` port: waits for rings. `close` it; one that died is swept away by the next ring."""

    def __init__(self, directory: Path, name: str) -> None:
        self._rung = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._path = directory / f"{name}.{os.getpid()}.{self._socket.fileno()}"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _reachable(directory) as base:
            place = base / self._path.name
            place.unlink(missing_ok=True)  # of an earlier process with our number
            self._socket.bind(str(place))
        self._loop.add_reader(self._socket, self._take_rings)

    async def wait(self, *, timeout_seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        self._rung.clear()

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _take_rings(self) -> None:
        with suppress(BlockingIOError):
            for _ in range(RINGS_PER_READ_MAX):
                self._socket.recv(len(RING))
        self._rung.set()


def _ring_one(sender: socket.socket, place: Path) -> None:
    try:
        sender.sendto(RING, str(place))
    except ConnectionRefusedError:  # its process is gone
        place.unlink(missing_ok=True)
    except (BlockingIOError, FileNotFoundError):  # it has rings enough, or just left
        pass


@contextmanager
def _reachable(directory: Path) -> Iterator[Path]:
    """A short way to the directory: a socket's address has room for 107 bytes, and paths may be longer."""
    descriptor = os.open(directory, os.O_DIRECTORY | os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)
