"""A problem's time limit, from the running times of the jury's submissions.

Source: https://www.kattis.com/problem-package-format/spec/2025-09.html, "Problem timing" and "Timelimit
inference". In two rounds: first those that must be in time run, with all the time that they want (idling.py);
that gives the limit. Then those that must be too slow need not run longer than it takes to see that they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
import math

from assay.domain.judgement import Decision, Run
from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from assay.errors import Finding
from assay.preparing.idling import covered, is_late, judge_patiently, why_late, with_time
from assay.preparing.workshop import Skipped, Step, Workshop, at_once
from assay.problems import PackageSubmission
from assay.problems.expectations import Rule, TimeUse
from assay.problems.package import MeasuredTimeLimit, Package, PackageFiles

GENEROUS_TIME_MS = 120_000  # what a submission that must be in time may take while it is measured
FEW_SUBMISSIONS = 2  # below, one clumsy program decides
TIME_LIMIT_MAX_MS = 600_000
_NOISE = 1e-9  # of a quotient of decimal fractions
_PLACE = "submissions"
_FIELD = "limits.time_limit"


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The slowest run of a submission, in milliseconds of CPU time, on the scale of a language without a
    multiplier. `is_at_least`: it was ended there."""

    path: str
    time_ms: float
    is_at_least: bool = False

    def __str__(self) -> str:
        more = "more than " if self.is_at_least else ""
        return f"{self.path} ({more}{self.time_ms / 1000:.3f} s)"


@dataclass(frozen=True, kw_only=True)
class TimeLimit:
    """What came out, or why nothing did. `cpu_time_ms` is None with `errors`."""

    cpu_time_ms: int | None
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


def uses_of(submission: PackageSubmission, use: TimeUse) -> tuple[Rule, ...]:
    """The rules by which a submission bounds the time limit so. Pure.

    Where nothing but a verdict is expected (a remark says so), accepted and too slow speak for themselves.
    """
    expectation = submission.expectation
    rules = tuple(rule for rule in expectation.rules if rule.time_use is use)
    only = Verdict.AC if use is TimeUse.LOWER else Verdict.TLE
    if not expectation.rules and expectation.verdicts == (only,):
        return (Rule(time_use=use),)
    return rules


def lowest_limit(rule: MeasuredTimeLimit, slowest_ms: float) -> int:
    """The smallest multiple of the resolution that the slowest run must be in time with, in ms. Pure."""
    multiples = slowest_ms * rule.accepted_factor / rule.resolution_ms
    return max(1, math.ceil(multiples - _NOISE)) * rule.resolution_ms


def choose(rule: MeasuredTimeLimit, accepted: Sequence[Timing], too_slow: Sequence[Timing]) -> TimeLimit:
    """The time limit that the timings allow. Pure.

    It is the lowest that `accepted` leaves; a larger one would only be worse for `too_slow`.
    """
    if not accepted:
        message = (
            "no submission must be in time, so no time limit can be measured; add an accepted one, "
            "or give limits.time_limit"
        )
        return _failed([message])
    slowest = max(accepted, key=lambda timing: timing.time_ms)
    limit_ms = lowest_limit(rule, slowest.time_ms)
    if limit_ms > TIME_LIMIT_MAX_MS:
        return _failed([f"{slowest} would need a time limit of {limit_ms / 1000:g} s, which no judge gives"])
    too_fast = [timing for timing in too_slow if limit_ms * rule.too_slow_factor > timing.time_ms + _NOISE]
    if too_fast:
        return _failed(
            f"no time limit keeps {slowest}, times {rule.accepted_factor:g}, in time and {timing} too slow: "
            f"{limit_ms / 1000:g} s times {rule.too_slow_factor:g} is more than it takes; "
            "larger tests, or a smaller time_resolution, set them apart"
            for timing in too_fast
        )
    return TimeLimit(cpu_time_ms=limit_ms, warnings=tuple(_doubts(accepted, too_slow)))


def _doubts(accepted: Sequence[Timing], too_slow: Sequence[Timing]) -> Iterable[Finding]:
    if len(accepted) < FEW_SUBMISSIONS:
        yield _finding(f"the time limit rests on {accepted[0]} alone; a second accepted submission helps")
    if not too_slow:
        yield _finding("no submission must be too slow, so nothing says that the time limit is not too large")


