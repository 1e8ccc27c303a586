"""What a judgement's runs, or the facts behind them, say of each test. All pure but a look at the inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import os
from statistics import median_low

from assay.assessments.tracing.sizes import HEAD_BYTES, first_integer
from assay.domain.judgement import Run
from assay.domain.problem import Problem
from assay.domain.trace import NANOSECONDS_PER_MILLISECOND, Counts, TestTrace
from assay.domain.verdict import Verdict
from assay.judging.capture import closing_fd
from assay.judging.classify import cpu_time_ms
from assay.judging.lexing import read_at
from assay.judging.ports import TestData
from assay.sandbox import Facts

_NANOSECONDS_PER_MICROSECOND = 1000
_SPREAD_OF_AT_LEAST = 3


@dataclass(frozen=True, kw_only=True)
class Input:
    """What of a test's input may be its size."""

    bytes: int
    first_integer: int | None


def look_at_inputs(problem: Problem, data: TestData) -> dict[str, Input]:
    """By the tests' names. Blocking: run it in a thread. Raises `OSError` for data that is not there."""
    found: dict[str, Input] = {}
    for test in problem.tests:
        with closing_fd(data.open(test.input)) as fd:
            head = read_at(fd, 0, HEAD_BYTES)
            found[test.name] = Input(bytes=os.fstat(fd).st_size, first_integer=first_integer(head))
    return found


def measure_runs(
    runs: Sequence[Run],
    inputs: Mapping[str, Input],
    *,
    facts: Mapping[int, Sequence[Sequence[Facts]]],
    counts: Mapping[int, Counts],
) -> tuple[TestTrace, ...]:
    """Each test's costs. `facts` and `counts` are by the runs' ordinals, and may lack any of them.

    `facts` has, for each time that a test was tried, those of the run that was judged and its repetitions.
    Without them the judgement's own figures serve, which are in milliseconds.
    """
    return tuple(
        _measure(
            run, inputs[run.test_name], _decisive(run, facts.get(run.ordinal, ())), counts.get(run.ordinal)
        )
        for run in runs
        if run.test_name in inputs
    )


def _decisive(run: Run, tried: Sequence[Sequence[Facts]]) -> Sequence[Facts]:
    """The try that the judge went by: of several passes the slowest's, of repetitions near the limit the
    median's."""
    for facts in reversed(tried):
        if cpu_time_ms(facts[0]) == run.cpu_time_ms and facts[0].memory_bytes == run.memory_bytes:
            return facts
    return ()


def _measure(run: Run, given: Input, facts: Sequence[Facts], counts: Counts | None) -> TestTrace:
    if facts:
        cpu_time_ns = median_low([each.cpu_time_us for each in facts]) * _NANOSECONDS_PER_MICROSECOND
        wall_time_ns = median_low([each.wall_time_us for each in facts]) * _NANOSECONDS_PER_MICROSECOND
        memory_bytes = median_low([each.memory_bytes for each in facts])
    else:
        cpu_time_ns = run.cpu_time_ms * NANOSECONDS_PER_MILLISECOND
        wall_time_ns = run.wall_time_ms * NANOSECONDS_PER_MILLISECOND
        memory_bytes = run.memory_bytes
    return TestTrace(
        test=run.test_name,
        verdict=run.verdict,
        input_bytes=given.bytes,
        first_integer=given.first_integer,
        cpu_time_ns=cpu_time_ns,
        wall_time_ns=wall_time_ns,
        memory_bytes=memory_bytes,
        runs=max(1, len(facts)),
        is_whole=run.exit_code == 0 and run.verdict is not Verdict.OLE,
        counts=counts,
        cpu_spread_ns=_spread([each.cpu_time_us for each in facts]) * _NANOSECONDS_PER_MICROSECOND,
    )


def _spread(values: Sequence[int]) -> int:
    """The median distance from the median; 0 of so few that it would say nothing."""
    if len(values) < _SPREAD_OF_AT_LEAST:
        return 0
    middle = median_low(values)
    return median_low([abs(value - middle) for value in values])
