"""Inputs that a generator prints, and answers that the model solution prints.

    program ── stdout ──▶ a file of ours            a test's input, or its answer
            ── stderr ──▶ a file of ours            DMOJ: the answer
            ── /box/NAME                            Polygon: what the generator has written there

Each program is compiled once and then only put back. What is made may not depend on the order of making: the
box of a program that prints cannot be written to, and one that writes files has a box of its own each time.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence, Set
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
import os
from typing import TypeAlias

from assay.domain.jury import DataRef, JuryProgram, ValidationLimits
from assay.domain.limits import BYTES_PER_MIB
from assay.domain.verdict import Verdict
from assay.errors import Finding
from assay.judging.capture import closing_fd, null_device
from assay.judging.checking import finish_in_thread
from assay.judging.classify import classify_run
from assay.judging.dialects import JuryFault
from assay.judging.jury import MESSAGE_BYTES_MAX, Validator, make_ready
from assay.judging.lexing import read_at
from assay.judging.with_room import run_with_room
from assay.judging.words import printable_text
from assay.preparing.made_files import MADE_BYTES_MAX, MadeFiles, NewFile
from assay.preparing.workshop import Step, Workshop, at_once
from assay.problems.package import MadeAnswer, MadeInput
from assay.problems.testdata import DATA_FILE_BYTES_MAX
from assay.sandbox import Command, SandboxError

# For programs that nobody has set limits for. DMOJ gives generators 20 s and 512 MiB.
GENERATOR_LIMITS = ValidationLimits(
    cpu_time_ms=60_000, memory_bytes=2048 * BYTES_PER_MIB, output_bytes=DATA_FILE_BYTES_MAX
)
SAID_BYTES_MAX = 8 * BYTES_PER_MIB  # on standard error, when that is no answer
_CHUNK_BYTES = 1 << 20
Building: TypeAlias = defaultdict[JuryProgram, asyncio.Lock]
"""Held while a program is built, so that the second machine that wants it finds it built."""
_TOLD_CHARACTERS_MAX = 300


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One run of a program, and what is made of it. `from_files` are by their names in the box."""

    program: JuryProgram
    args: tuple[str, ...]
    stdin: DataRef | None
    stdout: list[DataRef] = field(default_factory=list)
    stderr: list[DataRef] = field(default_factory=list)
    from_files: dict[str, list[DataRef]] = field(default_factory=dict)
    is_text: bool = False

    @property
    def makes(self) -> list[DataRef]:
        return [*self.stdout, *self.stderr, *(ref for refs in self.from_files.values() for ref in refs)]


def jobs_of(makings: Sequence[MadeInput | MadeAnswer]) -> list[Job]:
    """The runs that it takes, in the order of the first making of each: the same run is made once. Pure."""
    jobs: dict[object, Job] = {}
    for making in makings:
        if isinstance(making, MadeAnswer):
            jobs[making] = Job(program=making.solution, args=(), stdin=making.input, stdout=[making.answer])
            continue
        key = (making.generator, making.args, making.stdin, making.is_text)
        job = jobs.setdefault(
            key,
            Job(program=making.generator, args=making.args, stdin=making.stdin, is_text=making.is_text),
        )
        if making.from_file is None:
            job.stdout.append(making.input)
        else:
            job.from_files.setdefault(making.from_file, []).append(making.input)
        if making.answer is not None:
            job.stderr.append(making.answer)
    return list(jobs.values())


