"""Faults in the tests and their groups."""

from pathlib import Path

import pytest

from tests.unit.problems.broken import Broken, check
from tests.unit.problems.packages import LEGACY


def of_group(id: str, content: str, field: str, message: str) -> Broken:
    path = "data/secret/test_group.yaml"
    return Broken(id=id, changes={path: content}, path=path, in_field=field, message=message, line=1)


def of_testdata(id: str, content: str, field: str, message: str) -> Broken:
    path = "data/secret/testdata.yaml"
    return Broken(
        id=id, files=LEGACY, changes={path: content}, path=path, in_field=field, message=message, line=1
    )


DATA = [
    Broken(
        id="no answer",
        changes={"data/secret/01.ans": None},
        path="data/secret/01.in",
        message="has no answer file; add data/secret/01.ans",
    ),
    Broken(
        id="no input",
        changes={"data/secret/02.ans": "1"},
        path="data/secret/02.ans",
        message="has no input file; add data/secret/02.in",
    ),
    Broken(
        id="no sample answer",
        files=LEGACY,
        changes={"data/sample/1.ans": None},
        path="data/sample/1.in",
        message="has no answer file",
    ),
    Broken(
        id="no secret",
        changes={"data/secret/01.in": None, "data/secret/01.ans": None},
        path="data/secret",
        message="has no tests",
    ),
    Broken(
        id="space in a test's name",
        changes={"data/secret/0 2.in": "1", "data/secret/0 2.ans": "1"},
        path="data/secret/0 2.ans",
        message="the name has characters that the format forbids",
    ),
    Broken(
        id="files",
        changes={"data/secret/01.files/x.txt": "1"},
        path="data/secret/01.files",
        message="input files beside standard input are not supported yet",
    ),
    Broken(
        id="folder like a test",
        changes={"data/secret/01/x.in": "1", "data/secret/01/x.ans": "1"},
        path="data/secret/01",
        message="has the name of the test",
    ),
    Broken(
        id="group beside tests",
        path="data/secret/01.in",
        message="is beside test groups",
        changes={"data/secret/g/test_group.yaml": "", "data/secret/g/1.in": "", "data/secret/g/1.ans": ""},
    ),
    Broken(
        id="folder beside groups",
        path="data/secret/h",
        message="is beside test groups and must be one",
        changes={
            "data/secret/01.in": None,
            "data/secret/01.ans": None,
            "data/secret/g/test_group.yaml": "",
            "data/secret/g/1.in": "",
            "data/secret/g/1.ans": "",
            "data/secret/h/1.in": "",
            "data/secret/h/1.ans": "",
        },
    ),
    Broken(
        id="group in a group",
        changes={"data/secret/g/h/test_group.yaml": ""},
        path="data/secret/g/h/test_group.yaml",
        message="only be folders directly in data/secret",
    ),
    Broken(
        id="group of samples",
        changes={"data/sample/g/test_group.yaml": ""},
        path="data/sample/g/test_group.yaml",
        message="only be folders directly in data/secret",
    ),
    Broken(
        id="legacy name",
        changes={"data/secret/testdata.yaml": ""},
        path="data/secret/testdata.yaml",
        message="rename it to test_group.yaml",
    ),
    of_group("max_score", "max_score: 50", "max_score", "must not be given for a pass-fail problem"),
    of_group("static", "static_validation_score: 5", "static_validation_score", "static validators are not"),
    of_group("args", "args: [a]", "args", "command-line arguments for submissions are not supported yet"),
    of_group(
        "args not a list",
        "output_validator_args: case_sensitive",
        "output_validator_args",
        "must be a list of strings",
    ),
    of_group("unknown", "colour: red", "colour", "is not a field of this format"),
    of_group("feedback", "full_feedback: some", "full_feedback", "must be true or false"),
    of_group("unknown argument", "output_validator_args: [fuzzy]", "output_validator_args", "'fuzzy' is no"),
    Broken(
        id="tolerance twice",
        changes={
            "data/secret/01.yaml": "output_validator_args: [float_tolerance, "
            "1e-6, float_absolute_tolerance, 1e-6]"
        },
        path="data/secret/01.yaml",
        in_field="output_validator_args",
        line=1,
        message="repeats a tolerance",
    ),
    Broken(
        id="test's field",
        changes={"data/secret/01.yaml": "x: 1"},
        path="data/secret/01.yaml",
        in_field="x",
        line=1,
        message="is not a field of this format",
    ),
    of_testdata("on_reject", "on_reject: stop", "on_reject", "must be break or continue"),
    of_testdata("grading", "grading: custom", "grading", "custom graders are not supported yet"),
    of_testdata("always accept", "grader_flags: always_accept", "grader_flags", "is not supported yet"),
    of_testdata("grader flag", "grader_flags: best", "grader_flags", "no flag of the default grader"),
    of_testdata("flags", "output_validator_flags: [a]", "output_validator_flags", "must be a mapping"),
    of_testdata("unknown legacy", "colour: red", "colour", "is not a field of this format"),
]


@pytest.mark.parametrize("broken", DATA, ids=lambda broken: broken.id)
def test_a_fault_in_the_test_data(tmp_path: Path, broken: Broken) -> None:
    check(broken, tmp_path)
