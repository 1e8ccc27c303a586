"""Which time limit a problem should have: the jury's submissions, run again and again on their slowest tests.

First each is judged on all tests that bound the time limit, to see which is its slowest; then it is run on
that one as often as asked for, compiled once. Those that must be too slow may take `PATIENCE` times the limit
that the others leave; whoever takes longer is too slow for certain, and not repeated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
import math

from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from assay.errors import Finding
from assay.preparing.idling import covered, is_late, judge_patiently, only, why_late, with_time
from assay.preparing.intervals import Interval, interval_of_median
from assay.preparing.timing import (
    GENEROUS_TIME_MS,
    TimeLimit,
    Timing,
    choose,
    lowest_limit,
    uses_of,
)
from assay.preparing.workshop import Skipped, Step, Workshop, at_once
from assay.problems import Package, PackageSubmission
from assay.problems.expectations import TimeUse
from assay.problems.package import MeasuredTimeLimit

PATIENCE = 4
NOISY_SHARE = 0.25  # of the median: an interval wider than this says more of the machine than of the program


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A submission's slowest test, in CPU time. `is_at_least`: it was ended there, and nobody knows more.

    `multiplier` is its language's, by which the problem's time limit is stretched for it.
    """

    path: str
    language_id: str
    use: TimeUse
    test_name: str
    interval: Interval
    multiplier: float
    is_at_least: bool = False

    @property
    def timing(self) -> Timing:
        """Its median on the scale of a language without a multiplier."""
        return Timing(
            path=self.path, time_ms=self.interval.median_ms / self.multiplier, is_at_least=self.is_at_least
        )


@dataclass(frozen=True, kw_only=True)
class LanguageTimes:
    """A language's slowest submission that must be in time, and its fastest that must be too slow.

    `limit_ms` is the time limit that the package's factors would give if there were no other language.
    `wanted_multiplier` is how many times the smallest such limit of all languages that would be.
    """

    language_id: str
    accepted: Measured | None
    too_slow: Measured | None
    multiplier: float
    limit_ms: int | None
    wanted_multiplier: float | None

    @property
    def gap_ms(self) -> float | None:
        """From the slowest that must be in time to the fastest that must not."""
        if self.accepted is None or self.too_slow is None:
            return None
        return self.too_slow.interval.median_ms - self.accepted.interval.median_ms

    @property
    def ratio(self) -> float | None:
        if self.accepted is None or self.too_slow is None:
            return None
        return self.too_slow.interval.median_ms / max(self.accepted.interval.median_ms, 1.0)


@dataclass(frozen=True, kw_only=True)
class TimeLimitReport:
    """Everything measured, by language too. `chosen` is what the package's factors give, or why nothing."""

    rule: MeasuredTimeLimit
    given_ms: int | None
    measured: tuple[Measured, ...]
    languages: tuple[LanguageTimes, ...]
    chosen: TimeLimit
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


async def measure_time_limit(
    package: Package, workshop: Workshop, step: Step, *, runs: int
) -> TimeLimitReport:
    """Measure, with `runs` runs of each submission. Of the package nothing but the limit may be left to make.

    Raises `SandboxError` and `OSError` for failures of ours.
    """
    clock = _Clock(package, workshop, step, runs=runs)
    by_use = {
        use: [each for each in package.submissions if uses_of(each, use)]
        for use in (TimeUse.LOWER, TimeUse.UPPER)
    }
    clock.total = sum(map(len, by_use.values()))
    in_time = await clock.measure(by_use[TimeUse.LOWER], TimeUse.LOWER, GENEROUS_TIME_MS)
    too_slow: list[Measured] = []
    if in_time:
        slowest_ms = max(each.timing.time_ms for each in in_time)
        enough_ms = lowest_limit(package.timing, slowest_ms) * package.timing.too_slow_factor * PATIENCE
        too_slow = await clock.measure(
            by_use[TimeUse.UPPER], TimeUse.UPPER, min(GENEROUS_TIME_MS, math.ceil(enough_ms))
        )
    chosen = choose(package.timing, [each.timing for each in in_time], [each.timing for each in too_slow])
    is_given = not any(isinstance(making, MeasuredTimeLimit) for making in package.unmade)
    measured = (*in_time, *too_slow)
    return TimeLimitReport(
        rule=package.timing,
        given_ms=package.problem.limits.cpu_time_ms if is_given else None,
        measured=measured,
        languages=tuple(languages_of(package.timing, measured)),
        chosen=chosen,
        errors=tuple(clock.errors),
        warnings=(*clock.warnings, *chosen.warnings, *doubts_of(package.timing, measured)),
    )


