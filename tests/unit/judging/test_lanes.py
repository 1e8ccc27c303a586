"""Tests of one submission at the same time: the same decision, sooner, and at nobody's expense."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
import random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.adapters.memory.sandbox import Ending, MemorySlot
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.jury import JuryFile, JuryProgram, Validation
from assay.domain.language import CompileStep
from assay.domain.problem import DataRef
from assay.judging.desk import DEFAULT_VALIDATION_LIMITS
from assay.judging.lanes import AHEAD_MAX, LANES_MAX
from assay.sandbox import Command, Facts, SandboxError, Status
from tests.unit.judging.judging import LANGUAGE, Judging, make_problem, nothing_left_open

STEP = CompileStep(argv=("/bin/toyc", "{sources}"), env={}, view="tools", artefacts=("a.out",))
KEPT = replace(LANGUAGE, compile=STEP)
SLOW_US = 100_000  # the time of a test by which another lane is worth it


class OtherSeats:
    """So many, which can be taken back."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked = 0
        self.working: list[asyncio.Task[None]] = []

    def seat_beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None] | None:
        self.asked += 1
        if len(self.working) >= self.count:
            return None
        lane = asyncio.create_task(work())
        self.working.append(lane)
        lane.add_done_callback(self.working.remove)
        return lane


