"""What a judgement says about correctness: the share of tests passed, and how many independent tests that is
worth."""

from collections import Counter
from dataclasses import dataclass

from assay.domain.judgement import Decision, GroupResult
from assay.domain.verdict import Verdict
from assay.errors import NotScorable


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`share` is from 0 to 1, `passed` and `count` are tests. `effective_tests` is how many independent ones
    would say as much. `not_run` tests count as not passed."""

    is_accepted: bool
    share: float
    passed: int
    count: int
    not_run: int
    effective_tests: float


def read_outcome(decision: Decision, *, correlation: float) -> Outcome:
    """Raises `NotScorable` where the judgement says nothing about the program: JE, or no tests at all."""
    if decision.verdict is Verdict.JE:
        raise NotScorable(
            f"judging failed, which is not the program's fault: {decision.message or 'no word'}"
        )
    if decision.test_count == 0:
        raise NotScorable("the problem has no tests, so nothing is known of correctness")
    passed = sum(run.verdict is Verdict.AC for run in decision.runs)
    not_run = decision.test_count - len(decision.runs)
    groups = Counter(run.test_name.rpartition("/")[0] for run in decision.runs)
    return Outcome(
        is_accepted=decision.verdict is Verdict.AC,
        share=_share(decision, passed),
        passed=passed,
        count=decision.test_count,
        not_run=not_run,
        effective_tests=effective_tests([*groups.values(), not_run], correlation),
    )


def _share(decision: Decision, passed: int) -> float:
    """Of points where the problem gives points up to a bound, else of tests."""
    whole = next((group for group in decision.groups if group.name == ""), None)
    if decision.score is not None and whole is not None and _is_bounded(whole):
        return min(1.0, max(0.0, decision.score / (whole.max_score or 1.0)))
    return passed / decision.test_count


def _is_bounded(group: GroupResult) -> bool:
    return group.max_score is not None and group.max_score > 0


def effective_tests(group_sizes: list[int], correlation: float) -> float:
    """How many independent tests say as much as groups of tests whose outcomes are correlated within a group.

    A group of m tests has the variance of m / (1 + (m - 1) · correlation) independent ones: the design effect
    of cluster samples (Kish, Survey Sampling, 1965, section 5.4). Every test counts the same.
    """
    count = sum(group_sizes)
    return count**2 / sum(size * (1 + (size - 1) * correlation) for size in group_sizes if size)
