"""From Polygon's groups and points to our tests and their tree.

Without points a problem is pass-fail and groups mean nothing for a verdict. With them:

| points-policy  | a group's score                                         |
|----------------|---------------------------------------------------------|
| complete-group | the sum of its tests' points, if all of them are passed |
| each-test      | the sum of the points of those that are                 |

A group that depends on others is run when every test of theirs was passed. Tests in no group count each for
itself. Samples of no worth, alone in their group or in none, are the tree's samples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.domain.grading import Aggregation, Scored, TestGroup
from assay.domain.problem import OutputComparison, TestCase
from assay.problems.conversion import Conversion
from assay.problems.polygon.document import Element
from assay.problems.polygon.tests import PolygonTest, read_number
from assay.problems.trees import SAMPLE, SECRET, Circle, in_order_of_need, numbered, plain_names, summing

_COMPLETE, _EACH = "complete-group", "each-test"
_CLOSED_POLICIES = ("none", "points")


@dataclass(frozen=True, kw_only=True)
class PolygonGroup:
    """One group as problem.xml has it. `points` is None where its tests say."""

    name: str
    line: int
    is_complete: bool
    points: float | None
    requires: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Graded:
    """The tests with names and scores. `tree` is None for a pass-fail problem. `places` are the names of
    Polygon's groups in the tree."""

    tests: tuple[TestCase, ...]
    tree: TestGroup | None
    places: Mapping[str, str]


def read_groups(conversion: Conversion, testset: Element) -> dict[str, PolygonGroup]:
    """All groups that problem.xml describes, by name."""
    groups: dict[str, PolygonGroup] = {}
    report = conversion.report
    is_closed = False
    for element in testset.below("groups", "group"):
        name, policy = element.get("name"), element.get("points-policy")
        if policy not in ("", _COMPLETE, _EACH):
            message = f"must be {_COMPLETE} or {_EACH}, not {policy[:40]!r}"
            report.error("problem.xml", message, field="points-policy", line=element.line)
        if name in groups:
            report.error(
                "problem.xml", f"there are two groups {name[:40]!r}", field="group", line=element.line
            )
        is_closed = is_closed or element.get("feedback-policy") in _CLOSED_POLICIES
        groups[name] = PolygonGroup(
            name=name,
            line=element.line,
            is_complete=policy != _EACH,
            points=read_number(conversion, element, "points"),
            requires=tuple(each.get("group") for each in element.below("dependencies", "dependency")),
        )
    if is_closed:
        message = "some groups tell less to contestants on Polygon; here each group's result is shown"
        report.warn("problem.xml", message, field="feedback-policy", line=testset.line)
    return groups


def grade(conversion: Conversion, tests: Sequence[PolygonTest], groups: Mapping[str, PolygonGroup]) -> Graded:
    """Name and score the tests. What is wrong is reported, and then of no further use."""
    if all(test.points is None for test in tests) and all(group.points is None for group in groups.values()):
        return _pass_fail(tests)
    by_group: dict[str, list[PolygonTest]] = {}
    for test in tests:
        by_group.setdefault(test.group, []).append(test)
    alone = {
        name
        for name, members in by_group.items()
        if all(test.is_sample and not test.points for test in members)
        and not (name in groups and groups[name].points)
    }
    order = _order(conversion, list(by_group), groups)
    plain = plain_names(name for name in order if name)
    places = {name: SAMPLE if name in alone else f"{SECRET}/{plain[name]}" for name in plain}
    names = _test_names(tests, alone, places)
    secret: list[TestGroup | str] = []
    sample: list[str] = []
    for name in order:
        members = by_group[name]
        if name in alone:
            sample += [names[test.number] for test in members]
        elif not name or name not in groups:
            # No group at all, or one that nothing is said of: each test for itself.
            secret += [names[test.number] for test in members]
        else:
            secret.append(_group(groups[name], members, names, places))
    cases = tuple(_case(test, names[test.number], groups.get(test.group)) for test in tests)
    return Graded(tests=cases, tree=_tree(sample, secret, cases), places=places)


def _tree(sample: Sequence[str], secret: Sequence[TestGroup | str], cases: Sequence[TestCase]) -> TestGroup:
    points = {case.name: case.accept_score or 0.0 for case in cases}
    total = sum(
        member.max_score or 0.0 if isinstance(member, TestGroup) else points[member] for member in secret
    )
    top: list[TestGroup | str] = [summing(SECRET, secret, total)] if secret else []
    if sample:
        group = TestGroup(name=SAMPLE, members=tuple(sample), stops_at_rejection=False, max_score=0.0)
        top.insert(0, group)
    return summing("", top, total)


def _pass_fail(tests: Sequence[PolygonTest]) -> Graded:
    cases = []
    for test in tests:
        name = f"{SAMPLE if test.is_sample else SECRET}/{numbered(test.number, len(tests))}"
        cases.append(_case(test, name, None))
    return Graded(tests=tuple(cases), tree=None, places={})


def _order(conversion: Conversion, names: Sequence[str], groups: Mapping[str, PolygonGroup]) -> Sequence[str]:
    """The groups that have tests, each behind what it requires."""
    requires: dict[str, tuple[str, ...]] = {}
    for group in groups.values():
        missing = [other for other in group.requires if other not in names]
        if missing and group.name in names:
            message = f"depends on {missing[0][:40]!r}, which has no tests"
            conversion.report.error("problem.xml", message, field=group.name, line=group.line)
        requires[group.name] = tuple(other for other in group.requires if other in names)
    try:
        return in_order_of_need(names, requires)
    except Circle as circle:
        conversion.report.error("problem.xml", f"groups depend on each other: {circle}", field="groups")
        return names


def _test_names(tests: Sequence[PolygonTest], alone: set[str], places: Mapping[str, str]) -> dict[int, str]:
    names = {}
    for test in tests:
        folder = SAMPLE if test.group in alone else places.get(test.group, SECRET)
        names[test.number] = f"{folder}/{numbered(test.number, len(tests))}"
    return names


def _group(
    group: PolygonGroup,
    members: Sequence[PolygonTest],
    names: Mapping[int, str],
    places: Mapping[str, str],
) -> TestGroup:
    points = group.points if group.points is not None else sum(test.points or 0.0 for test in members)
    if not group.is_complete:
        points = sum(test.points or 0.0 for test in members)
    return TestGroup(
        name=places[group.name],
        members=tuple(names[test.number] for test in members),
        aggregation=Aggregation.PASS_FAIL if group.is_complete else Aggregation.SUM,
        stops_at_rejection=group.is_complete,
        requires=tuple(places[other] for other in group.requires if other in places),
        max_score=points,
    )


def _case(test: PolygonTest, name: str, group: PolygonGroup | None) -> TestCase:
    scored = Scored.NO
    if test.points is not None and (group is None or not group.is_complete):
        scored = Scored.FREE  # a checker's points are the test's, whatever it is worth
    return TestCase(
        name=name,
        input=test.input,
        answer=test.answer,
        is_sample=test.is_sample,
        comparison=OutputComparison(),
        scored=scored,
        accept_score=None if scored is Scored.NO else test.points,
        description=test.description,
        full_feedback=test.is_sample,
    )
