"""How the results of tests become a verdict and a score: a tree of groups, as data. The arithmetic is in
judging/grading.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Union

from assay.domain.jury import JuryProgram


class Aggregation(StrEnum):
    """How a group's score comes from those of its members."""

    PASS_FAIL = "pass-fail"  # noqa: S105  max_score when all are accepted, else nothing
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    AVERAGE = "avg"


class GroupVerdict(StrEnum):
    """How a group's verdict comes from those of its members. All but the last are AC if all members are."""

    FIRST_ERROR = "first_error"  # the first that is not AC, in the order of the members
    WORST_ERROR = "worst_error"  # the first of JE SV RTE MLE TLE OLE PE WA that a member has
    ALWAYS_ACCEPT = "always_accept"


class Scored(StrEnum):
    """What a validator may say of a test's score, and what the score is when it says nothing.

    Source: package format, "Scoring test cases". All but `NO` score 0 (`reject_score`) when not accepted.
    """

    NO = "no"  # pass-fail: to give a score is the validator's mistake
    BOUNDED = "bounded"  # score.txt up to accept_score, or score_multiplier.txt in [0, 1]; else accept_score
    UNBOUNDED = "unbounded"  # score.txt must be given
    FREE = "free"  # legacy: score.txt replaces accept_score, whatever it is; testlib's points


@dataclass(frozen=True, kw_only=True)
class StaticCase:
    """A group's static validation case: the sources are looked at, not run. `accept_score` is None when it
    only passes or fails."""

    accept_score: float | None
    args: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TestGroup:
    """Tests that are decided together. `members` are tests (names) and inner groups, in the order of running.

    `stops_at_rejection`: once a member is not accepted, the rest of this group is not run.
    `requires`: names of groups of which every test must have been accepted, or this one is not run.
    `counts`: False when neither verdict nor score of this group matters to the one above (shown only).
    `any_accepted`: one accepted member is enough. `score_range` holds the score to it (legacy).
    `max_score` is None when unbounded, or when nothing here is scored.
    """

    __test__ = False  # pytest collects classes named Test*

    name: str  # "", "sample", "secret", "secret/group1": a path below data/
    members: tuple[Union["TestGroup", str], ...]
    aggregation: Aggregation = Aggregation.PASS_FAIL
    verdict: GroupVerdict = GroupVerdict.FIRST_ERROR
    any_accepted: bool = False
    stops_at_rejection: bool = True
    requires: tuple[str, ...] = ()
    counts: bool = True
    max_score: float | None = None
    score_range: tuple[float, float] | None = None
    static: StaticCase | None = None
    grader_args: tuple[str, ...] | None = None  # not None: the problem's grader program decides

    def groups(self) -> Iterator["TestGroup"]:
        """This group and all below, outer ones first."""
        yield self
        for member in self.members:
            if isinstance(member, TestGroup):
                yield from member.groups()

    def tests(self) -> Iterator[str]:
        """The names of all tests in this group and below, in the order of running."""
        for member in self.members:
            if isinstance(member, TestGroup):
                yield from member.tests()
            else:
                yield member


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """That submissions have a score, too.

    `is_minimised`: less is better (legacy `objective: min`). `needs_acceptance`: what is not accepted has
    none (legacy: "the score provided by the grader will always be ignored"). `grader` replaces the arithmetic
    of groups with `grader_args`.
    """

    is_minimised: bool = False
    needs_acceptance: bool = False
    shows_groups: bool = True
    max_score: float | None = None  # the best that can be had; None when unbounded
    grader: JuryProgram | None = None
