"""From the results of tests to a verdict and a score. Pure.

`grading` walks the problem's groups and says, step by step, what has to be done next; what came of it is sent
back. So the order of running, what is left out, and the arithmetic stand in one place, without any running.

    walk = grading(problem, all_tests=False)
    step = next(walk)
    while True:
        try: step = walk.send(outcome of step)
        except StopIteration as end: grade = end.value

Sources: package format 2025-09, "Result aggregation"; legacy, "Graders".
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TypeAlias

from assay.domain.grading import Aggregation, GroupVerdict, StaticCase, TestGroup
from assay.domain.judgement import GroupResult
from assay.domain.problem import Problem, TestCase
from assay.domain.verdict import Verdict

_SCORE_NOISE = 1e-9  # sums of decimal fractions are off by less, as a part of themselves where they are large
_WORST_FIRST = (
    Verdict.JE, Verdict.SV, Verdict.RTE, Verdict.MLE, Verdict.TLE, Verdict.OLE, Verdict.PE, Verdict.WA,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RunTest:
    """Run this test and check its output."""

    test: TestCase


@dataclass(frozen=True, kw_only=True)
class RunStatic:
    """Let the static validator look at the sources."""

    group: str
    case: StaticCase


@dataclass(frozen=True, kw_only=True)
class AskGrader:
    """Let the problem's grader aggregate `lines` ("AC 1.5"), which are those of the group's members."""

    group: str
    args: tuple[str, ...]
    lines: tuple[str, ...]


Step: TypeAlias = RunTest | RunStatic | AskGrader


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a step. `score` is None when nobody gave one."""

    verdict: Verdict
    score: float | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Grade:
    """The whole. `score` is None for a pass-fail problem, and where only accepted submissions have one.

    `message` is the reason of the verdict.
    """

    verdict: Verdict
    score: float | None
    groups: tuple[GroupResult, ...]
    message: str


@dataclass(frozen=True, kw_only=True)
class _Result:
    """Of a member. `verdict` is None when it was not run: something that it requires was not accepted."""

    name: str
    verdict: Verdict | None
    score: float
    message: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.verdict is Verdict.AC


def grading(problem: Problem, *, all_tests: bool) -> Generator[Step, Outcome, Grade]:
    """The steps of judging `problem`. `all_tests`: also those that cannot change the verdict any more.

    With either the verdict is the same: of several failures the first in the order of the tests decides
    (unless a group says worst_error).
    """
    walk = _Walk(problem, all_tests=all_tests)
    root = problem.grading or TestGroup(name="", members=tuple(test.name for test in problem.tests))
    result = yield from walk.group(root)
    verdict = result.verdict or Verdict.WA
    scoring = problem.scoring
    has_score = scoring is not None and (result.is_accepted or not scoring.needs_acceptance)
    return Grade(
        verdict=verdict,
        score=result.score if has_score and verdict is not Verdict.JE else None,
        groups=tuple(walk.results) if problem.grading is not None else (),
        message="" if result.is_accepted else result.message,
    )


