"""What holds for the folders of tests: test_group.yaml of 2025-09, testdata.yaml of legacy."""

from assay.domain.grading import Aggregation, GroupVerdict, TestGroup
from assay.domain.problem import ComparisonMethod, TestCase
from assay.problems.export.folders import Folder
from assay.problems.export.tests import Writing, arguments_of, common_arguments
from assay.problems.export.told_cases import is_told_of_cases

_GROUP_FILE, _LEGACY_FILE = "test_group.yaml", "testdata.yaml"
_ENDLESS = 1e308  # a bound beyond it stands for none: JSON has no infinity


def write_standard_groups(writing: Writing) -> None:
    common = common_arguments(writing.package)
    for folder in writing.arrangement.folders():
        is_top = "/" not in folder.path
        document: dict[str, object] = {}
        group = folder.group
        if is_top and common:
            document["output_validator_args"] = list(common)
        if group is not None and writing.problem.scoring is not None and folder.path != "sample":
            document |= _scoring_of(writing, folder, group)
        if group is not None and group.static is not None:
            score = group.static.accept_score
            document["static_validation_score"] = (
                "pass-fail" if score is None else _whole(writing, group, score)
            )
            if group.static.args:
                document["static_validator_args"] = list(group.static.args)
        if group is not None and not is_top:
            document.setdefault("full_feedback", False)  # a file that says something makes it a group
        if document and (is_top or group is not None):
            writing.target.write_yaml(f"data/{folder.path}/{_GROUP_FILE}", document)


def _scoring_of(writing: Writing, folder: Folder, group: TestGroup) -> dict[str, object]:
    aggregation = group.aggregation
    if aggregation not in (Aggregation.PASS_FAIL, Aggregation.SUM, Aggregation.MIN):
        message = f"2025-09 has no aggregation {aggregation}; by sum instead"
        writing.losses.note(f"data/{folder.path}", message)
        aggregation = Aggregation.SUM
    if _is_required(writing, group) and _is_pass_fail(writing, folder):
        aggregation = Aggregation.PASS_FAIL
    document: dict[str, object] = {
        "max_score": "unbounded" if group.max_score is None else _whole(writing, group, group.max_score),
        "score_aggregation": str(aggregation),
    }
    folders = {each.group.name: each for each in writing.arrangement.folders() if each.group is not None}
    required = [
        folders[name].path
        for name in group.requires
        if name in folders and _is_pass_fail(writing, folders[name]) and folders[name].path < folder.path
    ]
    if len(required) != len(group.requires):
        message = "2025-09 lets a group require earlier pass-fail groups alone; the others are left out"
        writing.losses.note(f"data/{folder.path}: require_pass", message)
    if required:
        document["require_pass"] = required
    return document


def _is_required(writing: Writing, group: TestGroup) -> bool:
    return any(
        folder.group is not None and group.name in folder.group.requires
        for folder in writing.arrangement.folders()
    )


def _is_pass_fail(writing: Writing, folder: Folder) -> bool:
    """Whether a group can be said to pass or fail: it says so, or its least test is all or nothing, since
    nobody can give a part of the points."""
    group = folder.group
    if group is None or folder.path == "sample":
        return group is not None
    if group.aggregation is not Aggregation.MIN:
        return group.aggregation is Aggregation.PASS_FAIL
    tests = [member for member in folder.members if isinstance(member, TestCase)]
    shares = ComparisonMethod.LINE_SHARE
    return writing.problem.validation is None and all(
        test.accept_score == group.max_score and test.comparison.method is not shares for test in tests
    )


def _whole(writing: Writing, group: TestGroup, points: float) -> int:
    if not points.is_integer():
        writing.losses.note(f"group {group.name}", f"2025-09 has whole points; {points:g} were rounded")
    return round(points)


def write_legacy_groups(writing: Writing) -> None:
    problem, root = writing.problem, writing.arrangement.root
    if problem.grading is None or root is None:
        _write_legacy_arguments(writing)
        return
    sample = writing.arrangement.sample.group
    ignores_sample = sample is not None and not sample.counts
    document = _legacy_document(writing, root, None)
    if ignores_sample:
        document["grader_flags"] = f"{document['grader_flags']} ignore_sample".strip()
    writing.target.write_yaml(f"data/{_LEGACY_FILE}", document)
    for folder in writing.arrangement.folders():
        group = folder.group
        if group is None and folder.members:
            group = _plain_group(root, folder)
        if group is not None and folder.members:
            document = _legacy_document(writing, group, folder)
            writing.target.write_yaml(f"data/{folder.path}/{_LEGACY_FILE}", document)


