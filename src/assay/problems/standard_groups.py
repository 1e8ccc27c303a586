"""Groups and scores of a 2025-09 package: data/sample, data/secret and the groups in it.

Specification: "Test data groups", "Test data configuration", "Result aggregation", "Static validation test
cases". A pass-fail problem needs no groups: every test must be accepted, whatever its group; only static
validation cases make a difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assay.domain.grading import Aggregation, Scored, Scoring, StaticCase, TestGroup
from assay.domain.problem import TestCase
from assay.problems.fields import Fields
from assay.problems.folder import PackageFolder
from assay.problems.group_settings import GROUP_FILE, Settings, StandardGroup
from assay.problems.package import Report
from assay.problems.standard import Kind
from assay.problems.testdata import SAMPLE, SECRET

SECRET_MAX_SCORE = 100  # specification: the default
_SCORE_NOISE = 1e-9
_SCORING_KEYS = ("max_score", "score_aggregation", "require_pass")


@dataclass(frozen=True, kw_only=True)
class Graded:
    """The tests with their scores, the groups (None: every test must be accepted) and how scores count."""

    tests: tuple[TestCase, ...]
    grading: TestGroup | None = None
    scoring: Scoring | None = None


def grade_standard(
    tests: Sequence[TestCase],
    settings: Settings,
    kind: Kind,
    folder: PackageFolder,
    report: Report,
    *,
    has_static_validator: bool,
) -> Graded:
    """The groups of the package; what is wrong with them is reported."""
    reading = _Reading(settings=settings, kind=kind, folder=folder, report=report)
    _check_places(reading)
    for place, group in settings.standard.items():
        _check_static(reading, place, group, has_static_validator=has_static_validator)
    owners = reading.groups_of_secret()
    has_static = any(group.has_static for group in settings.standard.values())
    if has_static_validator and not has_static:
        report.warn("static_validator", "is never run: no test_group.yaml gives a static_validation_score")
    if not kind.is_scoring:
        for group in settings.standard.values():
            for key in _SCORING_KEYS:
                if group.fields.value(key) is not None:
                    group.fields.error(key, "must not be given for a pass-fail problem")
        return Graded(tests=tuple(tests), grading=_pass_fail_tree(reading, tests) if has_static else None)
    return _scored(reading, tests, owners)


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What the groups are read with."""

    settings: Settings
    kind: Kind
    folder: PackageFolder
    report: Report

    def groups_of_secret(self) -> list[str]:
        """The places of the groups, in the order of running."""
        return sorted(place for place in self.settings.standard if place.startswith(f"{SECRET}/"))

    def of(self, place: str) -> StandardGroup:
        """The settings of a place, which may have none."""
        fields = Fields(f"{place}/{GROUP_FILE}", {}, self.report)
        return self.settings.standard.get(place, StandardGroup(fields=fields))


def _check_places(reading: _Reading) -> None:
    """Groups are direct folders of data/secret, all of them or none; data/sample has none."""
    allowed = ("data", SAMPLE, SECRET)
    report, folder = reading.report, reading.folder
    for place in reading.settings.standard:
        is_group = place.startswith(f"{SECRET}/") and "/" not in place.removeprefix(f"{SECRET}/")
        is_unused = place.split("/")[1:2] not in (["sample"], ["secret"])
        if place not in allowed and not is_group and not is_unused:
            report.error(f"{place}/{GROUP_FILE}", "test groups may only be folders directly in data/secret")
    owners = reading.groups_of_secret()
    if not any(owner.rpartition("/")[0] == SECRET for owner in owners):
        return
    for name in folder.names_in(SECRET):
        path = f"{SECRET}/{name}"
        if path in folder.folders and path not in owners and not name.endswith(".files"):
            report.error(path, f"is beside test groups and must be one too; add {GROUP_FILE}")
        elif name.endswith(".in"):
            report.error(path, "is beside test groups; move it into one of them")


