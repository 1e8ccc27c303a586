"""Test groups and scores, in both dialects: the tree that grading walks."""

from pathlib import Path

import pytest

from assay.domain.grading import Aggregation, GroupVerdict, Scored, Scoring, StaticCase, TestGroup
from assay.domain.problem import Problem
from assay.problems.codec import decode_problem, encode_problem
from tests.unit.problems.packages import LEGACY, STANDARD, Files, read, yaml_with
from tests.unit.problems.scored import LEGACY_SCORED, SCORED, pairs

PASS_FAIL, SUM, MIN = Aggregation.PASS_FAIL, Aggregation.SUM, Aggregation.MIN


def problem(root: Path, files: Files, changes: Files | None = None) -> Problem:
    found = read(root, files, changes).problem
    assert decode_problem(encode_problem(found)) == found
    return found


def scores(found: Problem) -> dict[str, tuple[Scored, float | None]]:
    return {test.name: (test.scored, test.accept_score) for test in found.tests}


def group(found: Problem, name: str) -> TestGroup:
    assert found.grading is not None
    return next(each for each in found.grading.groups() if each.name == name)


def test_groups_of_a_scoring_problem(tmp_path: Path) -> None:
    found = problem(tmp_path, SCORED)
    g1 = TestGroup(name="secret/g1", members=("secret/g1/1", "secret/g1/2"), max_score=40.0)
    g2 = TestGroup(
        name="secret/g2",
        members=("secret/g2/1", "secret/g2/2", "secret/g2/x/3"),
        aggregation=SUM,
        stops_at_rejection=False,
        max_score=60.0,
    )
    secret = TestGroup(
        name="secret", members=(g1, g2), aggregation=SUM, stops_at_rejection=False, max_score=100.0
    )
    sample = TestGroup(name="sample", members=("sample/1",), counts=False)
    assert found.grading == TestGroup(
        name="", members=(sample, secret), aggregation=SUM, stops_at_rejection=False, max_score=100.0
    )
    assert found.scoring == Scoring(max_score=100.0)
    assert scores(found) == {
        "sample/1": (Scored.FREE, None),
        "secret/g1/1": (Scored.NO, None),
        "secret/g1/2": (Scored.NO, None),
        "secret/g2/1": (Scored.BOUNDED, 20.0),
        "secret/g2/2": (Scored.BOUNDED, 20.0),
        "secret/g2/x/3": (Scored.BOUNDED, 20.0),
    }


@pytest.mark.parametrize(
    ("settings", "of_secret", "of_test"),  # aggregation, maximum, whether it stops; how scored, for how much
    [
        ("", (SUM, 100.0, False), (Scored.BOUNDED, 50.0)),
        ("score_aggregation: min", (MIN, 100.0, True), (Scored.BOUNDED, 100.0)),
        ("score_aggregation: pass-fail\nmax_score: 7", (PASS_FAIL, 7.0, True), (Scored.NO, None)),
        ("max_score: unbounded", (SUM, None, False), (Scored.UNBOUNDED, None)),
        ("max_score: unbounded\nscore_aggregation: min", (MIN, None, True), (Scored.UNBOUNDED, None)),
        ("max_score: 0", (SUM, 0.0, False), (Scored.BOUNDED, 0.0)),
    ],
)
def test_scores_without_groups(
    tmp_path: Path,
    settings: str,
    of_secret: tuple[Aggregation, float | None, bool],
    of_test: tuple[Scored, float | None],
) -> None:
    changes = {
        **yaml_with(STANDARD, "type: [scoring]"),
        **pairs("secret/02"),
        "data/secret/test_group.yaml": f"{settings}\n",
    }
    found = problem(tmp_path, STANDARD, changes)
    secret = group(found, "secret")
    assert (secret.aggregation, secret.max_score, secret.stops_at_rejection) == of_secret
    assert secret.members == ("secret/01", "secret/02")
    assert scores(found)["secret/02"] == of_test
    assert found.scoring == Scoring(max_score=of_secret[1])


