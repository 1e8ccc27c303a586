"""Which submissions are run how often, and what is made of their times."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.preparing.intervals import interval_of_median
from assay.preparing.time_limits import (
    Measured,
    TimeLimitReport,
    doubts_of,
    languages_of,
    measure_time_limit,
    repeated,
)
from assay.problems.expectations import TimeUse
from assay.problems.package import UNMADE, MeasuredTimeLimit, Package
from assay.sandbox import Command, Status
from tests.unit.judging.judging import nothing_left_open
from tests.unit.preparing.preparing import compiles, package, source_of, submission, workshop

RULE = MeasuredTimeLimit(accepted_factor=2.0, too_slow_factor=1.5, resolution_ms=1000)


def step(what: str, done: int, total: int) -> None:
    assert 0 < done <= total


class Runner:
    """Takes as many milliseconds of CPU time as the source says for each test: "fast 100 300"."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, str]] = []

    def __call__(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if compiles(command):
            return Ending()
        name, *times = source_of(files).split()
        self.runs.append((name, stdin.decode().strip()))
        time_ms = int(times[int(stdin) - 1]) + len(self.runs) % 3
        if time_ms > command.limits.cpu_time_ms:
            return Ending(
                status=Status.CPU_TIME, exit_code=None, cpu_time_us=command.limits.cpu_time_ms * 1000
            )
        return Ending(stdout=b"x", cpu_time_us=time_ms * 1000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2):
        (tmp_path / f"{number}.in").write_text(f"{number}\n")
        (tmp_path / f"{number}.ans").write_text("x\n")
    return tmp_path


def timed(folder: Path, lower: Sequence[str], upper: Sequence[str] = ()) -> Package:
    made = package(
        folder,
        [],
        [
            *(submission(name, TimeUse.LOWER) for name in lower),
            *(submission(name, TimeUse.UPPER) for name in upper),
        ],
        tests=2,
    )
    return replace(made, timing=RULE)


async def measured(given: Package, runner: Runner, *, runs: int = 6) -> TimeLimitReport:
    with nothing_left_open():
        return await measure_time_limit(given, workshop(runner, seats=1), step, runs=runs)


async def test_each_is_repeated_on_its_slowest_test(folder: Path) -> None:
    runner = Runner()
    report = await measured(timed(folder, ["a 100 700", "b 900 100"]), runner)
    assert runner.runs.count(("a", "2")) == runner.runs.count(("b", "1")) == 6
    assert runner.runs.count(("a", "1")) == runner.runs.count(("b", "2")) == 1
    assert [(each.test_name, each.interval.count) for each in report.measured] == [
        ("secret/2", 6),
        ("secret/1", 6),
    ]
    assert 900 <= report.measured[1].interval.low_ms <= report.measured[1].interval.high_ms <= 902
    assert report.chosen.cpu_time_ms == 1000, "twice 900 ms, with the language's multiplier of 2"
    assert report.given_ms == 500


async def test_what_is_too_slow_for_certain_is_not_repeated(folder: Path) -> None:
    runner = Runner()
    report = await measured(timed(folder, ["a 900 100"], ["slow 100 90000", "slower 4000 100"]), runner)
    slow, slower = report.measured[1:]
    assert (slow.is_at_least, slow.interval.count) == (True, 1)
    assert (slower.is_at_least, slower.interval.count) == (False, 6)
    assert report.chosen.cpu_time_ms == 1000


async def test_a_submission_that_takes_too_long_or_does_not_compile_is_an_error(folder: Path) -> None:
    class Broken(Runner):
        def __call__(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
            if compiles(command) and source_of(files).startswith("broken"):
                return Ending(exit_code=1)
            return super().__call__(command, files, stdin)

    report = await measured(timed(folder, ["eternal 9999999 1", "broken 1 1", "a 900 100"]), Broken())
    assert [finding.path for finding in report.errors] == [
        "submissions/eternal 9999999 1",
        "submissions/broken 1 1",
    ]
    assert [each.path for each in report.measured] == ["submissions/a 900 100"]


async def test_a_failure_of_ours_measures_nothing(folder: Path) -> None:
    def fails(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending(status=Status.INTERNAL, exit_code=None, detail="no cgroup")

    report = await measure_time_limit(timed(folder, ["a 1 1"]), workshop(fails, seats=1), step, runs=3)
    assert "judging it failed" in report.errors[0].message
    assert report.chosen.cpu_time_ms is None


async def test_a_limit_that_is_still_to_be_measured_is_not_given(folder: Path) -> None:
    given = timed(folder, ["a 900 100"])
    unmade = replace(given, unmade=(RULE,), problem=replace(given.problem, version=UNMADE))
    assert (await measured(unmade, Runner())).given_ms is None


def test_a_repeated_test_has_names_of_its_own(folder: Path) -> None:
    problem = repeated(timed(folder, []).problem, "secret/2", 3)
    assert [(test.name, test.input) for test in problem.tests] == [
        (f"secret/2 {number}", "2.in") for number in (1, 2, 3)
    ]


def times(
    path: str, use: TimeUse, *milliseconds: float, language: str = "cpp", multiplier: float = 1.0
) -> Measured:
    return Measured(
        path=path,
        language_id=language,
        use=use,
        test_name="secret/1",
        interval=interval_of_median(milliseconds),
        multiplier=multiplier,
    )


def test_by_language_the_gap_the_limit_and_the_multiplier() -> None:
    found = list(
        languages_of(
            RULE,
            [
                times("quick", TimeUse.LOWER, 100),
                times("slow", TimeUse.LOWER, 400),
                times("square", TimeUse.UPPER, 3000),
                times("cube", TimeUse.UPPER, 9000),
                times("p", TimeUse.LOWER, 3100, language="python3"),
            ],
        )
    )
    cpp, python = found
    assert (cpp.language_id, python.language_id) == ("cpp", "python3")
    assert cpp.accepted is not None
    assert cpp.too_slow is not None
    assert (cpp.accepted.path, cpp.too_slow.path) == ("slow", "square")
    assert (cpp.gap_ms, cpp.ratio, cpp.limit_ms, cpp.wanted_multiplier) == (2600, 7.5, 1000, 1.0)
    assert (python.gap_ms, python.limit_ms, python.wanted_multiplier) == (None, 7000, 6.2)


@pytest.mark.parametrize(
    ("accepted", "too_slow", "words"),
    [
        ((100, 110, 400), (350, 360, 900), "overlap"),
        ((100, 110, 120), (200, 210, 220), "only 1.7 times as slow"),
        ((100, 110, 120), (400, 410, 420), None),
    ],
)
def test_doubts(accepted: tuple[float, ...], too_slow: tuple[float, ...], words: str | None) -> None:
    found = [
        finding.message
        for finding in doubts_of(
            replace(RULE, resolution_ms=10**6),
            [times("a", TimeUse.LOWER, *accepted), times("b", TimeUse.UPPER, *too_slow)],
        )
    ]
    assert len(found) == (words is not None)
    assert words is None or words in found[0]


def test_doubts_are_on_the_scale_of_the_problem_s_limit() -> None:
    """A slow language that is given five times the time is not slow."""
    both = [
        times("a", TimeUse.LOWER, 4000, language="slow", multiplier=5.0),
        times("b", TimeUse.UPPER, 3000),
    ]
    assert list(doubts_of(RULE, both)) == []
    assert list(doubts_of(RULE, [replace(both[0], multiplier=1.0), both[1]]))


def test_times_that_vary_are_doubted() -> None:
    (finding,) = doubts_of(RULE, [times("a", TimeUse.LOWER, 1000, 1100, 1500)])
    assert "vary from 1000 to 1500 ms" in finding.message
    assert list(doubts_of(RULE, [times("a", TimeUse.LOWER, 1, 2, 9)])) == [], "too little to matter"
