"""A busy machine makes no verdict: who computes gets the CPU time that the limit grants."""

from collections.abc import Iterable
from dataclasses import replace
import os
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending, MemorySandbox, MemorySlot, Program
from assay.domain.judgement import Decision
from assay.domain.jury import DataRef, Dialect, JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.verdict import Verdict
from assay.judging.capture import memory_file, null_device
from assay.judging.classify import Ruling
from assay.judging.dialects import ACCEPTED
from assay.judging.one_pass import Pass
from assay.judging.starvation import ROOM_FACTOR
from assay.judging.with_room import run_with_room
from assay.sandbox import Command, Status
from tests.unit.judging.judging import Judging
from tests.unit.judging.test_classify import COMMAND, facts

AC, WA, TLE, JE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.JE
WALL_MS = 3100  # of a run in judging.py: twice the limit of 1 s with its guard band, and a second
NEEDS_MS = 600


def given_share(command: Command, share: float, *, needs_ms: int = NEEDS_MS, stdout: bytes = b"") -> Ending:
    """What a machine makes of a program that gets so much of a core: ended for what is over first."""
    limits = command.limits
    wall_ms = min(limits.wall_time_ms, int(min(needs_ms, limits.cpu_time_ms + 1) / share))
    cpu_ms = int(wall_ms * share) if wall_ms == limits.wall_time_ms else min(needs_ms, limits.cpu_time_ms + 1)
    ended = Ending(stdout=stdout, cpu_time_us=cpu_ms * 1000, wall_time_us=wall_ms * 1000)
    if wall_ms == limits.wall_time_ms:
        return replace(ended, status=Status.WALL_TIME, exit_code=None, stdout=b"half")
    if cpu_ms > limits.cpu_time_ms:
        return replace(ended, status=Status.CPU_TIME, exit_code=None, stdout=b"")
    return ended


def machine(*shares: float, needs_ms: int = NEEDS_MS) -> Program:
    """Runs of the program get these shares of a core in turn, then the last one."""
    left = list(shares)

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.argv[0] == "/bin/toyc":
            return Ending()
        share = left.pop(0) if len(left) > 1 else left[0]
        return given_share(command, share, needs_ms=needs_ms, stdout=b"%d\n" % (2 * int(stdin)))

    return program


async def judged(tmp_path: Path, program: Program, *, tests: int = 1) -> tuple[Decision, list[int]]:
    """The decision, and the elapsed time that each run might have had."""
    judging = Judging(tmp_path, program)
    judging.problem = replace(judging.problem, tests=judging.problem.tests[:tests])
    decision = await judging.decide()
    assert judging.sandbox.open_slots == 0
    return decision, [command.limits.wall_time_ms for command in judging.commands[1:]]


@pytest.mark.parametrize("share", [0.19, 0.15, 0.05])
async def test_who_was_not_let_compute_is_given_room(tmp_path: Path, share: float) -> None:
    decision, walls_ms = await judged(tmp_path, machine(share))
    assert decision.verdict is AC, decision.message
    assert walls_ms == [WALL_MS, ROOM_FACTOR * WALL_MS]
    assert decision.runs[0].cpu_time_ms == NEEDS_MS
    assert not decision.near_limit


async def test_the_run_with_room_decides_by_its_cpu_time(tmp_path: Path) -> None:
    decision, walls_ms = await judged(tmp_path, machine(0.1, needs_ms=99_999))
    assert (decision.verdict, decision.message) == (TLE, "more than 1000 ms of CPU time")
    assert len(walls_ms) == 2


@pytest.mark.parametrize("share", [0.0, 0.01, 0.029])
async def test_who_idles_is_too_slow_at_once(tmp_path: Path, share: float) -> None:
    decision, walls_ms = await judged(tmp_path, machine(max(share, 1e-6)))
    assert (decision.verdict, walls_ms) == (TLE, [WALL_MS])
    assert "it waited or slept" in decision.message


async def test_who_had_room_and_did_not_end_is_too_slow(tmp_path: Path) -> None:
    decision, walls_ms = await judged(tmp_path, machine(0.1, 0.01))
    assert (decision.verdict, len(walls_ms)) == (TLE, 2)
    assert decision.message == "still running after 30000 ms (it waited or slept)"