def test_groups_may_require_earlier_ones_and_samples(tmp_path: Path) -> None:
    changes = {
        "data/secret/test_group.yaml": "require_pass: sample\n",
        "data/secret/g2/test_group.yaml": "max_score: 60\nrequire_pass: [sample, secret/g1]\n",
    }
    found = problem(tmp_path, SCORED, changes)
    assert group(found, "secret").requires == ("sample",)
    assert group(found, "secret/g2").requires == ("sample", "secret/g1")


def test_static_validation_cases_take_their_share(tmp_path: Path) -> None:
    changes = {
        "static_validator/look.py": "exit(42)\n",
        "data/sample/test_group.yaml": "static_validation_score: pass-fail\n",
        "data/secret/g1/test_group.yaml": "max_score: 40\nstatic_validation_score: pass-fail\n",
        "data/secret/g2/test_group.yaml": (
            "max_score: 60\nscore_aggregation: sum\nstatic_validation_score: 15\n"
            "static_validator_args: [short, '80']\n"
        ),
    }
    found = problem(tmp_path, SCORED, changes)
    assert found.static_validator is not None
    assert group(found, "sample").static == StaticCase(accept_score=None)
    assert group(found, "secret/g1").static == StaticCase(accept_score=None)
    assert group(found, "secret/g2").static == StaticCase(accept_score=15.0, args=("short", "80"))
    assert scores(found)["secret/g2/1"] == (Scored.BOUNDED, 15.0)


def test_a_pass_fail_problem_has_a_tree_for_static_validation_alone(tmp_path: Path) -> None:
    changes = {
        "static_validator/look.py": "exit(42)\n",
        "data/secret/g/test_group.yaml": "static_validation_score: pass-fail\n",
        "data/secret/01.in": None,
        "data/secret/01.ans": None,
        **pairs("secret/g/1"),
    }
    found = problem(tmp_path, STANDARD, changes)
    inner = TestGroup(name="secret/g", members=("secret/g/1",), static=StaticCase(accept_score=None))
    assert found.scoring is None
    assert found.grading == TestGroup(
        name="",
        members=(
            TestGroup(name="sample", members=("sample/1",)),
            TestGroup(name="secret", members=(inner,)),
        ),
    )


@pytest.mark.parametrize("files", [STANDARD, LEGACY])
def test_a_plain_problem_has_no_tree(tmp_path: Path, files: Files) -> None:
    more = pairs("secret/g/1", "secret/h/x/2")
    assert problem(tmp_path, files, more).grading is None


def test_a_static_validator_that_nobody_asks_for_is_a_warning(tmp_path: Path) -> None:
    package = read(tmp_path, STANDARD, {"static_validator/look.py": "exit(42)\n"})
    assert [warning.path for warning in package.warnings] == ["static_validator"]


def test_points_that_nobody_can_get_are_a_warning(tmp_path: Path) -> None:
    package = read(tmp_path, SCORED, {"data/secret/g1/test_group.yaml": "max_score: 30\n"})
    assert ["give 90 points at most" in warning.message for warning in package.warnings] == [True]


def test_legacy_groups_with_scores(tmp_path: Path) -> None:
    found = problem(tmp_path, LEGACY_SCORED)
    worst = GroupVerdict.WORST_ERROR
    g1 = TestGroup(
        name="secret/g1",
        members=("secret/g1/1", "secret/g1/2"),
        aggregation=MIN,
        verdict=worst,
        max_score=40.0,
        score_range=(0.0, 40.0),
    )
    g2 = TestGroup(
        name="secret/g2",
        members=("secret/g2/1",),
        aggregation=SUM,
        verdict=GroupVerdict.ALWAYS_ACCEPT,  # inherited, as all flags are
        max_score=100.0,
        score_range=(0.0, 100.0),
    )
    secret = TestGroup(
        name="secret",
        members=(g1, g2),
        aggregation=SUM,
        verdict=GroupVerdict.ALWAYS_ACCEPT,
        stops_at_rejection=False,
        max_score=100.0,
        score_range=(0.0, 100.0),
    )
    assert found.grading is not None
    sample = found.grading.members[0]
    assert isinstance(sample, TestGroup)
    assert (sample.name, sample.counts, sample.members) == ("sample", False, ("sample/1",))
    assert found.grading.members[1] == secret
    assert (found.grading.verdict, found.grading.stops_at_rejection) == (worst, False)
    assert found.scoring == Scoring(needs_acceptance=True, shows_groups=False, max_score=100.0)
    assert [(test.scored, test.accept_score, test.reject_score) for test in found.tests] == [
        (Scored.FREE, 1.0, 0.0),
        (Scored.FREE, 40.0, 0.0),
        (Scored.FREE, 40.0, 0.0),
        (Scored.FREE, 60.0, 5.0),
    ]


