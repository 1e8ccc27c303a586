"""Runs get all the time that they want, and nobody waits long for one that waits."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.domain.grading import Scored
from assay.errors import PackageInvalid
from assay.preparing import make
from assay.preparing.idling import only
from assay.preparing.time_limits import measure_time_limit, repeated
from assay.problems import Package, PackageSubmission
from assay.problems.expectations import TimeUse
from assay.problems.package import MeasuredTimeLimit
from assay.sandbox import Command, Status
from tests.unit.preparing.preparing import compiles, package, source_of, submission, workshop

RULE = MeasuredTimeLimit(accepted_factor=2.0, too_slow_factor=1.5, resolution_ms=1000)
LOWER, UPPER = TimeUse.LOWER, TimeUse.UPPER
MULTIPLIER = 2  # the toy language's


class Room:
    """Submissions with a word for each test: milliseconds of CPU time, "waits", or "starved" (it computes for
    60 s, and is left a tenth of its core)."""

    def __init__(self, folder: Path) -> None:
        for number in (1, 2):
            (folder / f"{number}.in").write_text(str(number))
            (folder / f"{number}.ans").write_text("right\n")
        (folder / "made").mkdir()
        self.folder = folder
        self.runs: list[tuple[int, int]] = []  # the test, and the elapsed time in ms

    def program(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if compiles(command):
            return Ending()
        does = source_of(files).split()[int(stdin)]
        limits = command.limits
        share = {"waits": 0.001, "starved": 0.1}.get(does, 1.0)
        needs_ms = {"waits": 10**9, "starved": 60_000}.get(does) or int(does)
        cpu_ms = int(min(needs_ms, limits.cpu_time_ms + 5, share * limits.wall_time_ms))
        wall_ms = int(cpu_ms / share)
        self.runs.append((int(stdin), wall_ms))
        if cpu_ms == needs_ms:
            return Ending(stdout=b"right", cpu_time_us=cpu_ms * 1000, wall_time_us=wall_ms * 1000)
        ended_by = Status.CPU_TIME if cpu_ms > limits.cpu_time_ms else Status.WALL_TIME
        return Ending(status=ended_by, exit_code=None, cpu_time_us=cpu_ms * 1000, wall_time_us=wall_ms * 1000)

    def package(self, submissions: Sequence[PackageSubmission]) -> Package:
        return package(self.folder, [RULE], submissions, tests=2)

    async def make(self, *submissions: PackageSubmission) -> Package:
        whole = self.package(submissions)
        return await make(
            whole, workshop(self.program, seats=1), self.folder / "made", lambda what, done, total: None
        )

    @property
    def seconds(self) -> float:
        return sum(wall_ms for _, wall_ms in self.runs) / 1000


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.mark.parametrize("name", ["x waits 100", "x 100 waits", "x waits waits", "x 3000 waits"])
async def test_one_that_waits_is_told_after_seconds(room: Room, name: str) -> None:
    with pytest.raises(PackageInvalid) as caught:
        await room.make(submission(name, LOWER))
    (finding,) = caught.value.findings
    assert finding.message.startswith("must be in time, but waited: secret/")
    assert room.seconds < 20, "with all the time there is for a run of this language it were 481 s"


async def test_one_that_computes_long_and_then_waits_costs_no_minutes_either(room: Room) -> None:
    with pytest.raises(PackageInvalid):
        await room.make(submission("x 90000 waits", LOWER))
    assert room.seconds < 60


async def test_honest_slow_ones_have_all_the_time_that_they_want(room: Room) -> None:
    made = await room.make(submission("x 90000 100", LOWER), submission("y 20 30", LOWER))
    assert made.problem.limits.cpu_time_ms == 90_000, "twice 45 s on the scale of a plain language"
    elapsed = [wall_ms for test, wall_ms in room.runs if test == 2]
    assert max(elapsed) <= 100, "the fast test was not run again and again with the slow one"
    assert len(elapsed) <= 3


async def test_who_gets_little_of_its_core_is_not_taken_for_idle(room: Room) -> None:
    made = await room.make(submission("x starved 100", LOWER))
    assert made.problem.limits.cpu_time_ms == 60_000, "twice 30 s on the scale of a plain language"


async def test_a_submission_that_sleeps_is_too_slow_for_any_limit(room: Room) -> None:
    whole = room.package([submission("x 900 100", LOWER), submission("sleeper waits 100", UPPER)])
    report = await measure_time_limit(
        replace(whole, timing=RULE), workshop(room.program, seats=1), lambda *_: None, runs=3
    )
    assert report.chosen.cpu_time_ms == 1000
    assert report.errors == report.chosen.errors == ()
    slow = report.measured[1]
    assert slow.is_at_least
    assert slow.interval.median_ms == MULTIPLIER * 6000, "four times what is enough to be too slow"
    assert room.seconds < 20


async def test_one_test_that_is_too_slow_for_certain_is_enough(room: Room) -> None:
    whole = room.package([submission("x 900 100", LOWER), submission("slow 99999 99999", UPPER)])
    report = await measure_time_limit(
        replace(whole, timing=RULE), workshop(room.program, seats=1), lambda *_: None, runs=3
    )
    assert report.measured[1].is_at_least
    assert room.seconds < 25, "the second test of the slow one was left out"


def test_tests_run_apart_are_scored_as_they_were(room: Room) -> None:
    """Or a validator that gives scores would be at fault for giving them."""
    problem = room.package([]).problem
    scored = replace(problem.tests[0], scored=Scored.BOUNDED, accept_score=5.0)
    problem = replace(problem, tests=(scored, problem.tests[1]))
    assert only(problem, {scored.name}).tests == (scored,)
    (again,) = repeated(problem, scored.name, 1).tests
    assert (again.scored, again.accept_score) == (Scored.BOUNDED, 5.0)
