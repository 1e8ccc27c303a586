"""One call of judge() on a fake sandbox, with a program that doubles its input."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import time

from assay.adapters.memory.sandbox import Ending, MemorySandbox, Program
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.language import CompileStep, Language, RunStep, SelfTest
from assay.domain.limits import Limits
from assay.domain.problem import DataRef, OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.judging.host import HostFacts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.ports import Room
from assay.sandbox import Command

LANGUAGE = Language(
    id="toy",
    name="Toy",
    extensions=("toy",),
    source_name="main.toy",
    version_argv=("/bin/toy", "--version"),
    apt_packages=(),
    required_paths=(),
    compile=CompileStep(argv=("/bin/toyc", "{sources}"), env={"STEP": "compile"}, view="tools"),
    run=RunStep(
        argv=("/bin/toy", "{main}", "{memory_mib}"),
        env={"STEP": "run"},
        view="native",
        policy="native",
        start_ahead=True,
        processes=3,
    ),
    cpu_time_multiplier=2.0,
    self_test=SelfTest(source="", stdin="", stdout=""),
)
LIMITS = Limits(
    cpu_time_ms=500,
    memory_bytes=64 << 20,
    output_bytes=1000,
    source_bytes=1 << 16,
    compile_time_ms=10_000,
    compile_memory_bytes=512 << 20,
)
FILES = (SourceFile(name="my main.toy", content=b"double it"),)
HOST = HostFacts(machine="x86_64", cpu_model="Test CPU", cores=2, sandbox="none")


class Data:
    """Test files in a folder; remembers what was opened, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.opened: list[str] = []

    def open(self, ref: DataRef) -> int:
        self.opened.append(ref)
        return os.open(self._folder / ref, os.O_RDONLY | os.O_CLOEXEC)


def make_problem(folder: Path, count: int = 3) -> Problem:
    """Test n: the input is n, the answer 2n; the first is a sample."""
    tests = []
    for number in range(1, count + 1):
        (folder / f"{number}.in").write_text(f"{number}\n")
        (folder / f"{number}.ans").write_text(f"{2 * number}\n")
        tests.append(
            TestCase(
                name=f"{'sample' if number == 1 else 'secret'}/{number}",
                input=DataRef(f"{number}.in"),
                answer=DataRef(f"{number}.ans"),
                is_sample=number == 1,
                comparison=OutputComparison(),
            )
        )
    return Problem(id="p", version="v1", name="P", limits=LIMITS, tests=tuple(tests), statements=())


def ends(compilation: Ending | None = None, **by_input: Ending) -> Program:
    """A program that doubles its input, except for the inputs `t1`, `t2`, … that end otherwise."""

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.box_writable:
            return compilation or Ending()
        number = int(stdin)
        return by_input.get(f"t{number}") or Ending(stdout=b"%d\n" % (2 * number))

    return program


class Judging:
    """One call of judge() and all that can be seen from outside."""

    def __init__(self, folder: Path, program: Program, *, language: Language = LANGUAGE) -> None:
        self.commands: list[Command] = []
        self.boxes: list[dict[str, bytes]] = []
        self.told: list[Progress] = []
        self.data = Data(folder)
        self.problem = make_problem(folder)
        self.language = language
        self._has_run = asyncio.Semaphore(0)

        def observed(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
            self.commands.append(command)
            self.boxes.append(files)
            self._has_run.release()
            return program(command, files, stdin)

        self.sandbox = MemorySandbox(observed)

    async def tell(self, progress: Progress) -> None:
        self.told.append(progress)

    async def has_run(self, count: int) -> None:
        """Wait until that many commands have begun."""
        for _ in range(count):
            await self._has_run.acquire()

    async def decide(self, *, all_tests: bool = False, room: Room | None = None) -> Decision:
        return await judge(
            FILES,
            self.problem,
            self.language,
            sandbox=self.sandbox,
            data=self.data,
            toolchain=lambda language: f"{language.name} 1.0",
            host=HOST,
            tell=self.tell,
            jury=JuryTools(language=lambda language_id: LANGUAGE),
            all_tests=all_tests,
            room=room,
        )


def open_descriptors() -> set[str]:
    return {f"{fd.name} {fd.readlink()}" for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()}


@contextmanager
def nothing_left_open() -> Iterator[None]:
    before = open_descriptors()
    yield
    deadline = time.monotonic() + 2
    while left := {each for each in open_descriptors() - before if not each.endswith("/fd")}:
        assert time.monotonic() < deadline, left
        time.sleep(0.01)  # a thread of another test's may be starting a process just now