def test_legacy_scores_to_keep_low(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "type: scoring\ngrading: {objective: min, show_test_data_groups: true}"),
        "data/testdata.yaml": "range: 3 +inf\n",
    }
    found = problem(tmp_path, LEGACY, changes)
    assert found.scoring == Scoring(is_minimised=True, needs_acceptance=True, shows_groups=True)
    assert found.grading is not None
    assert found.grading.max_score is None
    assert found.grading.score_range is not None
    assert found.grading.score_range[0] == 3.0


@pytest.mark.parametrize(
    ("flags", "aggregation", "verdict"),
    [
        ("", SUM, GroupVerdict.WORST_ERROR),
        ("first_error avg", Aggregation.AVERAGE, GroupVerdict.FIRST_ERROR),
        ("max min max worst_error", Aggregation.MAX, GroupVerdict.WORST_ERROR),
        ("always_accept first_error", SUM, GroupVerdict.FIRST_ERROR),
    ],
)
def test_of_several_modes_the_last_counts(
    tmp_path: Path, flags: str, aggregation: Aggregation, verdict: GroupVerdict
) -> None:
    changes = {**yaml_with(LEGACY, "type: scoring"), "data/secret/testdata.yaml": f"grader_flags: {flags}\n"}
    secret = group(problem(tmp_path, LEGACY, changes), "secret")
    assert (secret.aggregation, secret.verdict) == (aggregation, verdict)


@pytest.mark.parametrize(
    "settings",
    ["grader_flags: accept_if_any_accepted", "grader_flags: always_accept", "on_reject: continue"],
)
def test_a_legacy_pass_fail_problem_with_other_rules_has_a_tree(tmp_path: Path, settings: str) -> None:
    found = problem(tmp_path, LEGACY, {"data/secret/testdata.yaml": f"{settings}\n"})
    assert found.scoring is None
    secret = group(found, "secret")
    assert secret.any_accepted is ("any" in settings)
    assert (secret.verdict is GroupVerdict.ALWAYS_ACCEPT) is ("always" in settings)
    assert secret.stops_at_rejection is ("continue" not in settings)
    assert secret.aggregation is PASS_FAIL


def test_a_legacy_group_keeps_tests_and_folders_in_one_order(tmp_path: Path) -> None:
    changes = {
        "data/secret/testdata.yaml": "on_reject: continue\n",
        **pairs("secret/0a/1", "secret/1/x", "secret/2"),
    }
    members = group(problem(tmp_path, LEGACY, changes), "secret").members
    names = [member if isinstance(member, str) else member.name for member in members]
    assert names == ["secret/01", "secret/0a", "secret/1", "secret/2"]


def test_a_custom_grader_decides_where_it_is_asked(tmp_path: Path) -> None:
    changes = {
        "graders/best/grade.py": "print('AC 1')\n",
        "data/secret/testdata.yaml": "grading: custom\ngrader_flags: --best 2\n",
    }
    found = problem(tmp_path, LEGACY_SCORED, changes)
    assert found.scoring is not None
    assert found.scoring.grader is not None
    assert found.scoring.grader.name == "graders/best"
    assert group(found, "secret").grader_args == ("--best", "2")
    assert group(found, "").grader_args is None
    assert group(found, "secret/g1").grader_args == ("min",)  # inherited: it says nothing of grading
