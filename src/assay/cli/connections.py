"""HTTP connections that must come to the point: uvicorn bounds neither the size of a request's head nor the
time that it takes. The bodies are bounded where they are read (`api/body.py`).

And what uvicorn writes in two pieces, an answer's head and its body, goes out in one: each costs a call of
the kernel here, and wakes whoever reads it there.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX = 512 * 1024  # far above any head; what is read at once, a body's beginning included, is half
HEAD_SECONDS_MAX = 20.0  # from the first byte, or from the connection, to the empty line
GATHERED_BYTES_MAX = 64 * 1024  # asyncio's own bound of what is written and not sent


class GatheringTransport:
    """A transport that sends what is written in one step of the event loop at the end of the step.

    Past `GATHERED_BYTES_MAX` it does not wait: who writes without end is to be told to pause.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []
        self._bytes = 0

    def write(self, piece: bytes) -> None:
        if not self._pieces:
            self._loop.call_soon(self._send)
        self._pieces.append(piece)
        self._bytes += len(piece)
        if self._bytes > GATHERED_BYTES_MAX:
            self._send()

    def close(self) -> None:
        """Once all that was written is sent."""
        self._send()
        self._transport.close()

    def write_eof(self) -> None:
        self._send()
        self._transport.write_eof()

    def _send(self) -> None:
        if self._pieces:
            pieces, self._pieces, self._bytes = self._pieces, [], 0
            self._transport.write(b"".join(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes a connection whose request's head is too long or too slow."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._head_ends_at: float | None = None  # while one is awaited
        self._head_timer: asyncio.TimerHandle | None = None  # of the connection: none anew for each request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", GatheringTransport(transport, self.loop)))
        self._await_head()

    def data_received(self, data: bytes) -> None:
        if self._head_ends_at is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self._head_ends_at = None
                self.send_400_response("The head of the request is too long.")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_ends_at = None
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head_ends_at = self.loop.time() + HEAD_SECONDS_MAX
        if self._head_timer is None:
            self._head_timer = self.loop.call_at(self._head_ends_at, self._look_for_head)

    def _look_for_head(self) -> None:
        self._head_timer = None
        if self._head_ends_at is None:
            return
        if self.loop.time() >= self._head_ends_at:
            self.transport.close()
        else:  # of a later request
            self._head_timer = self.loop.call_at(self._head_ends_at, self._look_for_head)
