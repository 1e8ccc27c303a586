"""The setter's programs at work: made ready once for a submission, then run on test after test.

Each has a slot of its own, apart from the candidate's: nothing of the candidate's reaches it but what was
printed. What is in its /box:

    <sources, artefacts>     as the language wants them
    feedback/                empty before each test; judgemessage.txt, teammessage.txt, score.txt … after it

Whatever it leaves there that cannot be read is its mistake (`JuryFault`), and no fault of the sandbox's.

A test's files come as descriptors (`dialects.INPUT_PATH` …), so that nothing is copied, however large it is.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from assay.domain.jury import Dialect, JuryFile, JuryProgram, ValidationLimits
from assay.domain.language import Language
from assay.domain.problem import TestCase
from assay.domain.submission import SourceFile
from assay.errors import UnknownLanguage
from assay.judging.arguments import with_arguments
from assay.judging.budget import (
    compile_limits_of_jury,
    run_command,
    unbuffered,
    validator_limits,
)
from assay.judging.capture import closing_fd, memory_file, null_device
from assay.judging.classify import classify_compilation
from assay.judging.compilation import prepare
from assay.judging.compile_cache import Memory
from assay.judging.dialects import (
    FEEDBACK,
    Feedback,
    Judged,
    JuryFault,
    checker_arguments,
    understand,
)
from assay.judging.lexing import read_at
from assay.judging.ports import SandboxSlot, TestData
from assay.judging.starvation import with_room
from assay.judging.with_room import run_with_room
from assay.judging.words import compiler_text
from assay.languages.commands import BOX, run_argv
from assay.sandbox import Command, Policy, RequestRefused, RunLimits

FILE_BYTES_MAX = 64 << 20  # of a program's own files together; a checker with tables has some MiB
MESSAGE_BYTES_MAX = 1 << 16  # of a message for people
NUMBER_BYTES_MAX = 1 << 10
_BUILD, _RUN = "build", "run"  # package format, "Other programs"
_TOOLS_VIEW = "toolchain"  # a shell, Python 3, a C and a C++ compiler: what the format promises to scripts
_TOOLS_ENV = {"PATH": "/usr/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8"}  # noqa: S108  the run's own
_PROCESSES = 64
_NEXT_PASS = f"{FEEDBACK}/nextpass.in"
_SHELL = "/bin/sh"


@dataclass(frozen=True, kw_only=True)
class JuryTools:
    """What a jury's programs are made ready with. `language` raises UnknownLanguage; `memory` keeps what was
    compiled for the next submission, None for nothing."""

    language: Callable[[str], Language]
    memory: Memory | None = None


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a program of the jury's is given for one test: descriptors, which stay the caller's."""

    input: int
    answer: int
    output: int | None = None

    @property
    def files(self) -> tuple[int, ...]:
        return (self.input, self.answer) if self.output is None else (self.input, self.answer, self.output)


class Validator:
    """One program of the jury's, ready in its slot."""

    def __init__(
        self, program: JuryProgram, slot: SandboxSlot, command: Command, *, own: Sequence[str]
    ) -> None:
        self.program = program
        self.slot = slot
        self.own = frozenset(own)  # the names in /box that are its
        self._command = command

    def command(self, arguments: Sequence[str], *, waits_ms: int = 0, has_room: bool = False) -> Command:
        """How it is started, which may wait `waits_ms` longer than it works. `has_room`: it was starved the
        last time. Raises `JuryFault`."""
        command = with_room(self._command) if has_room else self._command
        if waits_ms:
            wall_time_ms = command.limits.wall_time_ms + waits_ms
            command = replace(command, limits=replace(command.limits, wall_time_ms=wall_time_ms))
        return with_arguments(command, (*self.program.args, *arguments), self.program.name)

    async def check(self, test: TestCase, material: Material, *, has_room: bool = False) -> Judged:
        """Let it judge an output, which is `material.output`.

        Raises `JuryStarved` when it was starved, `JuryFault` and `SandboxError`.
        """
        dialect = self.program.dialect
        arguments = checker_arguments(dialect, test.validator_args)
        with ExitStack() as stack:
            said, null = stack.enter_context(memory_file("said")), stack.enter_context(null_device())
            stdin = material.output if dialect is Dialect.ICPC and material.output is not None else null
            stdout = said if dialect is Dialect.PEG else null
            facts = await self.slot.run(
                self.command(arguments, has_room=has_room),
                stdin=stdin,
                stdout=stdout,
                stderr=null if dialect is Dialect.PEG else said,
                files=(material.input, material.answer) if dialect is Dialect.ICPC else material.files,
            )
            words = read_at(said, 0, MESSAGE_BYTES_MAX)
        return understand(self.program.name, dialect, facts, words, await self.feedback())

    async def clear(self) -> None:
        """An empty feedback folder, for the next test. Raises `JuryFault`."""
        with self._as_it_left(FEEDBACK):
            await self.slot.folder(FEEDBACK)

    async def feedback(self) -> Feedback:
        """What it left in its feedback folder. Raises `JuryFault`."""
        if self.program.dialect is not Dialect.ICPC:
            return Feedback()
        with self._as_it_left(FEEDBACK):
            names = set(await self.slot.listing(FEEDBACK))
        found: dict[str, bytes] = {}
        for name, bytes_max in _FEEDBACK_FILES.items():
            if name in names:
                found[name] = await self._read(f"{FEEDBACK}/{name}", bytes_max)
        return Feedback(
            judge_message=found.get("judgemessage.txt"),
            team_message=found.get("teammessage.txt"),
            score=found.get("score.txt"),
            score_multiplier=found.get("score_multiplier.txt"),
            has_next_pass="nextpass.in" in names,
        )

    async def take(self, name: str, target: int) -> int:
        """Copy a file that it left below /box to a descriptor; its size. Raises `JuryFault`."""
        with self._as_it_left(name):
            return await self.slot.get(name, target, bytes_max=self._command.limits.stdout_bytes)

    async def take_next_pass(self, target: int) -> None:
        """Move nextpass.in out of the feedback folder. Raises `JuryFault`."""
        await self.take(_NEXT_PASS, target)
        with self._as_it_left(_NEXT_PASS):
            await self.slot.remove(_NEXT_PASS)

    @contextmanager
    def _as_it_left(self, name: str) -> Iterator[None]:
        try:
            yield
        except RequestRefused as refusal:
            raise JuryFault(f"{self.program.name} left no usable {name}: {refusal}") from refusal

    async def _read(self, name: str, bytes_max: int) -> bytes:
        """At most `bytes_max` bytes; a longer file is cut."""
        with memory_file("feedback") as memory:
            size = await self.take(name, memory)
            return read_at(memory, 0, min(size, bytes_max))


