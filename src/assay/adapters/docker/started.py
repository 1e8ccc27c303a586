"""A started container: its pid 1 has said that it is ready. The engine ends it with us."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from assay.adapters.docker.engine import Engine
from assay.adapters.docker.errors import EngineRefused
from assay.adapters.docker.frames import STDOUT, BrokenStream, frames
from assay.adapters.docker.wire import READY
from assay.sandbox import SandboxError, SlotLost

READY_SECONDS = 60.0  # from the container's start to its pid 1; past this the engine hangs
DRAIN_SECONDS = 5.0  # for what a container that ended has written and the engine still holds


@asynccontextmanager
async def started(engine: Engine, body: Mapping[str, Any]) -> AsyncIterator["Container"]:
    """A container whose pid 1 is ready. Leaving removes it, and with it everything that runs in it."""
    container = await engine.create(body)
    made, watching = None, None
    try:
        made = Container(engine, container, *await engine.attach(container))
        await engine.start(container)
        watching = asyncio.ensure_future(made.end_with_process())
        await made.until(READY)
        yield made
    finally:
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        if made is not None:
            made.hang_up()
        await asyncio.shield(asyncio.ensure_future(engine.remove(container)))


class Container:
    """A started container: its id, its input, and its outputs in pieces."""

    def __init__(
        self, engine: Engine, identity: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.engine = engine
        self.id = identity
        self._writer = writer
        self._input_ended = False
        self._frames = frames(reader)
        self._early = b""

    async def until(self, words: bytes) -> None:
        """Wait for words of pid 1. Raises SlotLost with what the engine says instead."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                while len(self._early) < len(words):
                    stream, piece = await anext(self._frames)
                    self._early += piece if stream == STDOUT else b""
        except (StopAsyncIteration, BrokenStream, TimeoutError) as error:
            raise SlotLost(
                f"the container does not start: {await how_it_ended(self.engine, self.id)}"
            ) from error
        if not self._early.startswith(words):
            raise SlotLost("pid 1 of the container is not assay-init of this version")
        self._early = self._early[len(words) :]

    async def send(self, data: bytes) -> None:
        """To its standard input. Raises ConnectionError when it has ended, or its input has."""
        if self._input_ended:
            raise BrokenPipeError
        self._writer.write(data)
        await self._writer.drain()

    def end_input(self) -> None:
        if not self._input_ended:
            self._input_ended = True
            self._writer.write_eof()

    def hang_up(self) -> None:
        """Leave at once: what the program did not read is not waited for."""
        self._input_ended = True
        self._writer.transport.abort()

    async def end_with_process(self) -> None:
        """When the container ends, end its input: only then does the engine end its outputs."""
        with suppress(SandboxError):
            await self.engine.wait(self.id)
        self.end_input()
        await asyncio.sleep(DRAIN_SECONDS)
        self.hang_up()

    async def outputs(self) -> AsyncIterator[tuple[int, bytes]]:
        """(stream, bytes) as they come, until the container has closed both. Raises BrokenStream."""
        if self._early:
            yield STDOUT, self._early
            self._early = b""
        async for stream, piece in self._frames:
            yield stream, piece


async def how_it_ended(engine: Engine, container: str) -> str:
    """What the engine knows of a container that ended before its time. Its exit code only if it is known."""
    try:
        state = (await engine.inspect(container))["State"]
    except (EngineRefused, KeyError):
        return "it ended and is gone"
    if state.get("Running"):
        return "it gave no answer in time"
    words = f"it ended with exit code {state.get('ExitCode')}"
    return f"{words}: {state['Error']}" if state.get("Error") else words
