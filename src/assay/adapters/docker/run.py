"""One run: a container of its own, from its creation to the facts.

    pid 1 is ready ─▶ further files, which it keeps in memory that is not the run's ─▶ counters are read:
    they are the zero of this run
    ─▶ request, then the caller's input ─▶ outputs to the caller; meanwhile the counters are watched
    ─▶ a report on both outputs: every process of the run is dead ─▶ counters are read ─▶ facts

What the container's own start uses (15 ms of CPU time) so never counts, nor does taking the files.
"""

import asyncio
from contextlib import suppress
import os
import time

from assay.adapters.docker.cgroups import CgroupGone, ContainerCgroup, Figures
from assay.adapters.docker.descriptors import pieces, pieces_from_start
from assay.adapters.docker.errors import EngineRefused
from assay.adapters.docker.frames import STDERR, STDOUT, BrokenStream
from assay.adapters.docker.outlet import Outlet
from assay.adapters.docker.ruling import Delivery, Ending, facts_of
from assay.adapters.docker.started import Container, how_it_ended
from assay.adapters.docker.streams import Streams
from assay.adapters.docker.tail import Tail
from assay.adapters.docker.wire import (
    FILES_ARE_HERE,
    NONCE_BYTES,
    Report,
    decode_report,
    encode_files,
    encode_request,
)
from assay.sandbox import Command, Facts, SlotLost

READER_SECONDS = 5.0  # what a slow reader gets once the program is dead, as with the cell
END_SECONDS = 10.0  # for pid 1 to kill everything; past this the container is removed by force
_LOOK_SECONDS = 0.002, 0.05  # between two looks at the counters


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
        self._pouring: asyncio.Task[None] | None = None
        self._ended_at_us = 0  # not yet
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
        await self._hand_over_files()
        await self._open_cgroup()
        with suppress(ConnectionError):  # its end is told by its outputs
            await self._container.send(request)
        began = time.monotonic()
        tasks = [asyncio.ensure_future(self._pour_in()), asyncio.ensure_future(self._watch(began))]
        self._pouring = tasks[0]
        try:
            report = await self._pour_out()
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        self._ended_at_us = self._ended_at_us or _now_us()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        with suppress(CgroupGone):
            self._look()
        return facts_of(self._command, await self._ending(report, time.monotonic() - began))

    async def _hand_over_files(self) -> None:
        """Before anything is counted. Raises SlotLost."""
        files = self._streams.files
        with suppress(ConnectionError):  # then the words do not come
            await self._container.send(encode_files([size for _, size in files]))
            for fd, size in files:
                async for piece in pieces_from_start(fd, size):
                    await self._container.send(piece)
        await self._container.until(FILES_ARE_HERE)

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
            memory_peak_bytes=max(0, now.memory_peak_bytes - self._streams.files_bytes),
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
                own = tails[stream].feed(piece)
                if tails[stream].has_ended:
                    await self._note_end()
                await self._outlets[stream].write(own)
                reports = [tail.report for tail in tails.values()]
                if reports[0] is not None and reports[1] is not None:
                    return decode_report(reports[0])
        for stream, tail in tails.items():
            await self._outlets[stream].write(tail.rest())
        return None

    async def _note_end(self) -> None:
        """Before anybody at the other end of a pipe can see it: who writes to the input sees it now."""
        if self._ended_at_us:
            return
        self._ended_at_us = _now_us()
        if self._pouring is not None:
            self._pouring.cancel()
            await asyncio.wait([self._pouring])
        self._streams.close_input()

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
            ended_at_us=self._ended_at_us,
            stdout=_delivery(self._outlets[STDOUT]),
            stderr=_delivery(self._outlets[STDERR]),
        )


def _now_us() -> int:
    return time.monotonic_ns() // 1000


def _delivery(outlet: Outlet) -> Delivery:
    return Delivery(
        bytes=outlet.delivered,
        is_truncated=outlet.is_truncated,
        reader_is_gone=outlet.reader_is_gone,
        error=outlet.error,
    )