async def test_room_is_wasted_once_only(tmp_path: Path) -> None:
    """Or a program that sleeps for most of the time would cost a judge ten times as much on each test."""
    judging = Judging(tmp_path, machine(0.1, 0.01, 0.1))
    await judging.decide(all_tests=True)
    walls_ms = [command.limits.wall_time_ms for command in judging.commands[1:]]
    assert walls_ms == [WALL_MS, ROOM_FACTOR * WALL_MS, WALL_MS, WALL_MS]


async def test_repetitions_near_the_limit_have_it_too(tmp_path: Path) -> None:
    decision, walls_ms = await judged(tmp_path, machine(1, 0.2, 1, needs_ms=990))
    assert (decision.verdict, decision.near_limit) == (AC, True)
    assert walls_ms == [WALL_MS, WALL_MS, ROOM_FACTOR * WALL_MS, WALL_MS]


def with_jury(judging: Judging, folder: Path, *, passes_max: int = 1) -> None:
    (folder / "v.toy").write_text("v")
    jury = JuryProgram(
        name="v",
        files=(JuryFile(name="v.toy", content=DataRef("v.toy")),),
        language_id="toy",
        dialect=Dialect.ICPC,
    )
    limits = ValidationLimits(cpu_time_ms=1000, memory_bytes=1 << 20, output_bytes=1000)
    validation = Validation(checkers=(jury,), passes_max=passes_max, limits=limits)
    tests = judging.problem.tests[:1]
    judging.problem = replace(judging.problem, tests=tests, validation=validation)


def is_jury(command: Command) -> bool:
    return "/box/feedback/" in command.argv


async def test_a_starved_checker_is_nobodys_fault(tmp_path: Path) -> None:
    checked: list[tuple[int, int]] = []

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if not is_jury(command):
            return Ending(stdout=b"2")
        checked.append((command.limits.wall_time_ms, sum(name.startswith("feedback/") for name in files) - 1))
        ending = given_share(command, 0.1)
        return replace(ending, exit_code=42, leaves={"feedback/judgemessage.txt": b"hm"})

    judging = Judging(tmp_path, program)
    with_jury(judging, tmp_path)
    decision = await judging.decide()
    assert decision.verdict is AC, decision.message
    assert checked == [(3000, 0), (30_000, 0)], "with nothing of the first one left in its folder"


async def test_an_idle_checker_is_the_setters_fault_at_once(tmp_path: Path) -> None:
    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return given_share(command, 0.01) if is_jury(command) else Ending(stdout=b"2")

    judging = Judging(tmp_path, program)
    with_jury(judging, tmp_path)
    decision = await judging.decide()
    assert decision.verdict is JE
    assert len([command for command in judging.commands if is_jury(command)]) == 1


async def test_passes_are_begun_anew_and_each_has_all_of_the_time(tmp_path: Path) -> None:
    """The validator may have noted something in the first pass already: it must not find that."""
    seen: list[tuple[str, bytes, bool]] = []
    shares = iter([0.9, 0.1, 0.1, 0.1])

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        has_state = "feedback/state" in files
        if is_jury(command):
            seen.append(("validator", stdin, has_state))
            leaves = {} if has_state else {"feedback/state": b"1", "feedback/nextpass.in": b"21"}
            return Ending(exit_code=42, leaves=leaves)
        if command.argv[0] == "/bin/toyc":
            return Ending()
        seen.append(("program", stdin.strip(), command.limits.wall_time_ms > WALL_MS))
        return given_share(command, next(shares), needs_ms=900, stdout=stdin)

    judging = Judging(tmp_path, program)
    with_jury(judging, tmp_path, passes_max=2)
    decision = await judging.decide()
    assert decision.verdict is AC, decision.message
    assert decision.runs[0].passes == 2
    assert [each for each in seen if each[0] == "program"] == [
        ("program", b"1", False),
        ("program", b"21", False),
        ("program", b"1", True),
        ("program", b"21", True),
    ]
    assert [has_state for who, _, has_state in seen if who == "validator"] == [False, False, True]


