"""A submission's runs with all the time that they want, unless they idle.

Who waits for something that never comes uses no CPU time, and is ended only when twice the CPU time that it
may have has gone by: minutes, for each test. So the time is given in steps:

    all tests, 2 s ─► those that were still computing, 20 s ─► those that still were, all the time there is
         │ one idled: no more
"""

from collections.abc import Awaitable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from assay.domain.judgement import Decision, Run
from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from assay.judging.starvation import has_idled
from assay.problems.expectations import Rule

STEPS_MS = (2_000, 20_000)  # before all the time there is; an idle run costs twice the first, and a second


class Judging(Protocol):
    """Judges one submission; None when nothing can be said, which it has reported."""

    def __call__(self, problem: Problem, *, all_tests: bool) -> Awaitable[Decision | None]: ...


def covered(decision: Decision, rules: Sequence[Rule]) -> list[Run]:
    """The runs that bound the time limit. Pure."""
    return [run for run in decision.runs if any(rule.covers(run.test_name) for rule in rules)]


def is_late(run: Run) -> bool:
    return run.verdict is Verdict.TLE


def is_idle(run: Run) -> bool:
    """Whether a run that was ended for its time had waited, and not computed. Pure."""
    return is_late(run) and has_idled(cpu_time=run.cpu_time_ms, wall_time=run.wall_time_ms)


def why_late(run: Run, most_ms: int) -> str:
    """The end of a sentence on a run that was to be in time, and may have had `most_ms`. Pure."""
    if is_idle(run):
        computed = f"of which it computed for {run.cpu_time_ms / 1000:g} s"
        return f"waited: {run.test_name} took more than {run.wall_time_ms / 1000:.0f} s, {computed}"
    return f"took more than {most_ms / 1000:g} s for {run.test_name}"


async def judge_patiently(
    judge: Judging, problem: Problem, rules: Sequence[Rule], *, most_ms: int, one_is_enough: bool = False
) -> Decision | None:
    """Judge on all tests, with up to `most_ms` of CPU time for each that `rules` cover. `one_is_enough`: once
    that is too little for one of them, nobody asks for the others.

    Of the decision nothing but CE and the runs that are covered mean anything: of a test that was tried again
    the last one, whose verdict is TLE when even `most_ms` were not enough, or when it idles.
    """
    first_ms, *others_ms = _steps(most_ms)
    timed = with_time(problem, first_ms)
    first = await judge(timed, all_tests=False)
    suspect = None if first is None else next(filter(is_late, covered(first, rules)), None)
    if one_is_enough and suspect is not None and not is_idle(suspect):
        again = await judge(with_time(only(problem, {suspect.test_name}), most_ms), all_tests=True)
        if again is None or any(map(is_late, again.runs)):
            return again
    is_known = first is None or first.verdict is Verdict.CE or any(map(is_idle, covered(first, rules)))
    if not is_known and first is not None and len(first.runs) < first.test_count:
        first = await judge(timed, all_tests=True)
    if first is None:
        return None
    runs = {run.test_name: run for run in covered(first, rules)}
    for time_ms in others_ms:
        late = {name for name, run in runs.items() if is_late(run)}
        if not late or any(map(is_idle, runs.values())):
            break
        again = await judge(with_time(only(problem, late), time_ms), all_tests=True)
        if again is None:
            return None
        runs |= {run.test_name: run for run in again.runs}
    return replace(first, runs=tuple(runs.values()))


def with_time(problem: Problem, time_ms: int) -> Problem:
    """The problem with another time limit. Pure."""
    return replace(problem, limits=replace(problem.limits, cpu_time_ms=time_ms))


def only(problem: Problem, names: Collection[str]) -> Problem:
    """The problem with these tests and no groups, so that none of them depends on others. Pure."""
    tests = tuple(test for test in problem.tests if test.name in names)
    return replace(problem, tests=tests, grading=None, scoring=None, static_validator=None)


def _steps(most_ms: int) -> Iterator[int]:
    yield from (step for step in STEPS_MS if step < most_ms)
    yield most_ms