def waves(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """The jobs in groups, each of which reads nothing but what earlier ones make. Pure.

    Raises ValueError when some would wait for each other for ever.
    """
    left = list(jobs)
    while left:
        unmade = frozenset(ref for job in left for ref in job.makes)
        waiting, wave = _parted(left, unmade)
        if not wave:
            raise ValueError(f"these files need each other to be made: {', '.join(sorted(unmade)[:5])}")
        yield wave
        left = waiting


def _parted(jobs: Sequence[Job], files: Set[DataRef]) -> tuple[list[Job], list[Job]]:
    """The jobs that read one of the files, and the others."""
    readers = [job for job in jobs if job.stdin in files]
    others = [job for job in jobs if job.stdin not in files]
    return readers, others


async def run_jobs(jobs: Sequence[Job], workshop: Workshop, files: MadeFiles, step: Step) -> list[Finding]:
    """Do all jobs, as many at once as there are seats. What went wrong is told of each job; what needs the
    output of one that failed is not tried. Raises `SandboxError` for failures of ours."""
    shift = _Shift(total=len(jobs), step=step)
    async with AsyncExitStack() as stack:
        building: Building = defaultdict(asyncio.Lock)
        machines = [_Machine(workshop, files, building) for _ in range(workshop.seats)]
        for machine in machines:
            stack.push_async_callback(machine.stop)
        for wave in waves(jobs):
            queue = shift.possible(wave)
            works = [partial(shift.work, machine, queue) for machine in machines]
            await at_once(works, seats=len(machines))
    return sorted(shift.findings, key=lambda finding: finding.path)


class _Shift:
    """What was done so far, and what went wrong."""

    def __init__(self, *, total: int, step: Step) -> None:
        self.findings: list[Finding] = []
        self._failed: set[DataRef] = set()
        self._total, self._done = total, 0
        self._step = step

    def possible(self, wave: Sequence[Job]) -> deque[Job]:
        """Those whose input could be made; by program, so that a machine changes its own rarely."""
        hopeless, possible = _parted(wave, self._failed)
        self._failed.update(ref for job in hopeless for ref in job.makes)
        self._done += len(hopeless)
        return deque(sorted(possible, key=lambda job: job.program.name))

    async def work(self, machine: "_Machine", queue: deque[Job]) -> None:
        """Do what is in the queue, together with others."""
        while queue:
            job = queue.popleft()
            try:
                await machine.do(job)
            except JuryFault as fault:
                self._failed.update(job.makes)
                self.findings.append(Finding(path=job.makes[0], field=None, message=str(fault)))
            self._done += 1
            self._step(job.makes[0], self._done, self._total)


class _Machine:
    """A slot with one program in it, until another one is wanted."""

    def __init__(self, workshop: Workshop, files: MadeFiles, building: "Building") -> None:
        self._workshop = workshop
        self._files = files
        self._building = building
        self._stack = AsyncExitStack()
        self._ready: Validator | None = None

    async def stop(self) -> None:
        """Give up the slot."""
        self._ready = None
        await self._stack.aclose()

    async def do(self, job: Job) -> None:
        """Raises `JuryFault`, and `SandboxError` for failures of ours."""
        ready = await self._with(job)
        command = self._command(ready, job)
        with ExitStack() as stack:
            stdin = stack.enter_context(
                null_device() if job.stdin is None else closing_fd(self._files.open(job.stdin))
            )
            printed, said = stack.enter_context(self._files.new()), stack.enter_context(self._files.new())
            facts, command = await run_with_room(
                ready.slot, command, stdin=stdin, stdout=printed.fd, stderr=said.fd
            )
            ruling = classify_run(facts, command)
            if ruling.verdict is Verdict.JE:
                raise SandboxError(ruling.message)
            if ruling.verdict is not None:
                raise JuryFault(_in_words(job, ruling.message, read_at(said.fd, 0, MESSAGE_BYTES_MAX)))
            made = [(printed, job.stdout), (said, job.stderr)]
            for name, refs in job.from_files.items():
                written = stack.enter_context(self._files.new())
                await ready.take(name, written.fd)
                made.append((written, refs))
            for file, refs in made:
                if refs:
                    await self._keep(stack, file, refs, is_text=job.is_text)

    async def _with(self, job: Job) -> Validator:
        """The job's program, ready in a slot."""
        if self._ready is not None and self._ready.program == job.program and not job.from_files:
            return self._ready
        await self.stop()
        slot = await self._stack.enter_async_context(self._workshop.sandbox.slot(for_jury=True))
        async with self._building[job.program]:
            ready = await make_ready(job.program, slot, self._files, self._workshop.jury, GENERATOR_LIMITS)
        if not job.from_files:
            self._ready = ready
        return ready

    def _command(self, ready: Validator, job: Job) -> Command:
        room = self._files.room()
        if room <= 0:
            raise JuryFault(f"more than {MADE_BYTES_MAX} bytes are made together")
        command = ready.command(job.args)
        limits = replace(
            command.limits,
            stdout_bytes=min(command.limits.stdout_bytes, room),
            stderr_bytes=min(command.limits.stderr_bytes, room) if job.stderr else SAID_BYTES_MAX,
        )
        return replace(command, box_writable=bool(job.from_files), limits=limits)

    async def _keep(self, stack: ExitStack, file: NewFile, refs: Sequence[DataRef], *, is_text: bool) -> None:
        if not is_text:
            file.keep_as(refs)
            return
        plain = stack.enter_context(self._files.new())
        await finish_in_thread(lambda: copy_text(file.fd, plain.fd))
        plain.keep_as(refs)


def copy_text(source: int, target: int) -> None:
    """Copy a file, each of its line ends as one newline, and one after the last line. Blocking.

    Source: DMOJ, `dmoj/utils/normalize.py`.
    """
    offset, last = 0, b"\n"
    while chunk := read_at(source, offset, _CHUNK_BYTES):
        if chunk.endswith(b"\r") and len(chunk) == _CHUNK_BYTES:  # it may be half a line end: read it again
            chunk = chunk[:-1] or chunk
        offset += len(chunk)
        text = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        _write_all(target, text)
        last = text[-1:]
    if last != b"\n":
        _write_all(target, b"\n")


def _write_all(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def _in_words(job: Job, what: str, said: bytes) -> str:
    """Which program failed, how, and the end of what it said."""
    call = " ".join([job.program.name, *job.args])
    words = printable_text(said).strip()[-_TOLD_CHARACTERS_MAX:]
    return f"{call}: {what}" + (f": {words}" if words else "")