def _check_static(reading: _Reading, place: str, group: StandardGroup, *, has_static_validator: bool) -> None:
    if not group.has_static:
        return
    field = "static_validation_score"
    if not has_static_validator:
        group.fields.error(field, "needs a program in static_validator/; add one or remove this")
    if place == "data":
        group.fields.error(field, "must be in the test_group.yaml of sample, secret or a group")
    is_points = group.static_score is not None
    adds_up = reading.kind.is_scoring and place != SAMPLE
    aggregation = _aggregation(place, group) if adds_up else Aggregation.PASS_FAIL
    if is_points and aggregation is Aggregation.PASS_FAIL:
        group.fields.error(field, "must be pass-fail where nothing is scored, or tests are pass-fail")
    elif not is_points and aggregation is not Aggregation.PASS_FAIL:
        group.fields.error(field, f"must be a number of points where score_aggregation is {aggregation}")


def _aggregation(place: str, group: StandardGroup) -> Aggregation:
    return group.aggregation or (Aggregation.SUM if place == SECRET else Aggregation.PASS_FAIL)


def _static_case(group: StandardGroup) -> StaticCase | None:
    if not group.has_static:
        return None
    score = None if group.static_score is None else float(group.static_score)
    return StaticCase(accept_score=score, args=group.static_args)


def _names(tests: Iterable[TestCase], place: str) -> tuple[str, ...]:
    below = f"{place.removeprefix('data/')}/"
    return tuple(test.name for test in tests if test.name.startswith(below))


def _pass_fail_tree(reading: _Reading, tests: Sequence[TestCase]) -> TestGroup:
    tops = []
    for top in (SAMPLE, SECRET):
        owners = reading.groups_of_secret() if top == SECRET else []
        groups = tuple(_group(reading, owner, _names(tests, owner)) for owner in owners)
        group = _group(reading, top, groups or _names(tests, top))
        if group.members or group.static is not None:
            tops.append(group)
    return TestGroup(name="", members=tuple(tops))


def _group(reading: _Reading, place: str, members: tuple[TestGroup, ...] | tuple[str, ...]) -> TestGroup:
    """A group of which every member must be accepted."""
    return TestGroup(
        name=place.removeprefix("data/"), members=members, static=_static_case(reading.of(place))
    )


def _scored(reading: _Reading, tests: Sequence[TestCase], owners: Sequence[str]) -> Graded:
    for place in ("data", SAMPLE):
        fields = reading.of(place).fields
        for key in _SCORING_KEYS:
            if fields.value(key) is not None:
                fields.error(key, f"must not be given for {place}, which has no score")
    secret_max = _maximum(reading.of(SECRET), SECRET_MAX_SCORE)
    groups = tuple(_scored_group(reading, owner, _names(tests, owner), None) for owner in owners)
    secret = _scored_group(reading, SECRET, groups or _names(tests, SECRET), SECRET_MAX_SCORE)
    _check_groups(reading, secret, groups)
    sample = _group(reading, SAMPLE, _names(tests, SAMPLE))
    has_sample = bool(sample.members) or sample.static is not None
    root = TestGroup(
        name="",
        members=(replace(sample, counts=False), secret) if has_sample else (secret,),
        aggregation=Aggregation.SUM,
        stops_at_rejection=False,
        max_score=secret_max,
    )
    scores = {name: score for group in (secret, *groups) for name, score in _scores_of_tests(group).items()}
    return Graded(
        tests=tuple(_with_score(test, scores) for test in tests),
        grading=root,
        scoring=Scoring(max_score=secret_max),
    )


def _maximum(group: StandardGroup, default: float | None) -> float | None:
    if not group.is_max_given:
        return default
    return None if group.max_score is None else float(group.max_score)


def _scored_group(
    reading: _Reading,
    place: str,
    members: tuple[TestGroup, ...] | tuple[str, ...],
    default_max: float | None,
) -> TestGroup:
    group = reading.of(place)
    aggregation = _aggregation(place, group)
    return replace(
        _group(reading, place, members),
        aggregation=aggregation,
        stops_at_rejection=aggregation is not Aggregation.SUM,  # the rest cannot make it better
        requires=_requirements(reading, place, group),
        max_score=_maximum(group, default_max),
    )


