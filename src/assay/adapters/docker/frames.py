"""Both outputs of a container, out of the one stream that the engine makes of them.

A frame is: u8 stream (1 stdout, 2 stderr), three zero bytes, u32 big-endian length, that many bytes. Headers
are never passed on, and a frame of any length is passed on in pieces as it comes.
"""

import asyncio
from collections.abc import AsyncIterator
import struct

STDOUT, STDERR = 1, 2
PIECE_BYTES = 65_536
_HEADER = struct.Struct(">BxxxI")


class BrokenStream(Exception):
    """The engine ended the connection in the middle of a frame, or sent what is no frame."""


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes]]:
    """(stream, bytes) until the engine closes the connection between two frames. Raises BrokenStream."""
    while True:
        try:
            header = await reader.readexactly(_HEADER.size)
        except asyncio.IncompleteReadError as error:
            if not error.partial:
                return
            raise BrokenStream from error
        except OSError:  # reset: the engine is gone
            return
        stream, left = _HEADER.unpack(header)
        if stream not in (STDOUT, STDERR):
            raise BrokenStream
        while left:
            try:
                piece = await reader.read(min(left, PIECE_BYTES))
            except OSError as error:
                raise BrokenStream from error
            if not piece:
                raise BrokenStream
            left -= len(piece)
            yield stream, piece
