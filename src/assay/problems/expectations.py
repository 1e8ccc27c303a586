"""What the jury expects of a submission, and in what a judging differs from it. Pure.

The package format knows four verdicts for a test: AC, WA, TLE, RTE. Ours are finer. The CCS Contest API's
table of judgement types says which of the four each stands for ("Big 5"): MLE and SV are RTE; OLE and PE
are WA. So the format's rules take the finer verdicts too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
import re

from assay.domain.judgement import Decision, GroupResult, Run
from assay.domain.verdict import Verdict

FORMAT_VERDICTS = frozenset({Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE})
_FINER = {Verdict.WA: (Verdict.OLE, Verdict.PE), Verdict.RTE: (Verdict.MLE, Verdict.SV)}
_COARSE = {ours: each for each, finer in _FINER.items() for ours in finer}
_SCORE_NOISE = 1e-6  # sums of decimal fractions are off by less, and nobody gives points that small

# All that a candidate's program can get, the likeliest first: the order in which expectations are shown.
_ORDER = (
    Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE, Verdict.CE,
    Verdict.MLE, Verdict.OLE, Verdict.SV, Verdict.PE,
)  # fmt: skip
ANY_VERDICT = frozenset(_ORDER)


class TimeUse(StrEnum):
    """Which bound on a time limit that is to be measured a submission gives ("Timelimit inference")."""

    LOWER = "lower"  # it must be in time
    UPPER = "upper"  # it must be too slow


@dataclass(frozen=True, kw_only=True)
class Rule:
    """All tests have a verdict in `permitted`, at least one has one in `required`, of the format's four.

    `tests` limits the rule to those tests whose name, or that of a group around them, fits; None stands for
    all. `where` is that pattern as written, `origin` the place of the rule in words; "" means that it follows
    from the submission's folder. `score` is the range that the score must lie in: the submission's or, with
    `tests`, that of each group that fits. `message` is a part of some test's message for judges. `time_use`:
    the tests of the rule bound the time limit.
    """

    permitted: frozenset[Verdict] = FORMAT_VERDICTS
    required: frozenset[Verdict] = FORMAT_VERDICTS
    tests: re.Pattern[str] | None = None
    where: str = ""
    origin: str = ""
    score: tuple[float, float] | None = None
    message: str = ""
    time_use: TimeUse | None = None

    def covers(self, test_name: str) -> bool:
        return self.tests is None or self.tests.fullmatch(test_name) is not None

    def covers_group(self, name: str) -> bool:
        """Whether the rule names this very group, and not one around it."""
        return self.tests is not None and self.covers(name) and not self.covers(name.rpartition("/")[0])


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What fits a submission. Where nothing is said, everything does but a fault of ours or the setter's.

    `verdicts` are those of the whole judging. `scores` are the ranges of which the score must lie in one.
    `best_score` is one that it must not have (legacy: partially accepted).
    """

    verdicts: tuple[Verdict, ...] = ()
    rules: tuple[Rule, ...] = ()
    scores: tuple[tuple[float, float], ...] = ()
    best_score: float | None = None

    @property
    def needs_all_tests(self) -> bool:
        """Whether only a judging of all tests can show that it is met."""
        return any(rule.origin for rule in self.rules)

    def admits(self, verdict: Verdict) -> bool:
        """Whether the verdict of the whole fits."""
        return verdict in self.verdicts or (not self.verdicts and verdict is not Verdict.JE)

    def misfits(self, decision: Decision) -> tuple[str, ...]:
        """Each thing in which the decision is not as expected, in words; empty when all is well.

        What is required of some test is only missed for certain when all tests were run.
        """
        if decision.verdict is Verdict.JE and not self.admits(Verdict.JE):
            return (f"judging failed: {decision.message}",)
        return tuple(self._misfits(decision))

    def _misfits(self, decision: Decision) -> Iterator[str]:
        if not self.admits(decision.verdict):
            yield f"the verdict is {decision.verdict}, expected is {_either(self.verdicts)}"
        if self.scores and not any(_is_within(decision.score, bounds) for bounds in self.scores):
            wanted = " or ".join(_range_in_words(bounds) for bounds in self.scores)
            yield f"{_score_in_words(decision.score)}, expected is {wanted}"
        if (
            self.best_score is not None
            and decision.score is not None
            and abs(decision.score - self.best_score) <= _SCORE_NOISE
        ):
            yield f"the score is {decision.score:g}, the best, but it is to be accepted in part only"
        for rule in self.rules:
            for misfit in _misfits_of_rule(rule, decision):
                yield f"{misfit} ({rule.origin})" if rule.origin else misfit


ANYTHING = Expectation()


def finer(verdicts: Iterable[Verdict]) -> frozenset[Verdict]:
    """The format's verdicts with those of ours that each stands for."""
    return frozenset(ours for each in verdicts for ours in (each, *_FINER.get(each, ())))


def ordered(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, the likeliest first; JE, which only DMOJ's tests of checkers expect, last."""
    found = frozenset(verdicts)
    return tuple(verdict for verdict in (*_ORDER, Verdict.JE) if verdict in found)


def _misfits_of_rule(rule: Rule, decision: Decision) -> Iterator[str]:
    runs = [run for run in decision.runs if rule.covers(run.test_name)]
    for run in runs:
        if _COARSE.get(run.verdict, run.verdict) not in rule.permitted:
            yield f"{run.test_name} is {run.verdict}, permitted is {_either(ordered(rule.permitted))}"
    is_complete = len(decision.runs) == decision.test_count
    place = f"in {rule.where}" if rule.where else "of all tests"
    if is_complete and runs and not _meets_requirement(rule, runs):
        yield f"no test {place} is {_either(ordered(rule.required))}, as one must be"
    if is_complete and rule.message and not any(rule.message in run.judge_message for run in runs):
        yield f"no message for judges {place} has the words {rule.message!r}"
    if rule.score is not None:
        yield from _misfits_of_score(rule, rule.score, decision)


def _meets_requirement(rule: Rule, runs: Sequence[Run]) -> bool:
    return any(_COARSE.get(run.verdict, run.verdict) in rule.required for run in runs)


def _misfits_of_score(rule: Rule, bounds: tuple[float, float], decision: Decision) -> Iterator[str]:
    if rule.tests is None:
        if not _is_within(decision.score, bounds):
            yield f"{_score_in_words(decision.score)}, expected is {_range_in_words(bounds)}"
        return
    groups: list[GroupResult] = [group for group in decision.groups if rule.covers_group(group.name)]
    if not groups:
        yield f"no group {rule.where} has a score, expected is {_range_in_words(bounds)}"
    for group in groups:
        if not _is_within(group.score, bounds):
            yield f"{group.name}: {_score_in_words(group.score)}, expected is {_range_in_words(bounds)}"


def _is_within(score: float | None, bounds: tuple[float, float]) -> bool:
    return score is not None and bounds[0] - _SCORE_NOISE <= score <= bounds[1] + _SCORE_NOISE


def _score_in_words(score: float | None) -> str:
    return "there is no score" if score is None else f"the score is {score:g}"


def _range_in_words(bounds: tuple[float, float]) -> str:
    return f"{bounds[0]:g}" if bounds[0] == bounds[1] else f"{bounds[0]:g} to {bounds[1]:g}"


def _either(verdicts: Iterable[Verdict]) -> str:
    return " or ".join(verdicts) or "none"