def _requirements(reading: _Reading, place: str, group: StandardGroup) -> tuple[str, ...]:
    """Specification: "Group dependencies"."""
    known = [owner.removeprefix("data/") for owner in reading.groups_of_secret()]
    name = place.removeprefix("data/")
    for wanted in group.require_pass:
        if wanted == "sample":
            continue
        message = None
        if place == SECRET:
            message = f"{wanted!r} must be sample: secret can require nothing else"
        elif wanted not in known:
            message = f"{wanted!r} is no group; write sample or one of: {', '.join(known)}"
        elif wanted >= name:
            message = f"{wanted!r} must come before {name}; rename one of them"
        elif _aggregation(f"data/{wanted}", reading.of(f"data/{wanted}")) is not Aggregation.PASS_FAIL:
            message = f"{wanted!r} must have 'score_aggregation: pass-fail' to be required"
        if message is not None:
            group.fields.error("require_pass", message)
    return group.require_pass


def _check_groups(reading: _Reading, secret: TestGroup, groups: Sequence[TestGroup]) -> None:
    """Specification: "Scoring problems" and "Scoring test data groups"."""
    for group in (secret, *groups):
        own = reading.of(f"data/{group.name}")
        is_pass_fail = group.aggregation is Aggregation.PASS_FAIL
        if not group.members and group.static is None:
            reading.report.error(
                f"data/{group.name}", "has neither a test nor a static validation case; add one"
            )
        if group is not secret and secret.max_score is not None and group.max_score is None:
            own.fields.error(
                "max_score", "is missing or unbounded, but that of secret is not; give the points"
            )
        elif is_pass_fail and group.max_score is None:
            own.fields.error("max_score", "must be given, and not unbounded, where tests are pass-fail")
        if group is not secret and secret.aggregation is Aggregation.PASS_FAIL and not is_pass_fail:
            own.fields.error("score_aggregation", "must be pass-fail, as that of secret is")
        if group.static is not None and group.max_score is not None:
            points = group.static.accept_score or 0.0
            if points > group.max_score:
                own.fields.error("static_validation_score", "must not be more than max_score")
    _check_total(reading, secret, groups)


def _check_total(reading: _Reading, secret: TestGroup, groups: Sequence[TestGroup]) -> None:
    """A solution that is right in everything must not get more than there is, and should get all."""
    points = [group.max_score for group in groups if group.max_score is not None]
    if secret.max_score is None or not groups or len(points) != len(groups):
        return
    static = secret.static.accept_score if secret.static is not None else None
    best = min(points) if secret.aggregation is Aggregation.MIN else sum(points) + (static or 0.0)
    fields = reading.of(SECRET).fields
    path_field = "max_score"
    if secret.aggregation is Aggregation.PASS_FAIL:
        return
    if best > secret.max_score + _SCORE_NOISE:
        message = (
            f"the groups give up to {best:g} points, but secret has {secret.max_score:g}; make them equal"
        )
        fields.error(path_field, message)
    elif best < secret.max_score - _SCORE_NOISE:
        fields.warn(path_field, f"the groups give {best:g} points at most, not {secret.max_score:g}")


def _scores_of_tests(group: TestGroup) -> dict[str, tuple[Scored, float | None]]:
    """How each test that is directly in the group is scored (specification: "Scoring test cases")."""
    names = [member for member in group.members if isinstance(member, str)]
    if group.aggregation is Aggregation.PASS_FAIL:
        return dict.fromkeys(names, (Scored.NO, None))
    if group.max_score is None:
        return dict.fromkeys(names, (Scored.UNBOUNDED, None))
    share = group.max_score
    if group.aggregation is Aggregation.SUM and names:
        static = group.static.accept_score if group.static is not None else None
        share = (group.max_score - (static or 0.0)) / len(names)
    return dict.fromkeys(names, (Scored.BOUNDED, share))


def _with_score(test: TestCase, scores: dict[str, tuple[Scored, float | None]]) -> TestCase:
    if test.is_sample:  # "If a score.txt file is produced on sample test cases, it is simply ignored"
        return replace(test, scored=Scored.FREE)
    scored, accept_score = scores.get(test.name, (Scored.NO, None))
    return replace(test, scored=scored, accept_score=accept_score)