async def measure(
    rule: MeasuredTimeLimit, package: Package, files: PackageFiles, workshop: Workshop, step: Step
) -> TimeLimit:
    """Run the submissions that bound the time limit, and choose it.

    `files` opens the files of the package's problem. A submission without a toolchain is left out.
    """
    submissions = package.submissions
    clock = _Stopwatch(package.problem, files, workshop, step)
    lower = [each for each in submissions if uses_of(each, TimeUse.LOWER)]
    upper = [each for each in submissions if uses_of(each, TimeUse.UPPER)]
    clock.total = len(lower) + len(upper)
    accepted = await at_once([partial(clock.in_time, each) for each in lower], seats=workshop.seats)
    in_time = [timing for timing in accepted if timing is not None]
    if clock.errors or not in_time:
        found = choose(rule, in_time, [])
        return TimeLimit(cpu_time_ms=None, errors=(*clock.errors, *(() if clock.errors else found.errors)))
    limit_ms = lowest_limit(rule, max(timing.time_ms for timing in in_time))
    enough_ms = math.ceil(limit_ms * rule.too_slow_factor)
    ended = await at_once([partial(clock.too_slow, each, enough_ms) for each in upper], seats=workshop.seats)
    found = choose(rule, in_time, [timing for timing in ended if timing is not None])
    return replace(found, warnings=(*found.warnings, *clock.warnings))


class _Stopwatch:
    """Measures submissions, and collects what it cannot measure."""

    def __init__(self, problem: Problem, files: PackageFiles, workshop: Workshop, step: Step) -> None:
        self._problem = problem
        self._files = files
        self._workshop = workshop
        self._step = step
        self._done = 0
        self.total = 0
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    async def in_time(self, submission: PackageSubmission) -> Timing | None:
        rules = uses_of(submission, TimeUse.LOWER)
        judging = partial(self._judge, submission)
        decision = await judge_patiently(judging, self._problem, rules, most_ms=GENEROUS_TIME_MS)
        self._count(submission)
        if decision is None:
            return None
        runs = covered(decision, rules)
        late = next(filter(is_late, runs), None)
        if late is not None:
            message = f"must be in time, but {why_late(late, GENEROUS_TIME_MS)}"
            self.errors.append(Finding(path=submission.path, field=None, message=message))
        if decision.verdict is Verdict.CE or not runs:
            message = f"cannot be measured: {decision.verdict}: {decision.message}"
            self.errors.append(Finding(path=submission.path, field=None, message=message))
            return None
        return self._timing(submission, runs)

    async def too_slow(self, submission: PackageSubmission, enough_ms: int) -> Timing | None:
        """Its slowest run, or that one took `enough_ms`."""
        rules = uses_of(submission, TimeUse.UPPER)
        is_first_enough = all(rule.tests is None for rule in rules)
        problem = with_time(self._problem, enough_ms)
        decision = await self._judge(submission, problem, all_tests=not is_first_enough)
        if decision is not None and is_first_enough and decision.verdict not in (Verdict.TLE, Verdict.CE):
            decision = await self._judge(submission, problem, all_tests=True) or decision
        self._count(submission)
        if decision is None:
            return None
        runs = covered(decision, rules)
        if any(map(is_late, runs)):
            return Timing(path=submission.path, time_ms=enough_ms, is_at_least=True)
        return self._timing(submission, runs)

    def _count(self, submission: PackageSubmission) -> None:
        self._done += 1
        self._step(submission.path, self._done, self.total)

    async def _judge(
        self, submission: PackageSubmission, problem: Problem, *, all_tests: bool
    ) -> Decision | None:
        decision = await self._workshop.judge(submission, problem, self._files, all_tests=all_tests)
        if isinstance(decision, Skipped):
            message = f"has no say in the time limit: {decision.message}"
            self.warnings.append(Finding(path=submission.path, field=None, message=message))
            return None
        if decision.verdict is Verdict.JE:
            message = f"judging it failed: {decision.message}"
            self.errors.append(Finding(path=submission.path, field=None, message=message))
            return None
        return decision

    def _timing(self, submission: PackageSubmission, runs: Sequence[Run]) -> Timing:
        language = self._workshop.language_of(submission)
        multiplier = 1.0 if language is None else language.cpu_time_multiplier
        slowest = max((run.cpu_time_ms for run in runs), default=0)
        return Timing(path=submission.path, time_ms=slowest / multiplier)


def _failed(messages: Iterable[str]) -> TimeLimit:
    return TimeLimit(cpu_time_ms=None, errors=tuple(map(_finding, messages)))


def _finding(message: str) -> Finding:
    return Finding(path=_PLACE, field=_FIELD, message=message)
