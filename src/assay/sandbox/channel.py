"""A SOCK_SEQPACKET connection on the running event loop: one packet out, one packet in, fds beside it."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
import errno
import os
from pathlib import Path
import socket

from assay.sandbox.errors import BadDescriptor, CellUnavailable, SlotLost
from assay.sandbox.protocol import MESSAGE_BYTES_MAX


class Channel:
    """Owns the socket. Whoever is cancelled within `ask` must close it: the answer would come to the next."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    @classmethod
    async def open(cls, socket_path: Path) -> "Channel":
        """Connect. Raises CellUnavailable."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(connection, str(socket_path))
        except OSError as error:
            connection.close()
            raise CellUnavailable(f"no cell answers on {socket_path}: {error.strerror or error}") from error
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        self._socket.close()

    @property
    def closed(self) -> bool:
        return self._socket.fileno() < 0

    async def ask(self, message: bytes, fds: Sequence[int] = ()) -> bytes:
        """Send one packet and wait for the one that answers it. SlotLost when the other end is gone.

        The descriptors are sent, or copied, before it first waits.
        """
        if self.closed:
            raise SlotLost("the slot is closed")
        try:
            await self._send(message, fds)
            answer = await asyncio.get_running_loop().sock_recv(self._socket, MESSAGE_BYTES_MAX)
        except OSError as error:
            if error.errno == errno.EBADF and not self.closed:
                raise BadDescriptor("a file descriptor that is not open") from error  # nothing was sent
            raise SlotLost(f"the connection to the cell is lost: {error.strerror or error}") from error
        if not answer:
            raise SlotLost("the cell closed the connection")
        return answer

    async def _send(self, message: bytes, fds: Sequence[int]) -> None:
        try:
            socket.send_fds(self._socket, [message], list(fds))
        except BlockingIOError:
            await self._send_later(message, fds)

    async def _send_later(self, message: bytes, fds: Sequence[int]) -> None:
        """The caller may close its descriptors as soon as we wait."""
        with ExitStack() as stack:
            own: list[int] = []
            for fd in fds:
                own.append(os.dup(fd))
                stack.callback(os.close, own[-1])
            while True:
                await self._writable()
                try:
                    socket.send_fds(self._socket, [message], own)
                except BlockingIOError:
                    continue
                return

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_writer(self._socket, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_writer(self._socket)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
