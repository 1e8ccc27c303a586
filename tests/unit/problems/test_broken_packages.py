"""What is wrong with a package: all of it in one pass, each thing once, with file and field."""

from pathlib import Path

import pytest

from assay.errors import PackageInvalid
from assay.problems.reading import read_package
from tests.unit.problems.packages import LEGACY, STANDARD, findings_of, make, yaml_with


def test_everything_is_found_in_one_pass(tmp_path: Path) -> None:
    changes = {
        "problem.yaml": "problem_format_version: 2025-09\nname: X\nlimits:\n  time_limit: no\ncolour: red\n",
        "data/secret/01.ans": None,
        "data/secret/02.in": "",
        "statement/problem.en.md": b"\xff",
        "submissions/rejected/x.py": "# @EXPECTED_RESULTS@: MAYBE",
        "submissions/submissions.yaml": "accepted: [",
    }
    findings = findings_of(make(tmp_path, STANDARD, changes))
    assert [(finding.path, finding.line, finding.field) for finding in findings] == [
        ("data/secret/01.in", None, None),
        ("data/secret/02.in", None, None),
        ("problem.yaml", 4, "limits.time_limit"),
        ("problem.yaml", 5, "colour"),
        ("statement/problem.en.md", 1, None),
        ("submissions/rejected/x.py", None, "@EXPECTED_RESULTS@"),
        ("submissions/submissions.yaml", 1, None),
    ]


def test_a_broken_problem_yaml_does_not_hide_the_rest(tmp_path: Path) -> None:
    findings = findings_of(make(tmp_path, LEGACY, {"problem.yaml": "name: [\n", "data/secret/01.ans": None}))
    assert {finding.path for finding in findings} == {"problem.yaml", "data/secret/01.in"}


def test_a_wrong_argument_is_reported_once_for_all_tests_below(tmp_path: Path) -> None:
    changes = {"data/secret/test_group.yaml": "output_validator_args: [fuzzy]\n"}
    more = {f"data/secret/{name}.{ending}": "" for name in ("02", "03") for ending in ("in", "ans")}
    assert len(findings_of(make(tmp_path, STANDARD, {**changes, **more}))) == 1


def test_the_arguments_of_a_custom_validator_are_its_own_affair(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "validation: custom\nvalidator_flags: fuzzy"),
        "output_validators/check.py": "exit(42)\n",
    }
    assert findings_of(make(tmp_path, LEGACY, changes)) == ()


def test_the_refusal_names_package_file_and_field(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD, yaml_with(STANDARD, "colour: red"))
    with pytest.raises(PackageInvalid) as refusal:
        read_package(package)
    assert refusal.value.message.startswith(f"{package}: problem.yaml:8: colour: is not a field")
