"""The client of a running cell.

async with cell.slot() as slot:                  # waits for a free slot, in order
    await slot.put("main.py", b"print(6 * 7)")
    facts = await slot.run(command, stdin=..., stdout=..., stderr=...)
# leaving the block throws the slot away, with all that is in it
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path

from assay.sandbox import protocol
from assay.sandbox.channel import Channel
from assay.sandbox.errors import ProtocolError, RequestRefused
from assay.sandbox.facts import CellInfo, Command, Facts
from assay.sandbox.protocol import Kind, Want


class Slot:
    """One submission's place: a /box that lasts, and runs in it, one at a time."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        """Put a file into /box, replacing one of that name.

        `name` is relative ("a/b.py"); `source` is its bytes, or an fd of a regular file, read from its start.
        Raises BadName, BadDescriptor or BoxError (no room), after which the slot can be used on.
        """
        if isinstance(source, int):
            await self._put(name, source, executable)
            return
        memory = os.memfd_create("put", os.MFD_CLOEXEC)
        try:
            _write_all(memory, source)
            await self._put(name, memory, executable)
        finally:
            os.close(memory)

    async def _put(self, name: str, source: int, executable: bool) -> None:
        await self._ask(protocol.encode_put(name, executable=executable), (source,), Kind.DONE)

    async def get(self, name: str, target: int, *, bytes_max: int) -> int:
        """Copy a file of /box to `target`, an fd open for writing, at its offset. Returns its size in bytes.

        Nothing in the box is believed: no part of the name is followed as a link, and anything but a
        regular file of at most `bytes_max` bytes is refused. Raises BadName, BadDescriptor or BoxError,
        after which the slot can be used on.
        """
        message = protocol.encode_get(name, bytes_max=bytes_max)
        return protocol.decode_got(await self._ask(message, (target,), Kind.GOT))

    async def run(self, command: Command, *, stdin: int, stdout: int, stderr: int) -> Facts:
        """Run one program and wait until every process of it is dead.

        The fds stay the caller's. stdin: a regular file (read from its offset), the reading end of a pipe,
        or /dev/null. stdout, stderr: a regular file or memfd, the writing end of a pipe, or /dev/null.
        As stdin, a regular file that is opened read-only, readable by all and writable by its owner alone is
        passed on without a copy.
        Cancelling kills the run, by closing the slot. Raises UnknownView, BadDescriptor, RequestRefused
        (after which the slot can be used on) or SlotLost.
        """
        body = await self._ask(protocol.encode_run(command), (stdin, stdout, stderr), Kind.FACTS)
        return protocol.decode_facts(body)

    async def _ask(self, message: bytes, fds: tuple[int, ...], expected: Kind) -> bytes:
        try:
            answer = await self._channel.ask(message, fds)
        except RequestRefused:
            raise  # nothing was sent
        except BaseException:
            self._channel.close()  # whatever happened, the next answer on it would not be the next question's
            raise
        return _expect(answer, expected)


class Cell:
    """A cell's address, after it was reached once."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path

    @classmethod
    async def connect(cls, socket_path: Path) -> "Cell":
        """Check that a cell answers there in our version of the protocol.

        Raises CellUnavailable or ProtocolError.
        """
        cell = cls(socket_path)
        await cell.info()
        return cell

    async def info(self) -> CellInfo:
        """What the cell says of itself."""
        channel = await Channel.open(self._socket_path)
        try:
            answer = await channel.ask(protocol.encode_hello(Want.INFO))
        finally:
            channel.close()
        return protocol.decode_info(_expect(answer, Kind.INFO))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[Slot]:
        """A slot of one's own. Waits while all are taken, in order of arrival."""
        channel = await Channel.open(self._socket_path)
        try:
            _expect(await channel.ask(protocol.encode_hello(Want.SLOT)), Kind.READY)
            yield Slot(channel)
        finally:
            channel.close()


def _expect(answer: bytes, expected: Kind) -> bytes:
    kind, body = protocol.decode(answer)
    if kind is not expected:
        raise ProtocolError(f"expected {expected.name}, got {kind.name}")
    return body


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
