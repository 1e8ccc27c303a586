"""A network of the tests' own: between a process and an engine, and as bad as the test wants it.

    process ──▶ FaultProxy.port ──▶ the engine's port

It hands on bytes and knows none of the protocols above. Trouble begins and ends for all connections at once,
those that are open as well.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
import socket
import ssl
import struct
import threading
from typing import Any, TypeVar

CHUNK_BYTES = 65_536
CALL_SECONDS_MAX = 30
_RESET_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST

T = TypeVar("T")


class FaultProxy:
    """One port of 127.0.0.1 in front of another one. Every method may be called from any thread."""

    def __init__(self, target_port: int, *, tls: ssl.SSLContext | None = None) -> None:
        """`tls`: what processes have to speak with it; the engine behind it has none."""
        self._target_port = target_port
        self._tls = tls
        self._delay_seconds = 0.0
        self._is_mute = False
        self._may_speak = asyncio.Event()
        self._may_speak.set()
        self._is_prompt = asyncio.Event()
        self._is_prompt.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self.port = 0
        self._call(self._listen())

    def reset(self) -> None:
        """Every connection is cut off now, in both directions; new ones are taken."""
        self._call(self._reset())

    def delay(self, seconds: float) -> None:
        """From now on what processes say arrives so much later; answers take their usual time."""
        self._call(self._set(delay_seconds=seconds))

    def mute(self) -> None:
        """From now on nothing arrives on either side, and nobody is told: a cable was pulled."""
        self._call(self._set(is_mute=True))

    def refuse(self) -> None:
        """Connections are cut off and nobody listens here any more: the machine is up, the engine is not."""
        self._call(self._refuse())

    def heal(self) -> None:
        """All is well: what was held back arrives."""
        self._call(self._set(delay_seconds=0.0, is_mute=False))
        self._call(self._listen())

    def point_to(self, target_port: int) -> None:
        """New connections go there."""
        self._target_port = target_port

    def close(self) -> None:
        self._call(self._refuse())
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, action: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(action, self._loop).result(CALL_SECONDS_MAX)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._server is not None:
            for listener in self._server.sockets:
                self._loop.remove_reader(listener.fileno())
            await asyncio.sleep(
                0
            )  # who was just let in is in: asyncio would lose him with a server that closes
            self._server.close()
            self._server = None
        await self._reset()

    async def _reset(self) -> None:
        for writer in list(self._open):
            _cut(writer)

    async def _set(self, *, delay_seconds: float | None = None, is_mute: bool | None = None) -> None:
        if delay_seconds is not None:
            self._delay_seconds = delay_seconds
            if delay_seconds:
                self._is_prompt.clear()
            else:
                self._is_prompt.set()
        if is_mute:
            self._may_speak.clear()
        elif is_mute is not None:
            self._may_speak.set()

    async def _end(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)  # it may be cut off while there is nobody behind it yet
        try:
            onward = await asyncio.open_connection("127.0.0.1", self._target_port)
            self._open.add(onward[1])
            try:
                await self._carry_both(reader, writer, *onward)
            finally:
                self._open.discard(onward[1])
                onward[1].close()
        except OSError:
            _cut(writer)
        finally:
            self._open.discard(writer)
            writer.close()
            if self._tls is not None:  # else it would wait for the other side's goodbye
                writer.transport.abort()

    async def _carry_both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        onward_reader: asyncio.StreamReader,
        onward_writer: asyncio.StreamWriter,
    ) -> None:
        """Until either way ends."""
        ways = [
            asyncio.create_task(self._carry(reader, onward_writer, lambda: self._delay_seconds)),
            asyncio.create_task(self._carry(onward_reader, writer, lambda: 0.0)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_seconds: Callable[[], float]
    ) -> None:
        """Until either end is gone. What is late is late by as much, whatever was said before it."""
        loop = asyncio.get_running_loop()
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def say() -> None:
            while True:
                at, chunk = await line.get()
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(at):
                        await self._is_prompt.wait()  # healed, it is late no more
                await self._may_speak.wait()
                writer.write(chunk)
                await writer.drain()
                if not chunk:
                    return

        async def hear() -> None:
            while chunk := await reader.read(CHUNK_BYTES):
                line.put_nowait((loop.time() + delay_seconds(), chunk))
            line.put_nowait((loop.time(), b""))

        with suppress(OSError):
            await asyncio.gather(hear(), say())


@contextmanager
def running_proxy(target_port: int, *, tls: ssl.SSLContext | None = None) -> Iterator[FaultProxy]:
    proxy = FaultProxy(target_port, tls=tls)
    try:
        yield proxy
    finally:
        proxy.close()


def _cut(writer: asyncio.StreamWriter) -> None:
    if not writer.is_closing():
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
    writer.transport.abort()