@pytest.mark.parametrize(
    ("program_share", "interactor_share", "is_starved"),
    [
        (0.1, 0.001, True),
        (0.001, 0.1, True),  # it waits for an interactor that computes, and that is nobody's idling
        (0.001, 0.001, False),  # both wait for the other
    ],
)
def test_a_conversation_idles_only_when_both_sides_do(
    program_share: float, interactor_share: float, is_starved: bool
) -> None:
    wall_time_us = WALL_MS * 1000
    program = facts(
        status=Status.WALL_TIME,
        exit_code=None,
        cpu_time_us=int(program_share * wall_time_us),
        wall_time_us=wall_time_us,
    )
    interactor = facts(cpu_time_us=int(interactor_share * wall_time_us), wall_time_us=wall_time_us)
    done = Pass(
        facts=program,
        beside=(interactor,),
        ruling=Ruling(verdict=TLE, message=""),
        judged=ACCEPTED,
    )
    assert done.is_starved == is_starved
    assert not replace(done, ruling=Ruling(verdict=None, message="")).is_starved, "the interactor has spoken"


async def test_a_starved_compilation_is_no_compile_error(tmp_path: Path) -> None:
    walls_ms: list[int] = []

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.argv[0] != "/bin/toyc":
            return Ending(stdout=b"2")
        walls_ms.append(command.limits.wall_time_ms)
        return given_share(command, 0.1, needs_ms=8000, stdout=b"compiled")

    decision, _ = await judged(tmp_path, program)
    assert (decision.verdict, decision.compile_output) == (AC, "compiled"), decision.message
    assert walls_ms == [21_000, 210_000]


async def run_on_slot(
    shares: Iterable[float], wall_time_ms_max: int | None = None
) -> tuple[Status, bytes, int]:
    each = iter(shares)
    began: list[bytes] = []

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        began.append(stdin)
        return given_share(command, next(each), stdout=b"whole")

    with memory_file("in") as stdin, memory_file("out") as stdout, null_device() as null:
        os.write(stdin, b"skipped given")
        os.write(stdout, b"kept ")
        os.lseek(stdin, len(b"skipped "), os.SEEK_SET)
        slot = MemorySlot(program)
        command = replace(COMMAND, limits=replace(COMMAND.limits, cpu_time_ms=1000, wall_time_ms=3000))
        ended, ran = await run_with_room(
            slot, command, stdin=stdin, stdout=stdout, stderr=null, wall_time_ms_max=wall_time_ms_max
        )
        assert set(began) == {b"given"}
        return ended.status, os.pread(stdout, 100, 0), ran.limits.wall_time_ms


async def test_what_a_run_that_does_not_count_has_written_is_gone() -> None:
    assert await run_on_slot([1]) == (Status.EXITED, b"kept whole", 3000)
    assert await run_on_slot([0.1, 0.1]) == (Status.EXITED, b"kept whole", 30_000)
    assert await run_on_slot([0.001]) == (Status.WALL_TIME, b"kept half", 3000)


async def test_somebody_who_waits_may_bound_the_second_run() -> None:
    assert await run_on_slot([0.1, 0.5], wall_time_ms_max=5000) == (Status.EXITED, b"kept whole", 5000)
    assert await run_on_slot([0.1], wall_time_ms_max=2000) == (Status.WALL_TIME, b"kept half", 3000)


async def test_what_a_pipe_has_taken_is_not_given_twice() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"given")
    os.close(writing)
    slot = MemorySlot(lambda command, files, stdin: given_share(command, 0.1))
    command = replace(COMMAND, limits=replace(COMMAND.limits, cpu_time_ms=1000, wall_time_ms=3000))
    try:
        with null_device() as null:
            ended, _ = await run_with_room(slot, command, stdin=reading, stdout=null, stderr=null)
    finally:
        os.close(reading)
    assert ended.status is Status.WALL_TIME


def test_the_fake_machine() -> None:
    """What the tests above rest on."""
    sandbox = MemorySandbox(machine(0.5))
    assert sandbox.open_slots == 0
    command = replace(COMMAND, limits=replace(COMMAND.limits, cpu_time_ms=1000, wall_time_ms=3000))
    assert given_share(command, 1).wall_time_us == NEEDS_MS * 1000
    assert given_share(command, 0.1).cpu_time_us == 300_000
    assert given_share(command, 0.5, needs_ms=5000).status is Status.CPU_TIME
