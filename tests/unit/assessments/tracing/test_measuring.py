"""Facts → a test's costs: which try counts, and what serves without facts."""

from assay.assessments.tracing.measuring import Input, measure_runs
from assay.domain.judgement import Run
from assay.domain.trace import TestTrace
from assay.domain.verdict import Verdict
from assay.sandbox import Facts, Status

INPUT = Input(bytes=7, first_integer=3)


def facts(cpu_time_us: int, memory_bytes: int = 1000) -> Facts:
    return Facts(
        status=Status.EXITED,
        exit_code=0,
        signal=None,
        cpu_time_us=cpu_time_us,
        wall_time_us=cpu_time_us + 500,
        memory_bytes=memory_bytes,
        stdout_bytes=0,
        stderr_bytes=0,
        stdout_truncated=False,
        stderr_truncated=False,
        oom_kills=0,
        ended_at_us=0,
        detail="",
    )


def measured(*tried: tuple[Facts, ...], cpu_time_ms: int, memory_bytes: int = 1000) -> TestTrace:
    run = Run(
        ordinal=4,
        test_name="secret/4",
        verdict=Verdict.AC,
        cpu_time_ms=cpu_time_ms,
        wall_time_ms=9,
        memory_bytes=memory_bytes,
        exit_code=0,
        signal=None,
        message="",
    )
    (test,) = measure_runs([run], {"secret/4": INPUT}, facts={4: tried}, counts={})
    return test


def test_of_several_tries_the_one_counts_that_the_judge_went_by() -> None:
    slow, quick = (facts(2900), facts(2500), facts(2700)), (facts(700), facts(600), facts(800))
    assert measured(slow, quick, cpu_time_ms=3).cpu_time_ns == 2_700_000
    assert measured(slow, quick, cpu_time_ms=1).cpu_time_ns == 700_000
    first, again = (facts(2100),), (facts(2200),)
    assert measured(first, again, cpu_time_ms=3).cpu_time_ns == 2_200_000, "the last, where both would fit"


def test_how_far_repetitions_are_apart_is_kept() -> None:
    assert measured((facts(2900), facts(2500), facts(2700)), cpu_time_ms=3).cpu_spread_ns == 200_000
    assert measured((facts(2900), facts(2500)), cpu_time_ms=3).cpu_spread_ns == 0
    assert measured(cpu_time_ms=3).cpu_spread_ns == 0


def test_memory_tells_tries_apart_as_well() -> None:
    small, large = (facts(2100, 1000),), (facts(2200, 5000),)
    assert measured(small, large, cpu_time_ms=3).cpu_time_ns == 2_100_000


def test_without_facts_the_judgements_own_figures_serve() -> None:
    for tried in ((), ((facts(90_000),),)):
        test = measured(*tried, cpu_time_ms=3)
        assert (test.cpu_time_ns, test.wall_time_ns, test.memory_bytes, test.runs) == (
            3_000_000,
            9_000_000,
            1000,
            1,
        )


def test_a_run_of_a_test_that_the_problem_has_not_any_more_is_left_out() -> None:
    run = Run(
        ordinal=1,
        test_name="gone",
        verdict=Verdict.AC,
        cpu_time_ms=1,
        wall_time_ms=1,
        memory_bytes=1,
        exit_code=0,
        signal=None,
        message="",
    )
    assert measure_runs([run], {}, facts={}, counts={}) == ()
