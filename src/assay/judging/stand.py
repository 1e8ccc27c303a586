"""The candidate's place in the sandbox: one slot for all runs, or one for each (working_folder.py)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from assay.domain.language import Language
from assay.domain.problem import TestCase
from assay.domain.submission import SourceFile
from assay.judging.arguments import with_arguments
from assay.judging.budget import run_command, unbuffered
from assay.judging.capture import closing_fd
from assay.judging.compilation import Compilation, prepare
from assay.judging.compile_cache import Memory, memory_for_now
from assay.judging.included import is_in_the_way, with_included
from assay.judging.ports import SandboxSlot
from assay.judging.task import Task
from assay.judging.working_folder import in_working_folder, needs_own_slots
from assay.languages.commands import run_argv
from assay.sandbox import Command, SandboxError


@dataclass(frozen=True, kw_only=True)
class Stand:
    """The program, compiled in `slot` and ready to be run by `command`."""

    task: Task
    language: Language
    files: Sequence[SourceFile]  # with those that the setter adds
    memory: Memory
    slot: SandboxSlot
    command: Command

    def place(self, test: TestCase, *, is_last: bool) -> "Place":
        """Where the runs of a test are, and how the program is started there. Raises `JuryFault`."""
        command = with_arguments(replace(self.command, repeat=not is_last), test.args, test.name)
        needs_slots = needs_own_slots(self.task.problem, test, len(self.files))
        if needs_slots:
            command = replace(command, repeat=False, warm=False)
        command = in_working_folder(command, self.task.problem, test, len(self.files))
        return Place(stand=self, test=test, command=command, has_own_slots=needs_slots)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a test's runs are, one after the other."""

    stand: Stand
    test: TestCase
    command: Command
    has_own_slots: bool

    @asynccontextmanager
    async def for_run(self) -> AsyncIterator[SandboxSlot]:
        """The slot of the next run, in which nothing is that an earlier one left. Raises `SandboxError`."""
        if not self.has_own_slots:
            yield self.stand.slot
            return
        async with self.stand.task.sandbox.slot() as slot:
            await self._set_up(slot)
            yield slot

    async def _set_up(self, slot: SandboxSlot) -> None:
        stand = self.stand
        compilation = await prepare(
            slot, stand.files, stand.language, stand.task.of_compilation, memory=stand.memory
        )
        if compilation.ruling.verdict is not None:
            raise SandboxError(f"what compiled before does not any more: {compilation.ruling.message}")
        for file in self.test.files:
            for own in stand.files:
                if own.name != file.name and is_in_the_way(own.name, file.name):
                    await slot.remove(min(own.name, file.name, key=len))  # a file where a folder must be
            with closing_fd(stand.task.data.open(file.content)) as fd:
                await slot.put(file.name, fd, executable=file.executable)


async def set_up(task: Task, language: Language, stack: AsyncExitStack) -> tuple[Stand, Compilation]:
    """Compile what was submitted. `stack` gives up the slot. Raises `JuryFault` for what the setter adds."""
    problem = task.problem
    files = await asyncio.to_thread(with_included, task.files, problem, language, task.data)
    memory = task.memory or memory_for_now()
    slot = await stack.enter_async_context(task.sandbox.slot())
    is_put_back = task.room is not None or any(
        needs_own_slots(problem, test, len(files)) for test in problem.tests
    )
    compilation = await prepare(
        slot, files, language, task.of_compilation, memory=memory if is_put_back else task.memory
    )
    argv = run_argv(language, files, task.of_run.memory_bytes)
    command = run_command(language.run, argv, task.of_run, runs=len(problem.tests))
    if problem.unbuffered:
        command = unbuffered(command, language.run)
    stand = Stand(task=task, language=language, files=files, memory=memory, slot=slot, command=command)
    return stand, compilation
