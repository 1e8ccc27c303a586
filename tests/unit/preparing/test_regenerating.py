"""Which files are made again, and how they compare with those that are there."""

import os
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending, Program
from assay.domain.jury import DataRef
from assay.errors import PackageInvalid
from assay.languages import load_catalogue
from assay.preparing.regenerating import Generation, Places, State, generate_planned, made_tests
from assay.problems.folder import open_package
from assay.problems.generators import FILE
from assay.problems.package import Report
from assay.problems.programs import ProgramReading
from assay.problems.reading import read_package
from assay.sandbox import Command
from tests.unit.judging.judging import nothing_left_open
from tests.unit.preparing.preparing import compiles, workshop
from tests.unit.problems.packages import STANDARD, Files, make

PLAN = "data:\n  secret:\n    data:\n      '01': {in: '5'}\n      '02': g.py 7\n      '03': {copy: c}\n"
CHANGES = {FILE: PLAN, "generators/g.py": "gen", "generators/c.in": "8\n", "generators/c.ans": "16\n"}


def makes(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """The generator prints its argument, the solution twice its input."""
    if compiles(command):
        return Ending()
    if "g.py" in files:
        return Ending(stdout=command.argv[3].encode() + b"\n")
    return Ending(stdout=b"%d\n" % (2 * int(stdin)))


def step(what: str, done: int, total: int) -> None:
    assert 0 < done <= total


async def generated(
    root: Path, changes: Files, *, target: Path | None = None, program: Program = makes
) -> Generation:
    package = make(root, STANDARD, {**CHANGES, **changes})
    (root / "made").mkdir()
    report = Report()
    with nothing_left_open(), open_package(package, report) as folder:
        reading = ProgramReading(folder=folder, languages=load_catalogue(), testlib=None, report=report)
        places = Places(package=package, made=root / "made", target=target or package)
        return await generate_planned(places, reading, workshop(program), step)


async def test_files_are_made_and_compared(tmp_path: Path) -> None:
    generation = await generated(
        tmp_path,
        {
            "data/secret/02.in": "7\n",
            "data/secret/02.ans": "15\n",
            "data/secret/z.in": "1\n",
            "data/secret/z.ans": "2\n",
        },
    )
    assert {each.path: each.state for each in generation.generated} == {
        "data/secret/01.in": State.SAME,
        "data/secret/01.ans": State.SAME,
        "data/secret/02.in": State.SAME,
        "data/secret/02.ans": State.CHANGED,
        "data/secret/03.in": State.NEW,
        "data/secret/03.ans": State.NEW,
    }
    assert generation.unplanned == ("data/secret/z.in",)
    contents = {each.path: content_of(generation, each.ref) for each in generation.generated}
    assert contents["data/secret/02.ans"] == b"14\n"
    assert contents["data/secret/03.in"] == b"8\n"


async def test_it_works_before_there_is_any_test(tmp_path: Path) -> None:
    nothing: Files = dict.fromkeys(name for name in STANDARD if name.startswith("data/"))
    generation = await generated(tmp_path, nothing)
    assert {each.state for each in generation.generated} == {State.NEW}
    assert len(generation.generated) == 6


async def test_tests_may_go_elsewhere(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    generation = await generated(tmp_path, {}, target=target)
    assert {each.state for each in generation.generated} == {State.NEW}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({FILE: None}, "generators.yaml: is missing"),
        ({FILE: "data: {secret: {data: {a: x.py}}}"}, "there is no program generators/x.py"),
        ({"problem.yaml": None}, "problem.yaml: is missing"),
        ({FILE: "data: {secret: {data: {a: g.py}}}"}, "g.py"),
    ],
)
async def test_what_is_wrong(tmp_path: Path, changes: Files, words: str) -> None:
    def fails(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending() if compiles(command) else Ending(exit_code=1)

    with pytest.raises(PackageInvalid, match=words):
        await generated(tmp_path, changes, program=fails)


def test_the_tests_of_another_format_go_by_their_names(tmp_path: Path) -> None:
    package = read_package(make(tmp_path, STANDARD))
    target = tmp_path / "tests"
    (target / "sample").mkdir(parents=True)
    (target / "sample/1.in").write_text("1\n")
    (target / "sample/1.ans").write_text("3\n")
    generation = made_tests(package, target)
    assert {each.path: each.state for each in generation.generated} == {
        "sample/1.in": State.SAME,
        "sample/1.ans": State.CHANGED,
        "secret/01.in": State.NEW,
        "secret/01.ans": State.NEW,
    }


def content_of(generation: Generation, ref: DataRef) -> bytes:
    fd = generation.files.open(ref)
    try:
        return os.pread(fd, 100, 0)
    finally:
        os.close(fd)
