"""Running a language's two steps in a real cell, with nothing of the judge in between."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.languages.commands import compile_argv, run_argv, run_env
from assay.languages.views import expand_views, load_views
from assay.sandbox import Cell, CellConfig, CellProcess, Command, Facts, Policy, RunLimits, Slot

MIB = 1 << 20
CELL_BINARY = Path(__file__).resolve().parents[3] / "cell" / "build" / "cell"
FIRST_SLOT_UID = 71_000
COMPILE_MEMORY_BYTES = 2048 * MIB
RUN_MEMORY_BYTES = 256 * MIB


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One step's facts and what it wrote."""

    facts: Facts
    stdout: str
    stderr: str


def start_cell(
    folder: Path, *, views: Mapping[str, Sequence[Path]] | None = None, box_bytes: int = 256 * MIB
) -> CellProcess:
    """A supervisor of one slot with the shipped views, or others; the caller stops it."""
    return CellProcess.start(
        CellConfig(
            binary=CELL_BINARY,
            socket_path=folder / "cell.sock",
            slots=1,
            client_uid=os.getuid(),
            client_gid=os.getgid(),
            first_slot_uid=FIRST_SLOT_UID,
            views=views or expand_views(load_views()),
            box_bytes=box_bytes,
        )
    )


class Program:
    """A submission in a slot of its own."""

    def __init__(self, slot: Slot, language: Language, files: tuple[SourceFile, ...]) -> None:
        self.slot = slot
        self._language = language
        self._files = files

    async def compile(self) -> Outcome:
        """Run the compile step."""
        step = self._language.compile
        assert step is not None
        argv = compile_argv(self._language, self._files, COMPILE_MEMORY_BYTES)
        limits = _limits(COMPILE_MEMORY_BYTES, processes=256)
        command = Command(
            argv=argv, env=step.env, view=step.view, limits=limits, policy=Policy.TOOLCHAIN, box_writable=True
        )
        return await self._run(command, "")

    async def run(self, stdin: str) -> Outcome:
        """Run the program."""
        step = self._language.run
        argv = run_argv(self._language, self._files, RUN_MEMORY_BYTES)
        limits = _limits(RUN_MEMORY_BYTES, processes=step.processes)
        command = Command(
            argv=argv,
            env=run_env(step.env, RUN_MEMORY_BYTES),
            view=step.view,
            limits=limits,
            policy=Policy(step.policy),
            box_writable=False,
        )
        return await self._run(command, stdin)

    async def _run(self, command: Command, text: str) -> Outcome:
        stdin, stdout, stderr = (os.memfd_create(name) for name in ("stdin", "stdout", "stderr"))
        try:
            os.write(stdin, text.encode())
            os.lseek(stdin, 0, os.SEEK_SET)
            facts = await self.slot.run(command, stdin=stdin, stdout=stdout, stderr=stderr)
            return Outcome(
                facts=facts,
                stdout=os.pread(stdout, MIB, 0).decode(errors="replace"),
                stderr=os.pread(stderr, MIB, 0).decode(errors="replace"),
            )
        finally:
            for fd in (stdin, stdout, stderr):
                os.close(fd)


@asynccontextmanager
async def program(socket: Path, language: Language, sources: Mapping[str, str]) -> AsyncIterator[Program]:
    """Put the sources into a fresh slot."""
    files = tuple(SourceFile(name=name, content=text.encode()) for name, text in sources.items())
    cell = await Cell.connect(socket)
    async with cell.slot() as slot:
        for file in files:
            await slot.put(file.name, file.content)
        yield Program(slot, language, files)


def _limits(memory_bytes: int, *, processes: int) -> RunLimits:
    return RunLimits(
        cpu_time_ms=20_000,
        wall_time_ms=41_000,
        memory_bytes=memory_bytes,
        processes=processes,
        open_files=256,
        scratch_bytes=512 * MIB,
        scratch_inodes=65_536,
        stdout_bytes=MIB,
        stderr_bytes=MIB,
        cores=1,
    )
