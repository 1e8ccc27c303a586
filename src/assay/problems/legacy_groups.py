"""Groups and scores of a legacy package: the tree of folders below data/, each with its testdata.yaml.

Specification: legacy, "Test data groups", "Graders", "Default grader specification". A pass-fail problem in
which every test must be accepted, and judging may end with the first that is not, needs no groups.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
import math
import sys
from typing import TypeVar

from assay.domain.grading import Aggregation, GroupVerdict, Scored, Scoring, TestGroup
from assay.domain.jury import JuryProgram
from assay.domain.problem import TestCase
from assay.problems.group_settings import LegacyGroup, Settings
from assay.problems.legacy import LegacyJudging
from assay.problems.package import Report
from assay.problems.standard_groups import Graded

_Mode = TypeVar("_Mode", GroupVerdict, Aggregation)
_ROOT = "data"
_ENDLESS = sys.float_info.max  # for an infinite bound, which a stored document cannot have
_VERDICTS = {
    "worst_error": GroupVerdict.WORST_ERROR,
    "first_error": GroupVerdict.FIRST_ERROR,
    "always_accept": GroupVerdict.ALWAYS_ACCEPT,
}
_AGGREGATIONS = {
    "sum": Aggregation.SUM,
    "avg": Aggregation.AVERAGE,
    "min": Aggregation.MIN,
    "max": Aggregation.MAX,
}
_IGNORE_SAMPLE, _ANY_ACCEPTED = "ignore_sample", "accept_if_any_accepted"
_KNOWN_FLAGS = frozenset({*_VERDICTS, *_AGGREGATIONS, _IGNORE_SAMPLE, _ANY_ACCEPTED})
_SCORING_KEYS = ("accept_score", "reject_score", "range")


@dataclass(frozen=True, kw_only=True)
class _Properties:
    """What holds for a group: its own properties over those of the groups around it, over the defaults."""

    stops_at_rejection: bool = True
    is_custom: bool = False
    flags: tuple[str, ...] = ()
    accept_score: float = 1.0
    reject_score: float = 0.0
    range: tuple[float, float] = (-math.inf, math.inf)

    def under(self, own: LegacyGroup | None) -> "_Properties":
        if own is None:
            return self
        given = {name: value for name in vars(self) if (value := getattr(own, name)) is not None}
        return replace(self, **given)


def grade_legacy(
    tests: Sequence[TestCase],
    settings: Settings,
    judging: LegacyJudging,
    grader: JuryProgram | None,
    report: Report,
) -> Graded:
    """The groups of the package; what is wrong with them is reported."""
    is_scoring = judging.kind.is_scoring
    for place, group in settings.legacy.items():
        _check_group(place, group, is_scoring=is_scoring, has_grader=grader is not None)
    is_used = any(group.is_custom for group in settings.legacy.values())
    if grader is not None and not is_used:
        report.warn("graders", "is never run: no testdata.yaml says 'grading: custom'")
    reading = _Reading(settings=settings, is_scoring=is_scoring, tests={test.name: test for test in tests})
    root = reading.group(_ROOT, [test.name for test in tests], _Properties())
    if not is_scoring:
        return Graded(tests=tuple(tests), grading=root if _makes_a_difference(root) else None)
    best = None if judging.is_minimised or root.score_range is None else root.max_score
    return Graded(
        tests=tuple(reading.tests[test.name] for test in tests),
        grading=root,
        scoring=Scoring(
            is_minimised=judging.is_minimised,
            needs_acceptance=True,
            shows_groups=judging.shows_groups,
            max_score=best,
            grader=grader if is_used else None,
        ),
    )


def best_score(graded: Graded) -> float | None:
    """What a full solution gets, None when there is no end: the range's bound on the objective's side."""
    if graded.scoring is None or graded.grading is None or graded.grading.score_range is None:
        return None
    lowest, highest = graded.grading.score_range
    best = lowest if graded.scoring.is_minimised else highest
    return best if abs(best) < _ENDLESS else None


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """`tests` get their scores while the tree is built."""

    settings: Settings
    is_scoring: bool
    tests: dict[str, TestCase]

    def group(self, place: str, names: Sequence[str], around: _Properties) -> TestGroup:
        """The group of the folder `place` with the tests `names`, which are all below it, in their order."""
        properties = around.under(self.settings.legacy.get(place))
        prefix = place.removeprefix(_ROOT).removeprefix("/")
        below: dict[str, list[str]] = {}  # by the first folder, or the test itself
        for name in names:
            first = name[len(prefix) :].lstrip("/").split("/")[0]
            below.setdefault(first, []).append(name)
        members: list[TestGroup | str] = []
        for first, inside in below.items():
            own_name = f"{prefix}/{first}" if prefix else first
            if inside == [own_name]:
                members.append(own_name)
                self._score(own_name, properties)
            else:
                members.append(self.group(f"{_ROOT}/{own_name}", inside, properties))
        flags = properties.flags if not properties.is_custom else ()
        if _IGNORE_SAMPLE in flags and place == _ROOT:
            members = [_ignored(member) for member in members]
        lowest, highest = properties.range
        is_bounded = self.is_scoring and any(map(math.isfinite, properties.range))
        return TestGroup(
            name=prefix,
            members=tuple(members),
            aggregation=_last(_AGGREGATIONS, flags, Aggregation.SUM)
            if self.is_scoring
            else Aggregation.PASS_FAIL,
            verdict=_last(_VERDICTS, flags, GroupVerdict.WORST_ERROR),
            any_accepted=_ANY_ACCEPTED in flags,
            stops_at_rejection=properties.stops_at_rejection,
            max_score=highest if self.is_scoring and math.isfinite(highest) else None,
            score_range=(max(lowest, -_ENDLESS), min(highest, _ENDLESS)) if is_bounded else None,
            grader_args=properties.flags if properties.is_custom else None,
        )

    def _score(self, name: str, properties: _Properties) -> None:
        if self.is_scoring:
            self.tests[name] = replace(
                self.tests[name],
                scored=Scored.FREE,
                accept_score=properties.accept_score,
                reject_score=properties.reject_score,
            )


def _ignored(member: TestGroup | str) -> TestGroup | str:
    if isinstance(member, TestGroup) and member.name == "sample":
        return replace(member, counts=False)
    return member


def _last(modes: dict[str, _Mode], flags: Iterable[str], default: _Mode) -> _Mode:
    """ "If multiple conflicting modes are given, the last one is used." """
    found = default
    for flag in flags:
        found = modes.get(flag, found)
    return found


def _makes_a_difference(root: TestGroup) -> bool:
    """Whether the verdict could be another than that of the first test that is not accepted."""
    return any(
        group.any_accepted
        or group.verdict is GroupVerdict.ALWAYS_ACCEPT
        or not group.stops_at_rejection
        or not group.counts
        for group in root.groups()
    )


def _check_group(place: str, group: LegacyGroup, *, is_scoring: bool, has_grader: bool) -> None:
    fields = group.fields
    if group.is_custom:
        if not is_scoring:
            fields.error("grading", "custom graders are for scoring problems only; say 'type: scoring'")
        elif not has_grader:
            fields.error("grading", "needs a program in graders/; add one or say 'grading: default'")
    else:
        for flag in group.flags or ():
            if flag not in _KNOWN_FLAGS:
                fields.error("grader_flags", f"{flag!r} is no flag of the default grader")
        if _IGNORE_SAMPLE in (group.flags or ()) and place != _ROOT:
            fields.error("grader_flags", "ignore_sample may only be in data/testdata.yaml; move it there")
    if not is_scoring:
        for key in _SCORING_KEYS:
            if fields.value(key) is not None:
                fields.warn(key, "ignored: it is for scoring problems only")