class _Clock:
    """Measures submissions, and collects what it cannot measure."""

    def __init__(self, package: Package, workshop: Workshop, step: Step, *, runs: int) -> None:
        self._package = package
        self._workshop = workshop
        self._step = step
        self._runs = runs
        self._done = 0
        self.total = 0
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    async def measure(
        self, submissions: Sequence[PackageSubmission], use: TimeUse, time_ms: int
    ) -> list[Measured]:
        works = [partial(self._measure, each, use, time_ms) for each in submissions]
        found = await at_once(works, seats=self._workshop.seats)
        return [each for each in found if each is not None]

    async def _measure(self, submission: PackageSubmission, use: TimeUse, time_ms: int) -> Measured | None:
        rules, problem = uses_of(submission, use), self._package.problem
        judging, is_upper = partial(self._judge, submission), use is TimeUse.UPPER
        decision = await judge_patiently(judging, problem, rules, most_ms=time_ms, one_is_enough=is_upper)
        if decision is None:
            return None
        runs = covered(decision, rules)
        if not runs:
            self._error(submission, f"cannot be measured: {decision.verdict}: {decision.message}")
            return None
        slowest = max(runs, key=lambda run: (is_late(run), run.cpu_time_ms))
        if is_late(slowest) and use is TimeUse.LOWER:
            self._error(submission, f"must be in time, but {why_late(slowest, time_ms)}")
            return None
        language = self._workshop.language_of(submission)
        multiplier = 1.0 if language is None else language.cpu_time_multiplier
        times: list[float] = [slowest.cpu_time_ms]
        if is_late(slowest):
            times = [time_ms * multiplier]  # also of one that waited: no time limit would be enough for it
        elif self._runs > 1:
            many = with_time(repeated(problem, slowest.test_name, self._runs - 1), time_ms)
            again = await self._judge(submission, many, all_tests=True)
            times += [] if again is None else [run.cpu_time_ms for run in again.runs]
        self._done += 1
        self._step(submission.path.rpartition("/")[2], self._done, self.total)
        return Measured(
            path=submission.path,
            language_id=submission.language_id or "",
            use=use,
            test_name=slowest.test_name,
            interval=interval_of_median(times),
            multiplier=multiplier,
            is_at_least=is_late(slowest),
        )

    async def _judge(
        self, submission: PackageSubmission, problem: Problem, *, all_tests: bool
    ) -> Decision | None:
        decision = await self._workshop.judge(submission, problem, self._package.files, all_tests=all_tests)
        if isinstance(decision, Skipped):
            message = f"has no say in the time limit: {decision.message}"
            self.warnings.append(Finding(path=submission.path, field=None, message=message))
            return None
        if decision.verdict is Verdict.JE:
            self._error(submission, f"judging it failed: {decision.message}")
            return None
        return decision

    def _error(self, submission: PackageSubmission, message: str) -> None:
        self.errors.append(Finding(path=submission.path, field=None, message=message))


def repeated(problem: Problem, test_name: str, count: int) -> Problem:
    """The problem with nothing but this test, `count` times. Pure."""
    single = only(problem, {test_name})
    (test,) = single.tests
    names = (f"{test_name} {number}" for number in range(1, count + 1))
    return replace(single, tests=tuple(replace(test, name=name) for name in names))


def languages_of(rule: MeasuredTimeLimit, measured: Sequence[Measured]) -> Iterator[LanguageTimes]:
    """The times by language, in the order of their names. Pure."""
    slowest = _extremes(measured, TimeUse.LOWER)
    fastest = _extremes(measured, TimeUse.UPPER)
    limits = {
        language_id: lowest_limit(rule, each.interval.median_ms) for language_id, each in slowest.items()
    }
    smallest = min(limits.values(), default=None)
    for language_id in sorted({*slowest, *fastest}):
        accepted, too_slow = slowest.get(language_id), fastest.get(language_id)
        any_of_it = accepted or too_slow
        limit_ms = limits.get(language_id)
        wanted = None
        if smallest is not None and accepted is not None:
            needed = accepted.interval.median_ms * rule.accepted_factor / smallest
            wanted = max(1.0, math.ceil(needed * 10 - 1e-9) / 10)
        yield LanguageTimes(
            language_id=language_id,
            accepted=accepted,
            too_slow=too_slow,
            multiplier=1.0 if any_of_it is None else any_of_it.multiplier,
            limit_ms=limit_ms,
            wanted_multiplier=wanted,
        )


def _extremes(measured: Iterable[Measured], use: TimeUse) -> dict[str, Measured]:
    """Of each language the slowest that must be in time, or the fastest that must be too slow."""
    found: dict[str, Measured] = {}
    sign = 1 if use is TimeUse.LOWER else -1
    for each in measured:
        if each.use is use:
            other = found.setdefault(each.language_id, each)
            if sign * each.interval.median_ms > sign * other.interval.median_ms:
                found[each.language_id] = each
    return found


def doubts_of(rule: MeasuredTimeLimit, measured: Sequence[Measured]) -> Iterator[Finding]:
    """What makes a time limit unsure, on the scale of a language without a multiplier. Pure."""
    accepted = [each for each in measured if each.use is TimeUse.LOWER]
    too_slow = [each for each in measured if each.use is TimeUse.UPPER]
    for each in measured:
        interval = each.interval
        width = interval.high_ms - interval.low_ms
        if width > NOISY_SHARE * interval.median_ms and width > rule.resolution_ms * NOISY_SHARE:
            yield Finding(
                path=each.path,
                field=None,
                message=f"its times vary from {interval.low_ms:g} to {interval.high_ms:g} ms; "
                "a machine that does nothing else, and more --runs, help",
            )
    if not accepted or not too_slow:
        return
    slow = max(accepted, key=lambda each: each.interval.high_ms / each.multiplier)
    fast = min(too_slow, key=lambda each: each.interval.low_ms / each.multiplier)
    high_ms, low_ms = slow.interval.high_ms / slow.multiplier, fast.interval.low_ms / fast.multiplier
    wanted = rule.accepted_factor * rule.too_slow_factor
    if high_ms >= low_ms:
        message = (
            f"cannot be told from {slow.path} by its time: the intervals of both overlap; larger tests help"
        )
        yield Finding(path=fast.path, field=None, message=message)
    elif low_ms / high_ms < wanted:
        message = (
            f"is only {low_ms / high_ms:.2g} times as slow as {slow.path}; the package's factors ask for "
            f"{wanted:g} times; larger tests help"
        )
        yield Finding(path=fast.path, field=None, message=message)