_FEEDBACK_FILES = {
    "judgemessage.txt": MESSAGE_BYTES_MAX,
    "teammessage.txt": MESSAGE_BYTES_MAX,
    "score.txt": NUMBER_BYTES_MAX,
    "score_multiplier.txt": NUMBER_BYTES_MAX,
}


async def make_ready(
    program: JuryProgram,
    slot: SandboxSlot,
    data: TestData,
    tools: JuryTools,
    limits: ValidationLimits,
    *,
    folder: str = "",
) -> Validator:
    """Put the program into the slot, into a folder of its own below /box if one is named, and build it.

    Raises `JuryFault` when it cannot be built.
    """
    files = await asyncio.to_thread(read_files, program.files, data)
    files.sort(key=lambda file: file.name != program.main)
    if folder:
        files = [replace(file, name=f"{folder}/{file.name}") for file in files]
    if program.language_id is None:
        return await _scripted(program, slot, files, limits, folder)
    try:
        language = tools.language(program.language_id)
    except UnknownLanguage as error:
        raise JuryFault(f"{program.name}: {error.message}") from error
    of_run = validator_limits(limits, processes=max(language.run.processes, _PROCESSES))
    of_compilation = compile_limits_of_jury()
    compilation = await prepare(slot, files, language, of_compilation, memory=tools.memory)
    if compilation.ruling.verdict is not None:
        said = compiler_text(compilation.output).strip()
        raise JuryFault(f"{program.name} does not compile: {compilation.ruling.message}\n{said}".strip())
    argv = run_argv(language, files, of_run.memory_bytes)
    command = run_command(language.run, argv, of_run, runs=1)
    if program.unbuffered:
        command = unbuffered(command, language.run)
    made = () if language.compile is None else language.compile.artefacts or ()
    own = [name.partition("/")[0] for name in (*made, *(file.name for file in files))]
    return Validator(program, slot, replace(command, box_writable=True), own=own)


def read_files(files: Sequence[JuryFile], data: TestData) -> list[SourceFile]:
    """The files with their contents. Blocking. Raises `JuryFault` when they are too much."""
    found: list[SourceFile] = []
    room = FILE_BYTES_MAX
    for file in files:
        with closing_fd(data.open(file.content)) as fd:
            content = read_at(fd, 0, room + 1)
        room -= len(content)
        if room < 0:
            raise JuryFault(f"the files with {file.name} are more than {FILE_BYTES_MAX} bytes together")
        found.append(SourceFile(name=file.name, content=content))
    return found


async def _scripted(
    program: JuryProgram,
    slot: SandboxSlot,
    files: Sequence[SourceFile],
    limits: ValidationLimits,
    folder: str,
) -> Validator:
    """A program that brings its own `build` and `run`. It is built where its files are."""
    home = f"{BOX}/{folder}" if folder else BOX
    executables = {f"{home}/{file.name}" for file in program.files if file.executable}
    for file in files:
        await slot.put(file.name, file.content, executable=f"{BOX}/{file.name}" in executables)
    if any(file.name == _BUILD for file in program.files):
        # the sandbox works in /box itself, and in no folder of it
        argv = (_SHELL, "-c", f'cd "$0" && exec ./{_BUILD}', home) if folder else (f"{home}/{_BUILD}",)
        command = _tool_command(argv, compile_limits_of_jury())
        with null_device() as null, memory_file("build-output") as output:
            facts, command = await run_with_room(slot, command, stdin=null, stdout=output, stderr=output)
            said = compiler_text(read_at(output, 0, MESSAGE_BYTES_MAX)).strip()
        ruling = classify_compilation(facts, command)
        if ruling.verdict is not None:
            raise JuryFault(f"{program.name}/build failed: {ruling.message}\n{said}".strip())
    command = _tool_command((f"{home}/{_RUN}",), validator_limits(limits, processes=_PROCESSES))
    return Validator(program, slot, command, own=[file.name.partition("/")[0] for file in files])


def _tool_command(argv: tuple[str, ...], limits: RunLimits) -> Command:
    return Command(
        argv=argv,
        env=_TOOLS_ENV,
        view=_TOOLS_VIEW,
        limits=limits,
        policy=Policy.TOOLCHAIN,
        box_writable=True,
    )
