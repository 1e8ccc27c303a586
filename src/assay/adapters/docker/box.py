"""A submission's box: the container that keeps it, and files into it and out of it."""

import asyncio
import errno
import os

from assay.adapters.docker import wire
from assay.adapters.docker.descriptors import check_file, pieces_from_start
from assay.adapters.docker.errors import EngineRefused
from assay.adapters.docker.frames import STDOUT, BrokenStream
from assay.adapters.docker.started import Container, how_it_ended
from assay.sandbox import BoxError, SlotLost
from assay.sandbox.names import check_box_name
from assay.sandbox.protocol import decode_listed

ANSWER_SECONDS = 60.0  # for a file of the size of a box; past this the engine hangs


class Box:
    """Speaks to `assay-init box`, one request at a time."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._outputs = container.outputs()
        self._unread = b""
        self.volume = ""

    async def find_volume(self) -> None:
        """The name that the engine gave to /box, for the containers of runs."""
        found = await self._container.engine.inspect(self._container.id)
        names = [mount["Name"] for mount in found["Mounts"] if mount.get("Destination") == "/box"]
        if len(names) != 1:
            raise EngineRefused("the engine does not name the volume of /box")
        self.volume = str(names[0])

    async def put(self, name: str, source: int | bytes, *, executable: bool) -> None:
        """Raises BadName, BadDescriptor, BoxError, SlotLost."""
        raw = check_box_name(name)
        if isinstance(source, bytes):
            await self._send(wire.encode_put(raw, len(source), executable=executable) + source)
        else:
            size = check_file(source, "the file to put")
            await self._send(wire.encode_put(raw, size, executable=executable))
            async for piece in pieces_from_start(source, size):
                await self._send(piece)
        self._check(name, await self._answer())

    async def get(self, name: str, target: int, *, bytes_max: int) -> int:
        """Copy a file of the box to `target`; its size. Raises BadName, BoxError, SlotLost."""
        raw = check_box_name(name)
        await self._send(wire.encode_get(raw, bytes_max))
        answer = await self._answer()
        self._check(name, answer)
        left = answer.size
        while left:
            piece = await self._read(min(left, 65_536))
            left -= len(piece)
            view = memoryview(piece)
            while view:
                view = view[os.write(target, view) :]
        return answer.size

    async def folder(self, name: str) -> None:
        """Raises BadName, BoxError, SlotLost."""
        await self._send(wire.encode_folder(check_box_name(name)))
        self._check(name, await self._answer())

    async def listing(self, name: str) -> dict[str, int]:
        """The regular files of a folder, with their sizes. Raises BadName, BoxError, SlotLost."""
        await self._send(wire.encode_list(check_box_name(name)))
        answer = await self._answer()
        if answer.error == errno.E2BIG:
            raise BoxError(f"folder {name} in the box has too many files")
        self._check(name, answer)
        return decode_listed(await self._read_whole(answer.size))

    async def remove(self, name: str) -> None:
        """Raises BadName, BoxError, SlotLost."""
        await self._send(wire.encode_remove(check_box_name(name)))
        self._check(name, await self._answer())

    async def _send(self, data: bytes) -> None:
        try:
            await self._container.send(data)
        except ConnectionError as error:
            raise await self._lost() from error

    async def _answer(self) -> wire.BoxAnswer:
        return wire.decode_box_answer(await self._read_whole(wire.BOX_ANSWER_BYTES))

    async def _read_whole(self, size: int) -> bytes:
        raw = b""
        while len(raw) < size:
            raw += await self._read(size - len(raw))
        return raw

    async def _read(self, most: int) -> bytes:
        """At least one byte of what pid 1 says. Raises SlotLost."""
        while not self._unread:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    stream, piece = await anext(self._outputs)
            except (StopAsyncIteration, BrokenStream, TimeoutError) as error:
                raise await self._lost() from error
            if stream == STDOUT:
                self._unread = piece
        piece, self._unread = self._unread[:most], self._unread[most:]
        return piece

    async def _lost(self) -> SlotLost:
        container = self._container
        return SlotLost(
            f"the container with the box is gone: {await how_it_ended(container.engine, container.id)}"
        )

    def _check(self, name: str, answer: wire.BoxAnswer) -> None:
        if answer.irregular:
            raise BoxError(f"{name} in the box is not a regular file")
        if answer.error == errno.EFBIG:
            raise BoxError(f"{name} in the box has {answer.size} bytes, more than are wanted")
        if answer.error:
            raise BoxError(f"{name} in the box: {os.strerror(answer.error)}")