class _Walk:
    """One judging's way through the groups."""

    def __init__(self, problem: Problem, *, all_tests: bool) -> None:
        self._tests = {test.name: test for test in problem.tests}
        self._is_scored = problem.scoring is not None
        self._all_tests = all_tests
        self._passed: set[str] = set()  # groups of which every test was accepted
        self.results: list[GroupResult] = []

    def group(self, group: TestGroup) -> Generator[Step, Outcome, _Result]:
        place = len(self.results)  # outer groups come before inner ones
        members: list[_Result] = []
        is_open = self._passed.issuperset(group.requires)
        if is_open:
            members = yield from self._members(group)
        result = yield from self._aggregate(group, members, is_open=is_open)
        if is_open and len(members) == len(self._kinds(group)) and all(each.is_accepted for each in members):
            self._passed.add(group.name)
        shown = GroupResult(
            name=group.name,
            verdict=result.verdict,
            score=result.score if self._is_scored else None,
            max_score=group.max_score,
        )
        self.results.insert(place, shown)
        return result

    def _kinds(self, group: TestGroup) -> list[bool]:
        """For each member whether it counts, the static case first."""
        counts = [member.counts if isinstance(member, TestGroup) else True for member in group.members]
        return [True, *counts] if group.static is not None else counts

    def _members(self, group: TestGroup) -> Generator[Step, Outcome, list[_Result]]:
        found: list[_Result] = []
        if group.static is not None:
            outcome = yield RunStatic(group=group.name, case=group.static)
            found.append(_result(f"{group.name} (static)", outcome, group.static.accept_score or 0.0, 0.0))
        for member in group.members:
            if found and self._is_over(group, found):
                break
            if isinstance(member, TestGroup):
                found.append((yield from self.group(member)))
            else:
                test = self._tests[member]
                outcome = yield RunTest(test=test)
                found.append(_result(test.name, outcome, test.accept_score or 0.0, test.reject_score))
        return found

    def _is_over(self, group: TestGroup, found: Sequence[_Result]) -> bool:
        """Whether the rest need not be run. After a failure of ours nothing is worth running."""
        if found[-1].verdict is Verdict.JE:
            return True
        if found[-1].is_accepted or not group.stops_at_rejection or self._all_tests:
            return False
        return self._kinds(group)[len(found) - 1]

    def _aggregate(
        self, group: TestGroup, members: Sequence[_Result], *, is_open: bool
    ) -> Generator[Step, Outcome, _Result]:
        # Also of a member that does not count: the walk has ended there, so of the others nobody knows.
        ours = next((each for each in members if each.verdict is Verdict.JE), None)
        if ours is not None:
            return _Result(name=group.name, verdict=Verdict.JE, score=0.0, message=ours.message)
        if not is_open:
            return _Result(name=group.name, verdict=None, score=0.0)
        members = [each for each, counts in zip(members, self._kinds(group), strict=False) if counts]
        if group.grader_args is not None:
            lines = tuple(f"{each.verdict or Verdict.WA} {float(each.score)!r}" for each in members)
            outcome = yield AskGrader(group=group.name, args=group.grader_args, lines=lines)
            verdict: Verdict | None = outcome.verdict
            score, reason = outcome.score or 0.0, outcome.message
        else:
            verdict, score, reason = _verdict(group, members), _score(group, members), ""
        message = reason or next((each.message for each in members if each.verdict is verdict), "")
        fault = self._fault_of_score(group, score) if verdict is not None else None
        if fault is not None:
            return _Result(name=group.name, verdict=Verdict.JE, score=0.0, message=fault)
        return _Result(name=group.name, verdict=verdict, score=score, message=message)

    def _fault_of_score(self, group: TestGroup, score: float) -> str | None:
        """A score that the package itself rules out is its mistake."""
        if not self._is_scored:
            return None
        whose = group.name or "all tests"
        if not isfinite(score):
            return f"the score of {whose} is no number that can be told"
        noise = _SCORE_NOISE * max(1.0, abs(score))
        if group.max_score is not None and score > group.max_score + noise:
            return f"the score {score:g} of {whose} is more than its {group.max_score:g}"
        if group.score_range is not None:
            lowest, highest = group.score_range
            if not lowest - noise <= score <= highest + noise:
                return f"the score {score:g} of {whose} is not in {lowest:g} to {highest:g}"
        return None


def _result(name: str, outcome: Outcome, accept_score: float, reject_score: float) -> _Result:
    given = outcome.score
    if given is None:
        given = accept_score if outcome.verdict is Verdict.AC else reject_score
    return _Result(name=name, verdict=outcome.verdict, score=given, message=outcome.message)


def _verdict(group: TestGroup, members: Sequence[_Result]) -> Verdict | None:
    failed = [each.verdict for each in members if not each.is_accepted]
    if (
        not failed
        or group.verdict is GroupVerdict.ALWAYS_ACCEPT
        or (group.any_accepted and len(failed) < len(members))
    ):
        return Verdict.AC
    named = [verdict for verdict in failed if verdict is not None]
    if not named:
        return None
    return named[0] if group.verdict is GroupVerdict.FIRST_ERROR else _worst(named)


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=_WORST_FIRST.index)


def _score(group: TestGroup, members: Sequence[_Result]) -> float:
    scores = [each.score for each in members]
    score: float
    match group.aggregation:
        case Aggregation.PASS_FAIL:
            score = (group.max_score or 0.0) if all(each.is_accepted for each in members) else 0.0
        case Aggregation.SUM:
            score = sum(scores)
        case Aggregation.MIN:
            score = min(scores, default=0.0)
        case Aggregation.MAX:
            score = max(scores, default=0.0)
        case Aggregation.AVERAGE:
            score = sum(scores) / len(scores) if scores else 0.0
    return score