class Runs:
    """A program that doubles its input, but for those that are `wrong`, and ends when it is let.

    `starved`: the machine does not let it compute there; with room it ends, or not either.
    """

    def __init__(
        self, *wrong: int, wall_time_us: int = SLOW_US, starved: Mapping[int, bool] | None = None
    ) -> None:
        self._wrong = wrong
        self._starved = starved or {}
        self._wall_time_us = wall_time_us
        self.compilations = 0
        self.waiting: dict[int, asyncio.Event] = {}
        self.begun: list[int] = []

    def __call__(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if "feedback/" in files:
            return Ending(exit_code=42)
        if command.argv[0] == "/bin/toyc":
            self.compilations += 1
            return Ending(leaves={"a.out": b"machine code"})
        number = int(stdin)
        assert files.get("a.out") in (b"machine code", None)
        self.begun.append(number)
        self.waiting[number] = may_end = asyncio.Event()
        has_room = command.limits.wall_time_ms > 10_000
        if number in self._starved and not (has_room and self._starved[number]):
            wall_time_us = 1000 * command.limits.wall_time_ms
            return Ending(
                status=Status.WALL_TIME,
                exit_code=None,
                signal=9,
                cpu_time_us=wall_time_us // 10,
                wall_time_us=wall_time_us,
                ends_after=may_end,
            )
        answer = 0 if number in self._wrong else 2 * number
        return Ending(stdout=b"%d\n" % answer, wall_time_us=self._wall_time_us, ends_after=may_end)

    async def are(self, *numbers: int) -> None:
        """Wait until just these run."""
        async with asyncio.timeout(10):
            while sorted(self.waiting) != sorted(numbers):  # noqa: ASYNC110 - ends change it, too
                await asyncio.sleep(0.001)

    def let(self, *numbers: int) -> None:
        for number in numbers:
            self.waiting.pop(number).set()

    async def let_all(self, judging: "asyncio.Task[Decision]", chance: random.Random | None = None) -> None:
        """One after the other, the first first or by `chance`, until the judging has ended."""
        while not judging.done():
            if self.waiting:
                self.let(min(self.waiting) if chance is None else chance.choice(sorted(self.waiting)))
            await asyncio.sleep(0 if chance is None else chance.choice([0, 0, 0.001]))


def judging_of(folder: Path, runs: Runs, *, count: int = 6) -> Judging:
    judging = Judging(folder, runs, language=KEPT)
    judging.problem = make_problem(folder, count)
    return judging


async def begin(
    judging: Judging, room: OtherSeats | None, *, all_tests: bool = False
) -> "asyncio.Task[Decision]":
    return asyncio.create_task(judging.decide(room=room, all_tests=all_tests))


async def test_the_first_test_runs_alone_and_then_as_many_as_there_are_seats(tmp_path: Path) -> None:
    runs, room = Runs(), OtherSeats(2)
    judging = judging_of(tmp_path, runs, count=7)
    with nothing_left_open():
        deciding = await begin(judging, room)
        await runs.are(1)
        runs.let(1)
        await runs.are(2, 3, 4)
        runs.let(4)
        await runs.are(2, 3, 5)
        runs.let(2)
        await runs.are(3, 5, 6)
        await runs.let_all(deciding)
    decision = deciding.result()
    assert [(run.ordinal, run.test_name) for run in decision.runs] == [
        (number, test.name) for number, test in enumerate(judging.problem.tests, start=1)
    ]
    assert (decision.verdict, sorted(runs.begun), runs.compilations) == ("AC", [1, 2, 3, 4, 5, 6, 7], 1)
    assert (judging.sandbox.open_slots, room.working) == (0, [])


@dataclass(frozen=True, kw_only=True)
class Course:
    """What happens to a submission's nine tests, and around them."""

    wrong: set[int]
    starved: dict[int, bool]
    missing: set[int]  # their answers
    too_many_arguments: set[int]
    all_tests: bool
    seats_are_taken_back: bool
    seed: int

    async def with_seats(self, count: int) -> tuple[Decision | str, list[Progress]]:
        """The decision, or how it failed, and what was told on the way."""
        with TemporaryDirectory() as folder, nothing_left_open():
            runs, room = Runs(*self.wrong, starved=self.starved), OtherSeats(count)
            judging, chance = self._judging(Path(folder), runs), random.Random(self.seed)  # noqa: S311 - chosen
            deciding = await begin(judging, room, all_tests=self.all_tests)
            driving = asyncio.create_task(runs.let_all(deciding, chance))
            while self.seats_are_taken_back and not deciding.done():
                await asyncio.sleep(0.001)
                if room.working and chance.random() < 0.2:
                    room.working[-1].cancel()
            await asyncio.wait({driving}, timeout=20)
            assert driving.done(), "nothing goes on"
            assert judging.sandbox.open_slots == 0
            fault = deciding.exception()
            failed = "" if fault is None else str(fault).replace(folder, "")
            return failed or deciding.result(), judging.told

    def _judging(self, folder: Path, runs: Runs) -> Judging:
        judging = judging_of(folder, runs, count=9)
        for number in self.missing:
            (folder / f"{number}.ans").unlink()
        tests = [
            replace(test, args=("x",) * 2000) if number in self.too_many_arguments else test
            for number, test in enumerate(judging.problem.tests, start=1)
        ]
        judging.problem = replace(judging.problem, tests=tuple(tests))
        return judging


NUMBERS = st.integers(1, 9)
COURSES = st.builds(
    Course,
    wrong=st.sets(NUMBERS, max_size=2),
    starved=st.dictionaries(NUMBERS, st.booleans(), max_size=3),
    missing=st.sets(NUMBERS, max_size=1),
    too_many_arguments=st.sets(NUMBERS, max_size=1),
    all_tests=st.booleans(),
    seats_are_taken_back=st.booleans(),
    seed=st.integers(0, 1 << 20),
)


@settings(max_examples=100, deadline=None)
@given(course=COURSES, seats=st.integers(1, 5))
def test_the_decision_is_that_of_one_lane(course: Course, seats: int) -> None:
    """Whatever ends first, whenever a seat is taken back, and whatever befalls tests that are run ahead."""
    assert asyncio.run(course.with_seats(seats)) == asyncio.run(course.with_seats(0))


async def test_who_needs_the_seat_has_it_at_once_and_its_test_is_run_elsewhere(tmp_path: Path) -> None:
    runs, room = Runs(), OtherSeats(1)
    judging = judging_of(tmp_path, runs, count=4)
    deciding = await begin(judging, room)
    await runs.are(1)
    runs.let(1)
    await runs.are(2, 3)
    room.working[0].cancel()
    del runs.waiting[3]
    room.count = 0
    runs.let(2)
    await runs.are(3)
    assert judging.sandbox.open_slots == 1
    await runs.let_all(deciding)
    assert (deciding.result().verdict, runs.begun) == ("AC", [1, 2, 3, 3, 4])


async def test_what_nobody_asks_for_any_more_is_broken_off(tmp_path: Path) -> None:
    runs, room = Runs(2), OtherSeats(1)
    judging = judging_of(tmp_path, runs)
    with nothing_left_open():
        deciding = await begin(judging, room)
        await runs.are(1)
        runs.let(1)
        await runs.are(2, 3)
        runs.let(2)
        decision = await deciding
    assert (decision.verdict, len(decision.runs), list(runs.waiting)) == ("WA", 2, [3])
    assert (judging.sandbox.open_slots, room.working) == (0, [])


async def test_cancelling_the_judging_ends_every_lane(tmp_path: Path) -> None:
    runs, room = Runs(), OtherSeats(1)
    judging = judging_of(tmp_path, runs)
    with nothing_left_open():
        deciding = await begin(judging, room)
        await runs.are(1)
        runs.let(1)
        await runs.are(2, 3)
        deciding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await deciding
    assert (judging.sandbox.open_slots, room.working) == (0, [])


async def test_a_lane_that_breaks_harms_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, room = Runs(), OtherSeats(1)
    judging = judging_of(tmp_path, runs, count=4)
    run = MemorySlot.run
    first: list[MemorySlot] = []

    async def breaks(slot: MemorySlot, *arguments: Any, **options: Any) -> Facts:
        first[:] = first or [slot]
        if slot is not first[0]:
            raise SandboxError("gone")
        return await run(slot, *arguments, **options)

    monkeypatch.setattr(MemorySlot, "run", breaks)
    deciding = await begin(judging, room)
    await runs.let_all(deciding)
    assert (deciding.result().verdict, runs.begun) == ("AC", [1, 2, 3, 4])


async def test_a_bug_in_a_lane_is_no_verdict(tmp_path: Path) -> None:
    class Buggy(Runs):
        def __call__(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
            if stdin == b"3\n" and 3 not in self.begun:
                self.begun.append(3)
                raise ArithmeticError("ours")
            return super().__call__(command, files, stdin)

    judging = judging_of(tmp_path, runs := Buggy(), count=4)
    deciding = await begin(judging, OtherSeats(1))
    await runs.let_all(deciding)
    assert isinstance(deciding.exception(), ArithmeticError)


async def test_quick_programs_have_one_lane(tmp_path: Path) -> None:
    runs, room = Runs(wall_time_us=1_000), OtherSeats(1)
    judging = judging_of(tmp_path, runs)
    deciding = await begin(judging, room)
    await runs.let_all(deciding)
    assert (room.asked, runs.begun) == (0, [1, 2, 3, 4, 5, 6])


async def test_there_are_no_more_lanes_than_tests_and_never_more_than_four(tmp_path: Path) -> None:
    for count, lanes in ((3, 2), (12, LANES_MAX)):
        runs, room = Runs(), OtherSeats(40)
        deciding = await begin(judging_of(tmp_path, runs, count=count), room)
        await runs.are(1)
        runs.let(1)
        await runs.are(*range(2, 2 + lanes))
        assert len(room.working) == lanes - 1
        await runs.let_all(deciding)


async def test_only_so_many_outcomes_wait_to_be_asked_for(tmp_path: Path) -> None:
    runs, room = Runs(), OtherSeats(1)
    judging = judging_of(tmp_path, runs, count=AHEAD_MAX + 10)
    deciding = await begin(judging, room)
    await runs.are(1)
    runs.let(1)
    for ahead in range(3, 3 + AHEAD_MAX):
        await runs.are(2, ahead)
        runs.let(ahead)
    await runs.are(2)
    await asyncio.sleep(0.01)
    assert (list(runs.waiting), room.working) == ([2], [])
    await runs.let_all(deciding)
    assert len(deciding.result().runs) == AHEAD_MAX + 10


@pytest.mark.parametrize(
    "why", ["a program of the setter's", "a slot for each run", "nothing can be put back"]
)
async def test_what_needs_more_than_a_slot_has_one_lane(tmp_path: Path, why: str) -> None:
    runs, room = Runs(), OtherSeats(1)
    judging = judging_of(tmp_path, runs)
    if why == "a program of the setter's":
        (tmp_path / "check.toy").write_text("accept")
        file = JuryFile(name="check.toy", content=DataRef("check.toy"))
        checker = JuryProgram(name="check", files=(file,), language_id="toy")
        validation = Validation(checkers=(checker,), limits=DEFAULT_VALIDATION_LIMITS)
        judging.problem = replace(judging.problem, validation=validation)
    elif why == "a slot for each run":
        judging.problem = replace(judging.problem, output_file="out.txt")
    elif why == "nothing can be put back":
        judging.language = replace(KEPT, compile=replace(STEP, artefacts=None))
    deciding = await begin(judging, room)
    await runs.let_all(deciding)
    assert (room.asked, len(runs.begun)) == (0, 1 if judging.problem.output_file else 6)
