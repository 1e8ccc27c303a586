"""A sandbox through which the submission's runs are watched while the judge goes its usual way.

So there is one way to compile, run and check, and it is judging's. Slots of the jury's are passed on as they
are, and so is the compiler.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
import os
import stat
from typing import Protocol

from assay.assessments.tracing.ports import CallCounter
from assay.domain.events import Progress
from assay.domain.trace import Counts
from assay.judging.capture import null_device
from assay.judging.ports import Sandbox, SandboxSlot
from assay.judging.task import Tell
from assay.sandbox import Command, Facts, Policy, Status

SHORT_US = 50_000  # a run that is shorter is repeated most often: it costs the least and wavers the most
LONG_US = 250_000  # a longer one's time is steady enough as it is
REPEATED_SHORT = 5
REPEATED = 3


@dataclass(frozen=True, kw_only=True)
class Streams:
    """The descriptors of a run."""

    stdin: int
    stdout: int
    stderr: int
    files: Sequence[int]


class Watch(Protocol):
    """Who runs a program, and notes what it sees."""

    async def run(self, slot: SandboxSlot, command: Command, streams: Streams) -> Facts: ...


@dataclass(kw_only=True)
class _ByTest:
    """Knows which test is being run, from what the judge tells."""

    tell_on: Tell
    ordinal: int = 0

    async def tell(self, progress: Progress) -> None:
        """For `judge`."""
        self.ordinal = progress.test_case or 0
        await self.tell_on(progress)


@dataclass(kw_only=True)
class Stopwatch(_ByTest):
    """Notes the facts of each run, and of its repetitions: the first is the one that is judged."""

    seen: dict[int, list[tuple[Facts, ...]]] = field(default_factory=dict)

    async def run(self, slot: SandboxSlot, command: Command, streams: Streams) -> Facts:
        start = _offset_of_file(streams.stdin)
        facts = await _run(slot, command, streams)
        all_facts = [facts]
        if start is not None and not command.box_writable:
            for _ in range(_repetitions(facts)):
                os.lseek(streams.stdin, start, os.SEEK_SET)
                with null_device() as null:  # nobody reads it twice
                    all_facts.append(await _run(slot, command, replace(streams, stdout=null, stderr=null)))
        self.seen.setdefault(self.ordinal, []).append(tuple(all_facts))
        return facts


class EnoughCounted(Exception):
    """A program is too slow: the other tests are not waited for twice, and the timing tells of them."""


@dataclass(kw_only=True)
class CountingWatch(_ByTest):
    """Has the kernel count each run. Nothing of the times is kept: counting takes time itself.

    Raises `EnoughCounted` at the end of a run that took all of its time.
    """

    counter: CallCounter
    seen: dict[int, Counts] = field(default_factory=dict)  # of a test's first run that came to its own end

    async def run(self, slot: SandboxSlot, command: Command, streams: Streams) -> Facts:
        # A run made ahead, or forked from an interpreter that has started, begins before it is counted.
        command = replace(command, repeat=False, warm=False)
        self.counter.begin()
        try:
            facts = await _run(slot, command, streams)
        finally:
            counts = self.counter.end()
        if counts is not None and facts.status is Status.EXITED:
            self.seen.setdefault(self.ordinal, counts)
        if facts.status in (Status.CPU_TIME, Status.WALL_TIME):
            raise EnoughCounted
        return facts


class WatchedSandbox:
    """The sandbox, with a watch over what is not the jury's."""

    def __init__(self, sandbox: Sandbox, watch: Watch) -> None:
        self._sandbox = sandbox
        self._watch = watch

    @asynccontextmanager
    async def slot(self, *, for_jury: bool = False) -> AsyncIterator[SandboxSlot]:
        """As `Sandbox.slot`."""
        async with self._sandbox.slot(for_jury=for_jury) as slot:
            yield slot if for_jury else WatchedSlot(slot, self._watch)


class WatchedSlot:
    """A slot whose runs go by way of the watch, but for compilers: nobody is interested in their costs."""

    def __init__(self, slot: SandboxSlot, watch: Watch) -> None:
        self._slot = slot
        self._watch = watch

    async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        await self._slot.put(name, source, executable=executable)

    async def get(self, name: str, target: int, *, bytes_max: int) -> int:
        return await self._slot.get(name, target, bytes_max=bytes_max)

    async def folder(self, name: str) -> None:
        await self._slot.folder(name)

    async def listing(self, name: str) -> Mapping[str, int]:
        return await self._slot.listing(name)

    async def remove(self, name: str) -> None:
        await self._slot.remove(name)

    async def run(
        self, command: Command, *, stdin: int, stdout: int, stderr: int, files: Sequence[int] = ()
    ) -> Facts:
        streams = Streams(stdin=stdin, stdout=stdout, stderr=stderr, files=files)
        if command.policy is Policy.TOOLCHAIN:
            return await _run(self._slot, command, streams)
        return await self._watch.run(self._slot, command, streams)


async def _run(slot: SandboxSlot, command: Command, streams: Streams) -> Facts:
    return await slot.run(
        command,
        stdin=streams.stdin,
        stdout=streams.stdout,
        stderr=streams.stderr,
        files=streams.files,
    )


def _repetitions(facts: Facts) -> int:
    """How often a run that ended so is done again. One that a limit ended would only be ended again."""
    if facts.status is not Status.EXITED or facts.cpu_time_us >= LONG_US:
        return 0
    return (REPEATED_SHORT if facts.cpu_time_us < SHORT_US else REPEATED) - 1


def _offset_of_file(fd: int) -> int | None:
    """Where a file is to be read from; None for a pipe, from which nothing can be read twice."""
    return os.lseek(fd, 0, os.SEEK_CUR) if stat.S_ISREG(os.fstat(fd).st_mode) else None
