"""The client of a running cell.

async with cell.slot() as slot:                  # waits for a free slot, in order
    await slot.put("main.py", b"print(6 * 7)")
    facts = await slot.run(command, stdin=..., stdout=..., stderr=...)
# leaving the block throws the slot away, with all that is in it
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Unpack

from assay.sandbox import protocol
from assay.sandbox.blocking import BlockingCell
from assay.sandbox.channel import Channel
from assay.sandbox.errors import RequestRefused
from assay.sandbox.facts import CellInfo, Command, Facts
from assay.sandbox.local import LocalCell, StartOptions
from assay.sandbox.options import Options, make_command
from assay.sandbox.protocol import Kind, Want
from assay.sandbox.result import MemoryStreams, Result, Source, opened


class Slot:
    """One submission's place: a /box that lasts, and runs in it, one at a time."""

    def __init__(self, channel: Channel, views: Sequence[str]) -> None:
        self._channel = channel
        self._views = views

    async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        """Put a file into /box, replacing one of that name.

        `name` is relative ("a/b.py"); `source` is its bytes, or an fd of a regular file, read from its start.
        Raises BadName, BadDescriptor or BoxError (no room), after which the slot can be used on.
        """
        if isinstance(source, int):
            await self._put(name, source, executable)
            return
        with opened(source) as (memory, _):
            await self._put(name, memory, executable)

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

    async def folder(self, name: str) -> None:
        """Make an empty folder in /box, in the place of whatever has that name, with all that is in it.

        It is the slot's user's, and a run can write to it if it can write to /box. No link is followed.
        Raises BadName or BoxError, after which the slot can be used on.
        """
        await self._ask(protocol.encode_folder(name), (), Kind.DONE)

    async def listing(self, name: str) -> dict[str, int]:
        """The regular files of a folder of /box: name → size in bytes, in the order of their names.

        Links, folders and the like are left out. Raises BadName, or BoxError for what is no folder or has
        more than 200 files, after which the slot can be used on.
        """
        return protocol.decode_listed(await self._ask(protocol.encode_list(name), (), Kind.LISTED))

    async def remove(self, name: str) -> None:
        """Remove a file of /box, or a folder with all that is in it. That there is nothing is no error.

        No link is followed. Raises BadName or BoxError, after which the slot can be used on.
        """
        await self._ask(protocol.encode_remove(name), (), Kind.DONE)

    async def run(
        self, command: Command, *, stdin: int, stdout: int, stderr: int, files: Sequence[int] = ()
    ) -> Facts:
        """Run one program and wait until every process of it is dead.

        The fds stay the caller's, and have been passed on by the time that this first waits: the caller may
        close its own then. stdin: a regular file (read from its offset), the reading end of a pipe, or
        /dev/null. stdout, stderr: a regular file or memfd, the writing end of a pipe, or /dev/null. files: at
        most 4 regular files, which this run finds as /proc/self/fd/3 and on and cannot write to; with any, no
        start is a warm one. To read, a regular file that is opened read-only, readable by all and writable by
        its owner alone, or a sealed memfd that nobody can execute, is passed on without a copy.
        The cell lets go of a pipe once it has noted the end (`Facts.ended_at_us`), not before.
        Cancelling kills the run, by closing the slot. Raises UnknownView, BadDescriptor, RequestRefused
        (after which the slot can be used on) or SlotLost.
        """
        fds = (stdin, stdout, stderr, *files)
        body = await self._ask(protocol.encode_run(command), fds, Kind.FACTS)
        return protocol.decode_facts(body)

    async def capture(
        self, argv: Sequence[str], *, stdin: bytes | str = b"", **options: Unpack[Options]
    ) -> Result:
        """Run a program with these limits, or those of `make_command`, and hold what it writes in memory.

        What the program does wrong is in the result's facts. Raises CannotExecute or RunFailed if the facts
        say nothing of the program, ValueError for what no run can have, and what `run` raises.
        """
        return await self._capture(make_command(argv, views=self._views, **options), stdin)

    async def _capture(self, command: Command, stdin: bytes | str) -> Result:
        with MemoryStreams(stdin) as streams:
            facts = await self.run(command, stdin=streams.stdin, stdout=streams.stdout, stderr=streams.stderr)
            return streams.result(command, facts)

    async def _ask(self, message: bytes, fds: tuple[int, ...], expected: Kind) -> bytes:
        try:
            return protocol.body_of(await self._channel.ask(message, fds), expected)
        except RequestRefused:
            raise  # nothing was sent, or nothing ran
        except BaseException:
            self._channel.close()  # whatever happened, the next answer on it would not be the next question's
            raise


class Cell:
    """A cell's address, after it was reached once."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path
        self._views: tuple[str, ...] = ()

    @classmethod
    def start(cls, **options: Unpack[StartOptions]) -> BlockingCell:
        """A cell of one's own, for a program without an event loop: `with Cell.start() as cell`.

        Raises NeedsRoot, CellNotBuilt or CellStartError.
        """
        return BlockingCell.start(**options)

    @classmethod
    @asynccontextmanager
    async def astart(cls, **options: Unpack[StartOptions]) -> AsyncIterator["Cell"]:
        """A cell of one's own, which ends with the block: `async with Cell.astart() as cell`.

        Raises what `start` does.
        """
        owned = await asyncio.to_thread(lambda: LocalCell(**options))
        try:
            yield await cls.connect(owned.socket_path)
        finally:
            await asyncio.to_thread(owned.close)

    @classmethod
    async def connect(cls, socket_path: Path) -> "Cell":
        """Check that a cell answers there in our version of the protocol.

        Raises CellUnavailable or ProtocolError.
        """
        cell = cls(socket_path)
        cell._views = (await cell.info()).views
        return cell

    async def info(self) -> CellInfo:
        """What the cell says of itself."""
        channel = await Channel.open(self._socket_path)
        try:
            answer = await channel.ask(protocol.encode_hello(Want.INFO))
        finally:
            channel.close()
        return protocol.decode_info(protocol.body_of(answer, Kind.INFO))

    @asynccontextmanager
    async def slot(self, *, for_jury: bool = False) -> AsyncIterator[Slot]:
        """A slot of one's own. Waits while all are taken, in order of arrival.

        `for_jury`: what it runs nobody measures, so that it may share a core with what is.
        """
        want = Want.JURY_SLOT if for_jury else Want.SLOT
        channel = await Channel.open(self._socket_path)
        try:
            protocol.body_of(await channel.ask(protocol.encode_hello(want)), Kind.READY)
            yield Slot(channel, self._views)
        finally:
            channel.close()

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes | str = b"",
        files: Mapping[str, Source] | None = None,
        **options: Unpack[Options],
    ) -> Result:
        """Run one program in a slot of its own, with `files` in its /box: `Slot.capture` in one call.

        A file that is a path is put with the path's own executable bit. Raises what `put` and `capture` do,
        and OSError for a path that cannot be read.
        """
        command = make_command(argv, views=self._views, **options)
        async with self.slot() as slot:
            for name, source in (files or {}).items():
                with opened(source) as (fd, executable):
                    await slot.put(name, fd, executable=executable)
            return await slot._capture(command, stdin)
