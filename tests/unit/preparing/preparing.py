"""A package with parts to make, in a pretended sandbox whose programs do what their names say."""

from collections.abc import Sequence
from dataclasses import replace
import os
from pathlib import Path

from assay.adapters.memory.sandbox import Ending, MemorySandbox, Program
from assay.domain.jury import DataRef, JuryFile, JuryProgram
from assay.domain.problem import OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.compile_cache import Memory
from assay.judging.jury import JuryTools
from assay.preparing import Workshop
from assay.problems import Package, PackageFormat, PackageSubmission
from assay.problems.expectations import Expectation, Rule, TimeUse
from assay.problems.package import UNMADE, Making
from assay.sandbox import Command
from tests.unit.judging.judging import HOST, LANGUAGE, LIMITS, Data

TOY = replace(LANGUAGE, id="toy")


def workshop(program: Program, *, seats: int = 2, memory: Memory | None = None) -> Workshop:
    return Workshop(
        sandbox=MemorySandbox(program),
        jury=JuryTools(language=lambda _: TOY, memory=memory),
        host=HOST,
        toolchain=lambda language: f"{language.name} 1.0",
        is_available=lambda language: True,
        seats=seats,
    )


def program_file(folder: Path, name: str) -> JuryProgram:
    """A program whose source is its name."""
    (folder / name).write_text(name)
    return JuryProgram(
        name=name, files=(JuryFile(name="main.toy", content=DataRef(name)),), language_id="toy"
    )


def case(number: int) -> TestCase:
    return TestCase(
        name=f"secret/{number}",
        input=DataRef(f"{number}.in"),
        answer=DataRef(f"{number}.ans"),
        is_sample=False,
        comparison=OutputComparison(),
    )


def package(
    folder: Path, unmade: Sequence[Making], submissions: Sequence[PackageSubmission] = (), *, tests: int = 1
) -> Package:
    problem = Problem(
        id="p",
        version=UNMADE if unmade else "1",
        name="P",
        limits=LIMITS,
        tests=tuple(case(number) for number in range(1, tests + 1)),
        statements=(),
    )
    return Package(
        path=folder,
        format=PackageFormat.DMOJ,
        problem=problem,
        submissions=tuple(submissions),
        warnings=(),
        files=Data(folder),
        unmade=tuple(unmade),
    )


def submission(name: str, use: TimeUse | None = None, rule: Rule | None = None) -> PackageSubmission:
    """One whose source is its name; `use` says which bound on the time limit all its tests give."""
    rules = tuple(each for each in (rule, None if use is None else Rule(time_use=use)) if each is not None)
    return PackageSubmission(
        path=f"submissions/{name}",
        files=(SourceFile(name="main.toy", content=name.encode()),),
        language_id="toy",
        expectation=Expectation(verdicts=(Verdict.AC,), rules=rules),
    )


def source_of(files: dict[str, bytes]) -> str:
    return files["main.toy"].decode()


def compiles(command: Command) -> bool:
    """Whether this is a compilation."""
    return command.argv[0] == "/bin/toyc"


def read(made: Package, ref: DataRef) -> bytes:
    fd = made.files.open(ref)
    try:
        return os.pread(fd, 1 << 20, 0)
    finally:
        os.close(fd)


def echo_arguments(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """A generator that prints its arguments, and what it reads; on standard error that in reverse."""
    if compiles(command):
        return Ending()
    text = b" ".join([source_of(files).encode(), *(each.encode() for each in command.argv[3:]), stdin])
    return Ending(stdout=text, stderr=text[::-1])
