"""What is made of a package: generated inputs and answers, in which order, and what is said when it fails."""

import asyncio
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.adapters.memory.sandbox import Ending
from assay.domain.jury import DataRef, JuryProgram
from assay.errors import PackageInvalid
from assay.judging.capture import memory_file
from assay.preparing import generating, make
from assay.preparing.generating import Job, copy_text, jobs_of, waves
from assay.problems.package import UNMADE, MadeAnswer, MadeInput, Making, MeasuredTimeLimit, Package
from assay.sandbox import Command, SandboxError, Status
from tests.unit.judging.judging import nothing_left_open
from tests.unit.preparing.preparing import (
    compiles,
    echo_arguments,
    package,
    program_file,
    read,
    source_of,
    workshop,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    (tmp_path / "1.ans").write_text("hidden\n")
    return tmp_path


def made_input(program: JuryProgram, *args: str, ref: str = "1.in") -> MadeInput:
    return MadeInput(input=DataRef(ref), generator=program, args=args)


def step(what: str, done: int, total: int) -> None:
    assert 0 < done <= total


async def test_inputs_and_answers_are_what_programs_print(folder: Path) -> None:
    generator, solution = program_file(folder, "gen"), program_file(folder, "sol")
    makings: list[Making] = [
        made_input(generator, "3", "big"),
        MadeAnswer(answer=DataRef("1.ans"), input=DataRef("1.in"), solution=solution),
    ]
    shop = workshop(echo_arguments)
    with nothing_left_open():
        made = await make(package(folder, makings), shop, folder / "made", step)
    assert read(made, DataRef("1.in")) == b"gen 3 big "
    assert read(made, DataRef("1.ans")) == b"sol gen 3 big "
    assert made.unmade == ()
    assert len(made.problem.version) == 64
    assert shop.sandbox.open_slots == 0  # type: ignore[attr-defined]  # a MemorySandbox


async def test_making_again_gives_the_same_version_and_other_arguments_another(folder: Path) -> None:
    generator = program_file(folder, "gen")
    versions = []
    for number, args in enumerate((("1",), ("1",), ("2",))):
        into = folder / f"made{number}"
        into.mkdir()
        made = await make(
            package(folder, [made_input(generator, *args)]), workshop(echo_arguments), into, step
        )
        versions.append(made.problem.version)
    assert versions[0] == versions[1] != versions[2]


async def test_a_package_with_nothing_to_make_is_left_as_it_is(folder: Path) -> None:
    whole = package(folder, [])
    assert await make(whole, workshop(echo_arguments), folder / "made", step) is whole


async def test_an_answer_on_standard_error(folder: Path) -> None:
    making = MadeInput(
        input=DataRef("1.in"), answer=DataRef("1.ans"), generator=program_file(folder, "gen"), args=()
    )
    made = await make(package(folder, [making]), workshop(echo_arguments), folder / "made", step)
    assert (read(made, DataRef("1.in")), read(made, DataRef("1.ans"))) == (b"gen ", b" neg")


async def test_a_generator_may_read_what_another_one_printed(folder: Path) -> None:
    generator = program_file(folder, "gen")
    second = MadeInput(input=DataRef("2.in"), generator=generator, args=("b",), stdin=DataRef("1.in"))
    made = await make(
        package(folder, [second, made_input(generator, "a")]),
        workshop(echo_arguments),
        folder / "made",
        step,
    )
    assert read(made, DataRef("2.in")) == b"gen b gen a "


async def test_text_gets_plain_line_ends(folder: Path) -> None:
    def prints(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending() if compiles(command) else Ending(stdout=b"1\r\n2\r3", stderr=b"4\r\n")

    making = MadeInput(
        input=DataRef("1.in"),
        answer=DataRef("1.ans"),
        generator=program_file(folder, "gen"),
        args=(),
        is_text=True,
    )
    made = await make(package(folder, [making]), workshop(prints), folder / "made", step)
    assert (read(made, DataRef("1.in")), read(made, DataRef("1.ans"))) == (b"1\n2\n3\n", b"4\n")
    kept = sorted(path.read_bytes() for path in (folder / "made").iterdir())
    assert kept == [b"1\n2\n3\n", b"4\n"], "what is not used is not kept"


async def test_files_that_a_generator_writes_come_from_one_run_in_a_box_of_its_own(folder: Path) -> None:
    boxes: list[set[str]] = []

    def writes(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if compiles(command):
            return Ending()
        boxes.append(set(files))
        if not command.box_writable:
            return Ending(stdout=b"three")
        return Ending(leaves={"01": b"one", "02": b"two " + command.argv[-1].encode()})

    generator = program_file(folder, "gen")
    makings: list[Making] = [
        MadeInput(input=DataRef(f"{number}.in"), generator=generator, args=(arg,), from_file=name)
        for number, arg, name in ((1, "x", "01"), (2, "x", "02"), (3, "y", "02"))
    ]
    makings.append(made_input(generator, ref="4.in"))
    made = await make(package(folder, makings), workshop(writes, seats=1), folder / "made", step)
    contents = [read(made, DataRef(f"{number}.in")) for number in range(1, 5)]
    assert contents == [b"one", b"two x", b"two y", b"three"]
    assert boxes == [{"main.toy"}] * 3


async def test_a_program_that_prints_cannot_leave_anything_behind(folder: Path) -> None:
    def looks(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        assert compiles(command) or not command.box_writable
        return Ending(stdout=b"x")

    await make(
        package(folder, [made_input(program_file(folder, "gen"))]), workshop(looks), folder / "made", step
    )


async def test_a_generator_of_many_tests_is_put_into_each_seat_once(folder: Path) -> None:
    compilations: list[str] = []

    def counts(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if compiles(command):
            compilations.append(source_of(files))
        return echo_arguments(command, files, stdin)

    generators = [program_file(folder, "gen1"), program_file(folder, "gen2")]
    makings = [made_input(generators[number % 2], str(number), ref=f"{number}.in") for number in range(1, 21)]
    await make(package(folder, makings), workshop(counts, seats=1), folder / "made", step)
    assert compilations == ["gen1", "gen2"]


# --- failures -------------------------------------------------------------------------------------------


async def refused(folder: Path, whole: Package, program: object) -> PackageInvalid:
    with nothing_left_open(), pytest.raises(PackageInvalid) as caught:
        await make(whole, workshop(program), folder / "made", step)  # type: ignore[arg-type]
    assert all(path.read_bytes() for path in (folder / "made").iterdir()), "what failed is not kept"
    return caught.value


async def test_every_failure_is_told_in_one_go_and_what_needs_it_is_not_tried(folder: Path) -> None:
    asked: list[str] = []

    def fails(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if compiles(command):
            return Ending()
        asked.append(source_of(files))
        if command.argv[-1] == "bad":
            return Ending(exit_code=3, stderr=b"n is too large\n")
        return Ending(status=Status.CPU_TIME) if command.argv[-1] == "slow" else Ending(stdout=b"1")

    generator, solution = program_file(folder, "gen"), program_file(folder, "sol")
    makings: list[Making] = [
        made_input(generator, "bad", ref="1.in"),
        made_input(generator, "slow", ref="2.in"),
        made_input(generator, "good", ref="3.in"),
        *(
            MadeAnswer(answer=DataRef(f"{number}.ans"), input=DataRef(f"{number}.in"), solution=solution)
            for number in (1, 2, 3)
        ),
    ]
    error = await refused(folder, package(folder, makings), fails)
    assert [finding.path for finding in error.findings] == ["1.in", "2.in"]
    assert error.findings[0].message == "gen bad: exit code 3: n is too large"
    assert "60000 ms" in error.findings[1].message
    assert asked.count("sol") == 1


async def test_a_generator_that_does_not_compile(folder: Path) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending(exit_code=1, stderr=b"main.toy:1: no such thing\n")

    error = await refused(folder, package(folder, [made_input(program_file(folder, "gen"))]), broken)
    assert "gen does not compile" in error.findings[0].message
    assert "no such thing" in error.findings[0].message


async def test_a_failure_of_the_sandbox_is_ours(folder: Path) -> None:
    def ours(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return (
            Ending()
            if compiles(command)
            else Ending(status=Status.INTERNAL, exit_code=None, detail="no cgroup")
        )

    with nothing_left_open(), pytest.raises(SandboxError, match="no cgroup"):
        await make(
            package(folder, [made_input(program_file(folder, "gen"))]), workshop(ours), folder / "made", step
        )
    assert list((folder / "made").iterdir()) == []


async def test_cancelling_gives_everything_up(folder: Path) -> None:
    def waits(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending() if compiles(command) else Ending(never_ends=True)

    shop = workshop(waits)
    with nothing_left_open():
        task = asyncio.create_task(
            make(package(folder, [made_input(program_file(folder, "gen"))]), shop, folder / "made", step)
        )
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert shop.sandbox.open_slots == 0  # type: ignore[attr-defined]
    assert list((folder / "made").iterdir()) == []


async def test_what_is_made_has_a_bound(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.preparing.made_files.MADE_BYTES_MAX", 10)

    def prints(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending() if compiles(command) else Ending(stdout=b"123456")

    generator = program_file(folder, "gen")
    makings = [made_input(generator, str(number), ref=f"{number}.in") for number in (1, 2)]
    with pytest.raises(PackageInvalid) as caught:
        await make(package(folder, makings), workshop(prints, seats=1), folder / "made", step)
    assert [finding.path for finding in caught.value.findings] == ["2.in"]
    assert "4 bytes of output" in caught.value.findings[0].message


# --- pure parts -----------------------------------------------------------------------------------------


def test_the_same_run_is_made_once(tmp_path: Path) -> None:
    generator = program_file(tmp_path, "gen")
    first, second, third = jobs = jobs_of(
        [
            made_input(generator, "1", ref="1.in"),
            made_input(generator, "2", ref="2.in"),
            made_input(generator, "1", ref="3.in"),
            MadeAnswer(answer=DataRef("1.ans"), input=DataRef("1.in"), solution=generator),
        ]
    )
    assert [job.makes for job in jobs] == [["1.in", "3.in"], ["2.in"], ["1.ans"]]
    assert list(waves(jobs)) == [[first, second], [third]]


def test_files_that_need_each_other_are_a_mistake_of_ours(tmp_path: Path) -> None:
    program = program_file(tmp_path, "gen")
    circle = [
        Job(program=program, args=(), stdin=DataRef("b"), stdout=[DataRef("a")]),
        Job(program=program, args=(), stdin=DataRef("a"), stdout=[DataRef("b")]),
    ]
    with pytest.raises(ValueError, match="need each other"):
        list(waves(circle))


@pytest.mark.parametrize("chunk", [2, 3, 1 << 20])
def test_line_ends_wherever_a_read_ends(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generating, "_CHUNK_BYTES", chunk)

    @given(st.lists(st.sampled_from([b"\r", b"\n", b"a"]), max_size=12).map(b"".join))
    def check(content: bytes) -> None:
        expected = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if expected and not expected.endswith(b"\n"):
            expected += b"\n"
        with memory_file("from") as source, memory_file("to") as target:
            os.write(source, content)
            copy_text(source, target)
            assert os.pread(target, 100, 0) == expected

    check()


async def test_a_time_limit_is_left_to_be_measured_if_that_is_wanted(folder: Path) -> None:
    rule = MeasuredTimeLimit(accepted_factor=2.0, too_slow_factor=1.5, resolution_ms=1000)
    makings: list[Making] = [made_input(program_file(folder, "gen"), "3"), rule]
    made = await make(
        package(folder, makings), workshop(echo_arguments), folder / "made", step, measures=False
    )
    assert made.unmade == (rule,)
    assert made.problem.version == UNMADE
    assert read(made, DataRef("1.in")) == b"gen 3 "
