"""One run: a container of its own, from its creation to the facts.

    create, attach, start ─▶ pid 1 says it is ready ─▶ counters are read: they are the zero of this run
    ─▶ request, then the caller's input ─▶ outputs to the caller; meanwhile the counters are watched
    ─▶ a report on both outputs: every process of the run is dead ─▶ counters are read ─▶ facts

What the container's own start uses (15 ms of CPU time) so never counts.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import os
import time
from typing import Any

from assay.adapters.docker.cgroups import CgroupGone, ContainerCgroup, Figures
from assay.adapters.docker.descriptors import pieces
from assay.adapters.docker.engine import Engine
from assay.adapters.docker.errors import EngineRefused
from assay.adapters.docker.frames import STDERR, STDOUT, BrokenStream, frames
from assay.adapters.docker.outlet import Outlet
from assay.adapters.docker.ruling import Delivery, Ending, facts_of
from assay.adapters.docker.tail import Tail
from assay.adapters.docker.wire import NONCE_BYTES, READY, Report, decode_report, encode_request
from assay.sandbox import Command, Facts, SandboxError, SlotLost

READY_SECONDS = 60.0  # from the container's start to its pid 1; past this the engine hangs
READER_SECONDS = 5.0  # what a slow reader gets once the program is dead, as with the cell
DRAIN_SECONDS = 5.0  # for what a container that ended has written and the engine still holds
END_SECONDS = 10.0  # for pid 1 to kill everything; past this the container is removed by force
_LOOK_SECONDS = 0.002, 0.05  # between two looks at the counters


@dataclass(frozen=True, kw_only=True)
class Streams:
    """The caller's file descriptors, already checked."""

    stdin: int
    stdout: int
    stderr: int


