"""The candidate's place in the sandbox: one slot for all tests, or one for each test that brings files.

Files of a test are in the program's working folder, which is /box then and can be written. So nothing of one
test may be left for the next: each has a slot of its own, into which the compiled program is put back.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from assay.domain.language import Language
from assay.domain.problem import TestCase
from assay.domain.submission import SourceFile
from assay.judging.budget import run_command
from assay.judging.capture import closing_fd
from assay.judging.compilation import Compilation, prepare
from assay.judging.compile_cache import Memory, memory_for_now
from assay.judging.included import with_included
from assay.judging.ports import SandboxSlot
from assay.judging.task import Task
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

    @asynccontextmanager
    async def for_test(self, test: TestCase, *, is_last: bool) -> AsyncIterator[tuple[SandboxSlot, Command]]:
        """Where to run a test, and how: in `slot` unless the test has files or wants some written."""
        command = replace(self.command, argv=(*self.command.argv, *test.args), repeat=not is_last)
        if not test.files and not self.task.problem.output_file:
            yield self.slot, command
            return
        async with self.task.sandbox.slot() as slot:
            compilation = await prepare(
                slot, self.files, self.language, self.task.of_compilation, memory=self.memory
            )
            if compilation.ruling.verdict is not None:
                raise SandboxError(f"what compiled before does not any more: {compilation.ruling.message}")
            for file in test.files:
                with closing_fd(self.task.data.open(file.content)) as fd:
                    await slot.put(file.name, fd, executable=file.executable)
            yield slot, replace(command, box_writable=True, repeat=False, warm=False)


async def set_up(task: Task, language: Language, stack: AsyncExitStack) -> tuple[Stand, Compilation]:
    """Compile what was submitted. `stack` gives up the slot. Raises `JuryFault` for what the setter adds."""
    problem = task.problem
    files = await asyncio.to_thread(with_included, task.files, problem, language, task.data)
    memory = task.memory or memory_for_now()
    slot = await stack.enter_async_context(task.sandbox.slot())
    has_files = bool(problem.output_file) or any(test.files for test in problem.tests)
    compilation = await prepare(
        slot, files, language, task.of_compilation, memory=memory if has_files else task.memory
    )
    argv = run_argv(language, files, task.of_run.memory_bytes)
    command = run_command(language.run, argv, task.of_run, runs=len(problem.tests))
    # Where there are files to be found beside the program, it works among them (package format, "Working
    # directory"); else in its scratch folder, which it can write to.
    command = replace(command, in_box=len(files) > 1)
    stand = Stand(task=task, language=language, files=files, memory=memory, slot=slot, command=command)
    return stand, compilation