def _plain_group(root: TestGroup, folder: Folder) -> TestGroup:
    """A folder that means nothing of its own adds up as the whole does."""
    return TestGroup(
        name=folder.path,
        members=root.members,
        aggregation=root.aggregation,
        verdict=root.verdict,
        stops_at_rejection=root.stops_at_rejection,
        max_score=root.max_score,
        score_range=root.score_range,
    )


def _legacy_document(writing: Writing, group: TestGroup, folder: Folder | None) -> dict[str, object]:
    """All properties, defaults as well: those of the groups around would be inherited."""
    is_scoring = writing.problem.scoring is not None
    place = "data" if folder is None else f"data/{folder.path}"
    if group.requires:
        writing.losses.note(f"{place}: require_pass", "the legacy format runs every group")
    if group.static is not None:
        writing.losses.note(f"{place}: static validation", "the legacy format has no static validators")
    document: dict[str, object] = {"on_reject": "break" if group.stops_at_rejection else "continue"}
    if group.grader_args is not None:
        document |= {"grading": "custom", "grader_flags": " ".join(group.grader_args)}
    else:
        document |= {"grading": "default", "grader_flags": " ".join(_flags(group, is_scoring=is_scoring))}
    if is_scoring:
        tests = [] if folder is None else [each for each in folder.members if isinstance(each, TestCase)]
        document |= _legacy_scores(writing, group, tests, place)
    arguments = _legacy_arguments_of(writing, folder)
    if arguments is not None:
        document["output_validator_flags"] = " ".join(arguments)
    return document


def _flags(group: TestGroup, *, is_scoring: bool) -> list[str]:
    flags = [] if group.verdict is GroupVerdict.WORST_ERROR else [str(group.verdict)]
    if is_scoring:
        # A test that passes or fails: with each worth all, the least is all or nothing.
        word = "min" if group.aggregation is Aggregation.PASS_FAIL else str(group.aggregation)
        flags.append(word)
    if group.any_accepted:
        flags.append("accept_if_any_accepted")
    return flags


def _legacy_scores(
    writing: Writing, group: TestGroup, tests: list[TestCase], place: str
) -> dict[str, object]:
    accepted = {test.accept_score for test in tests}
    rejected = {test.reject_score for test in tests}
    if group.aggregation is Aggregation.PASS_FAIL and tests:
        accepted = {group.max_score or 0.0}
    if len(accepted) > 1 or len(rejected) > 1:
        writing.losses.note(place, "in the legacy format all tests of a folder are worth the same")
    document: dict[str, object] = {
        "accept_score": 1.0 if not accepted else min(each or 0.0 for each in accepted),
        "reject_score": min(rejected, default=0.0),
    }
    if group.score_range is not None:
        lowest, highest = group.score_range
        document["range"] = f"{_bound(lowest)} {_bound(highest)}"
    else:
        document["range"] = "-inf +inf"
    return document


def _bound(value: float) -> str:
    """A bound as legacy writes it: without end where no number can be beyond it."""
    if abs(value) >= _ENDLESS:
        return "+inf" if value > 0 else "-inf"
    return repr(value)


def _legacy_arguments_of(writing: Writing, folder: Folder | None) -> tuple[str, ...] | None:
    """The arguments of a folder's tests, when problem.yaml has not those of all."""
    if folder is None or common_arguments(writing.package) is not None:
        return None
    if is_told_of_cases(writing.problem):
        return None
    tests = [each for each in folder.members if isinstance(each, TestCase)]
    found = {arguments_of(writing.problem, test) for test in tests}
    if len(found) > 1 or any(" " in word for args in found for word in args):
        message = "in the legacy format all tests of a folder have the same arguments, of plain words"
        writing.losses.note(f"data/{folder.path}: output_validator_flags", message)
    return min(found, default=None)


def _write_legacy_arguments(writing: Writing) -> None:
    for folder in writing.arrangement.folders():
        arguments = _legacy_arguments_of(writing, folder)
        if arguments:
            document = {"output_validator_flags": " ".join(arguments)}
            writing.target.write_yaml(f"data/{folder.path}/{_LEGACY_FILE}", document)