@asynccontextmanager
async def started(engine: Engine, body: Mapping[str, Any]) -> AsyncIterator["Container"]:
    """A container whose pid 1 is ready. Leaving removes it, and with it everything that runs in it."""
    container = await engine.create(body)
    made, watching = None, None
    try:
        made = Container(engine, container, *await engine.attach(container))
        await engine.start(container)
        watching = asyncio.ensure_future(made.end_with_process())
        await made.until_ready()
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

    async def until_ready(self) -> None:
        """Wait for pid 1's first words. Raises SlotLost with what the engine says instead."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                while len(self._early) < len(READY):
                    stream, piece = await anext(self._frames)
                    self._early += piece if stream == STDOUT else b""
        except (StopAsyncIteration, BrokenStream, TimeoutError) as error:
            raise SlotLost(
                f"the container does not start: {await how_it_ended(self.engine, self.id)}"
            ) from error
        if not self._early.startswith(READY):
            raise SlotLost("pid 1 of the container is not assay-init of this version")
        self._early = self._early[len(READY) :]

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


async def run_in(container: Container, command: Command, streams: Streams, box_bytes: int) -> Facts:
    """The conversation with a ready container. Raises SandboxError."""
    running = _Running(container, command, streams)
    try:
        return await running.to_the_end(box_bytes)
    finally:
        running.cgroup_close()


class _Running:
    """The state of one run while it goes on."""

    def __init__(self, container: Container, command: Command, streams: Streams) -> None:
        self._container = container
        self._command = command
        self._streams = streams
        self._nonce = os.urandom(NONCE_BYTES)
        self._alarm = asyncio.Event()  # an output wants the run to end
        self._cgroup: ContainerCgroup | None = None
        self._zero = Figures(cpu_time_us=0, memory_peak_bytes=0, oom_kills=0)
        self._last = self._zero
        limits = command.limits
        self._outlets = {
            STDOUT: Outlet(streams.stdout, limits.stdout_bytes, self._alarm),
            STDERR: Outlet(streams.stderr, limits.stderr_bytes, self._alarm),
        }

    def cgroup_close(self) -> None:
        if self._cgroup is not None:
            self._cgroup.close()

    async def to_the_end(self, box_bytes: int) -> Facts:
        request = encode_request(self._command, self._nonce, box_bytes)
        await self._open_cgroup()
        with suppress(ConnectionError):  # its end is told by its outputs
            await self._container.send(request)
        began = time.monotonic()
        tasks = [asyncio.ensure_future(self._pour_in()), asyncio.ensure_future(self._watch(began))]
        try:
            report = await self._pour_out()
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        with suppress(CgroupGone):
            self._look()
        return facts_of(self._command, await self._ending(report, time.monotonic() - began))

    async def _open_cgroup(self) -> None:
        """Before the program begins, so that what was counted until now can be taken off."""
        container = self._container
        state = (await container.engine.inspect(container.id))["State"]
        self._cgroup = ContainerCgroup.of_process(int(state["Pid"]), container.id)
        try:
            self._zero = self._cgroup.read()
        except CgroupGone as error:
            raise SlotLost(
                f"the container is gone: {await how_it_ended(container.engine, container.id)}"
            ) from error

    def _look(self) -> Figures:
        """The figures of this run. Raises CgroupGone."""
        if self._cgroup is None:
            raise CgroupGone
        now = self._cgroup.read()
        self._last = Figures(
            cpu_time_us=now.cpu_time_us - self._zero.cpu_time_us,
            memory_peak_bytes=now.memory_peak_bytes,
            oom_kills=now.oom_kills - self._zero.oom_kills,
        )
        return self._last

    async def _pour_in(self) -> None:
        """The caller's input, and then its end. A program that does not read it all is no error."""
        with suppress(ConnectionError):
            async for piece in pieces(self._streams.stdin):
                await self._container.send(piece)
            self._container.end_input()

    async def _pour_out(self) -> Report | None:
        """Deliver both outputs until both end in the report; None if they end without."""
        tails = {stream: Tail(self._nonce) for stream in self._outlets}
        with suppress(BrokenStream):
            async for stream, piece in self._container.outputs():
                await self._outlets[stream].write(tails[stream].feed(piece))
                reports = [tail.report for tail in tails.values()]
                if reports[0] is not None and reports[1] is not None:
                    return decode_report(reports[0])
        for stream, tail in tails.items():
            await self._outlets[stream].write(tail.rest())
        return None

    async def _watch(self, began: float) -> None:
        """Tell pid 1 to end the run once a limit is exceeded that it cannot see; then see that it obeys."""
        limits = self._command.limits
        wall_seconds = limits.wall_time_ms / 1000
        with suppress(CgroupGone):
            while time.monotonic() < began + wall_seconds:
                figures = self._look()
                left_us = limits.cpu_time_ms * 1000 - figures.cpu_time_us
                if left_us < 0 or figures.oom_kills:
                    break
                pause = min(max(left_us / 1e6 / limits.cores, _LOOK_SECONDS[0]), _LOOK_SECONDS[1])
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):  # wait_for may swallow a cancellation
                        await self._alarm.wait()
                    break
        await self._container.engine.signal(self._container.id, "SIGUSR1")
        await asyncio.sleep(READER_SECONDS)
        for outlet in self._outlets.values():
            outlet.discard()
        await asyncio.sleep(END_SECONDS)
        await self._container.engine.remove(self._container.id)

    async def _ending(self, report: Report | None, wall_seconds: float) -> Ending:
        out_of_memory, words = False, ""
        if report is None:
            engine, container = self._container.engine, self._container.id
            with suppress(EngineRefused, KeyError):
                out_of_memory = bool((await engine.inspect(container))["State"]["OOMKilled"])
            words = (
                "the container ended before its figures could be read: "
                f"{await how_it_ended(engine, container)}"
            )
        return Ending(
            report=report,
            words=words,
            out_of_memory=out_of_memory,
            figures=self._last,
            wall_time_us=round(wall_seconds * 1e6),
            stdout=_delivery(self._outlets[STDOUT]),
            stderr=_delivery(self._outlets[STDERR]),
        )


def _delivery(outlet: Outlet) -> Delivery:
    return Delivery(
        bytes=outlet.delivered,
        is_truncated=outlet.is_truncated,
        reader_is_gone=outlet.reader_is_gone,
        error=outlet.error,
    )
