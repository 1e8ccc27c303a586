"""Tests: their order, and which settings hold for each."""

from pathlib import Path

import pytest

from assay.domain.problem import OutputComparison
from tests.unit.problems.packages import LEGACY, STANDARD, Files, read, yaml_with

EXACT = OutputComparison(case_sensitive=True)
SPACES = OutputComparison(space_change_sensitive=True)
PLAIN = OutputComparison()
TOLERANT = OutputComparison(float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)


def pair(*names: str) -> dict[str, str]:
    return {f"data/{name}.{ending}": "" for name in names for ending in ("in", "ans")}


def comparisons(root: Path, files: Files, changes: Files) -> dict[str, OutputComparison]:
    return {test.name: test.comparison for test in read(root, files, changes).problem.tests}


def test_samples_come_first_and_names_are_ordered_folder_by_folder(tmp_path: Path) -> None:
    names = ["secret/b", "secret/a-2", "secret/a/9", "secret/a/10", "secret/B", "sample/z", "secret/a.b"]
    package = read(tmp_path, STANDARD, pair(*names))
    assert [test.name for test in package.problem.tests] == [
        "sample/1", "sample/z", "secret/01", "secret/B", "secret/a/10", "secret/a/9",
        "secret/a-2", "secret/a.b", "secret/b",
    ]  # fmt: skip
    assert [test.is_sample for test in package.problem.tests] == [True] * 2 + [False] * 7


def test_what_surrounds_a_test_is_no_test(tmp_path: Path) -> None:
    changes = {
        f"data/sample/1{ending}": ""
        for ending in (
            ".in.statement",
            ".in.download",
            ".out",
            ".png",
        )
    }
    others = {"data/invalid_input/1.in": "", "data/secret/README.md": ""}
    package = read(tmp_path, STANDARD, {**changes, **others})
    assert [test.name for test in package.problem.tests] == ["sample/1", "secret/01"]
    assert package.warnings == ()


def test_a_legacy_interaction_may_stand_alone(tmp_path: Path) -> None:
    assert read(tmp_path, LEGACY, {"data/sample/2.interaction": "> 1\n"}).warnings == ()


def test_standard_arguments_hold_until_something_nearer_gives_others(tmp_path: Path) -> None:
    changes = {
        "data/sample/test_group.yaml": "output_validator_args: [float_tolerance, 1e-6]\n",
        "data/secret/test_group.yaml": "output_validator_args: [case_sensitive]\n",
        "data/secret/01.in": None,
        "data/secret/01.ans": None,
        **pair("secret/a/1", "secret/a/2", "secret/b/1", "secret/c/x/1"),
        "data/secret/a/test_group.yaml": "full_feedback: true\n",
        "data/secret/a/2.yaml": "output_validator_args: []\nhint: try it\ndescription: small\n",
        "data/secret/b/test_group.yaml": "output_validator_args: [space_change_sensitive]\n",
        "data/secret/c/test_group.yaml": "output_validator_args: []\n",
        "data/secret/c/x/1.yaml": "input_validator_args: {v: [a]}\nargs: []\n",
    }
    assert comparisons(tmp_path, STANDARD, changes) == {
        "sample/1": TOLERANT,
        "secret/a/1": EXACT,
        "secret/a/2": PLAIN,
        "secret/b/1": SPACES,
        "secret/c/x/1": PLAIN,
    }


def test_arguments_for_all_of_standard_data(tmp_path: Path) -> None:
    """Not in the specification, but in use."""
    changes = {
        "data/test_group.yaml": "output_validator_args: [float_tolerance, 1e-6]\n",
        "data/secret/test_group.yaml": "output_validator_args: []\n",
    }
    assert comparisons(tmp_path, STANDARD, changes) == {"sample/1": TOLERANT, "secret/01": PLAIN}


def test_legacy_flags_follow_those_of_the_problem(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "validator_flags: case_sensitive float_tolerance 1e-3"),
        "data/testdata.yaml": "grader_flags: first_error\n",
        "data/secret/testdata.yaml": "output_validator_flags: float_tolerance 1e-6\non_reject: break\n",
        **pair("secret/deep/er/1", "secret/named/1"),
        "data/secret/named/testdata.yaml": "output_validator_flags: {name: default, flags: ''}\n",
    }
    coarse = OutputComparison(
        case_sensitive=True, float_absolute_tolerance=1e-3, float_relative_tolerance=1e-3
    )
    fine = OutputComparison(case_sensitive=True, float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)
    assert comparisons(tmp_path, LEGACY, changes) == {
        "sample/1": coarse,
        "secret/01": fine,
        "secret/deep/er/1": fine,
        "secret/named/1": coarse,
    }


def test_flags_for_all_of_legacy_data(tmp_path: Path) -> None:
    changes = {"data/testdata.yaml": "output_validator_flags: case_sensitive\n"}
    assert set(comparisons(tmp_path, LEGACY, changes).values()) == {EXACT}


@pytest.mark.parametrize("field", ["accept_score: 5", "reject_score: 1", "range: 0 100"])
def test_legacy_scoring_settings_are_a_warning(tmp_path: Path, field: str) -> None:
    (warning,) = read(tmp_path, LEGACY, {"data/secret/testdata.yaml": f"{field}\n"}).warnings
    assert (warning.path, warning.field) == ("data/secret/testdata.yaml", field.partition(":")[0])
