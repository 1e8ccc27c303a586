"""A run that ends close to the time limit is repeated, and the median decides; luck favours nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending, Program
from assay.domain.judgement import Decision
from assay.domain.verdict import Verdict
from assay.judging.budget import run_limits
from assay.judging.near_limit import REPETITIONS, deciding, guard_band
from assay.sandbox import Command, Status
from tests.unit.judging.judging import LANGUAGE, LIMITS, Judging

LIMIT_US = 1_000_000  # 500 ms, and the language's multiplier is 2
RUN = run_limits(LIMITS, LANGUAGE)
AC, TLE, RTE = Verdict.AC, Verdict.TLE, Verdict.RTE


def taking(*cpu_times_us: int, **ending: object) -> Program:
    """A program whose first runs take these times, and all others next to none."""
    times: Iterator[int] = chain(cpu_times_us, repeat(1000))

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.box_writable:
            return Ending()
        cpu_time_us = next(times)
        if cpu_time_us > command.limits.cpu_time_ms * 1000:
            return Ending(status=Status.CPU_TIME, exit_code=None, cpu_time_us=cpu_time_us)
        return Ending(stdout=b"%d\n" % (2 * int(stdin)), cpu_time_us=cpu_time_us, **ending)  # type: ignore[arg-type]

    return program


async def judged(tmp_path: Path, program: Program) -> tuple[Decision, Sequence[Command]]:
    judging = Judging(tmp_path, program)
    decision = await judging.decide()
    return decision, judging.commands[1:]


@pytest.mark.parametrize(
    ("times", "verdict"),
    [
        ((990_000, 1_010_000, 1_020_000), TLE),
        ((1_010_000, 990_000, 980_000), AC),
        ((1_010_000, 1_020_000, 900_000), TLE),
        ((LIMIT_US, LIMIT_US, LIMIT_US), AC),
        ((LIMIT_US + 1, LIMIT_US + 1, LIMIT_US + 1), TLE),
        ((950_000, 2_000_000, 2_000_000), TLE),
        ((1_050_000, 1000, 1000), AC),
    ],
)
async def test_the_median_decides(tmp_path: Path, times: tuple[int, ...], verdict: Verdict) -> None:
    decision, commands = await judged(tmp_path, taking(*times))
    assert decision.verdict is verdict, decision.message
    assert decision.runs[0].near_limit
    assert [command.core_shift for command in commands[:3]] == [0, 1, 2]
    assert decision.near_limit


@pytest.mark.parametrize(("time", "verdict"), [(949_000, AC), (1_051_000, TLE), (5_000_000, TLE)])
async def test_a_run_outside_the_band_is_not_repeated(tmp_path: Path, time: int, verdict: Verdict) -> None:
    decision, commands = await judged(tmp_path, taking(time))
    assert (decision.verdict, decision.runs[0].near_limit) == (verdict, False)
    assert len(commands) == len(decision.runs)


async def test_what_is_wrong_anyway_is_repeated_too(tmp_path: Path) -> None:
    """Else a wrong answer near the limit would be WA or TLE by luck."""
    crash, commands = await judged(tmp_path, taking(990_000, 1_010_000, 1_020_000, exit_code=1))
    assert (crash.verdict, len(commands)) == (TLE, 1 + REPETITIONS)
    crash, _ = await judged(tmp_path, taking(990_000, 980_000, 1_020_000, exit_code=1))
    assert crash.verdict is RTE


@pytest.mark.parametrize(("limit_ms", "width_ms"), [(1000, 50), (10_000, 500), (10, 2), (1, 1)])
def test_the_band_is_as_wide_on_either_side(limit_ms: int, width_ms: int) -> None:
    band = guard_band(replace(RUN, cpu_time_ms=limit_ms))
    assert (band.lowest_ms, band.limit_ms) == (limit_ms - width_ms, limit_ms)
    assert band.highest_ms - limit_ms == max(width_ms, 2)


@pytest.mark.parametrize(("times", "index"), [((3, 1, 2), 2), ((1, 1, 2), 0), ((5,), 0)])
def test_the_median_run(times: tuple[int, ...], index: int) -> None:
    assert deciding(times) == index
