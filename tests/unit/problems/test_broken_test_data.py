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
        id="name of a test that begins with a dash",
        changes={"data/secret/-2.in": "1\n"},
        path="data/secret/-2.in",
        message="the name has characters that the format forbids",
    ),
    Broken(
        id="test like a configuration",
        changes={"data/secret/test_group.in": "1", "data/secret/test_group.ans": "1"},
        path="data/secret/test_group.in",
        message="must not be named like test_group.yaml",
    ),
    Broken(
        id="invalid output without an answer",
        changes={"data/invalid_output/1.in": "1", "data/invalid_output/1.out": "1"},
        path="data/invalid_output/1.in",
        message="has no answer file; add data/invalid_output/1.ans",
    ),
    Broken(
        id="valid output without an output",
        changes={"data/valid_output/1.in": "1", "data/valid_output/1.ans": "1"},
        path="data/valid_output/1.in",
        message="has no output file; add data/valid_output/1.out",
    ),
    Broken(
        id="two outputs to show",
        changes={"data/sample/1.out": "2", "data/sample/1.ans.statement": "2"},
        path="data/sample/1.ans.statement",
        message="must not be beside .out, which says the same",
    ),
    Broken(
        id="two inputs to show",
        changes={
            "data/sample/1.interaction": "<1\n",
            "data/sample/1.in.statement": "1",
            "data/sample/1.in.download": "1",
            "data/sample/1.ans.download": "2",
        },
        path="data/sample/1.interaction",
        message="must not be beside .in.statement",
    ),
    Broken(
        id="interaction without downloads",
        changes={"data/sample/1.interaction": "<1\n>2\n"},
        path="data/sample/1.interaction",
        message="add data/sample/1.in.download",
    ),
    Broken(
        id="shown input without download",
        changes={"data/sample/1.in.statement": "1"},
        path="data/sample/1.in.statement",
        message="add data/sample/1.in.download",
    ),
    Broken(
        id="download without a shown answer",
        changes={"data/sample/1.ans.download": "1"},
        path="data/sample/1.ans.download",
        message="add data/sample/1.ans.statement",
    ),
    Broken(
        id="interaction that is none",
        files=LEGACY,
        changes={"data/sample/1.interaction": "<1\n>2\nthen it ends\n"},
        path="data/sample/1.interaction",
        line=3,
        message="each line must begin with '<'",
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
    of_group(
        "aggregation", "score_aggregation: sum", "score_aggregation", "not be given for a pass-fail problem"
    ),
    of_group("require", "require_pass: sample", "require_pass", "must not be given for a pass-fail problem"),
    of_group(
        "no static", "static_validation_score: pass-fail", "static_validation_score", "needs a program in"
    ),
    of_group(
        "static args", "static_validator_args: [a]", "static_validator_args", "needs static_validation_score"
    ),
    of_group("args", "args: a", "args", "must be a list of strings"),
    of_group(
        "visualizer", "output_visualizer_args: a", "output_visualizer_args", "must be a list of strings"
    ),
    of_group(
        "input args", "input_validator_args: {v: a}", "input_validator_args.v", "must be a list of strings"
    ),
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
    of_testdata("grading", "grading: custom", "grading", "custom graders are for scoring problems only"),
    of_testdata("no grading", "grading: fair", "grading", "must be default or custom"),
    of_testdata(
        "ignored sample", "grader_flags: ignore_sample", "grader_flags", "only be in data/testdata.yaml"
    ),
    of_testdata(
        "nameless flags", "output_validator_flags: {flags: a}", "output_validator_flags", "has no name"
    ),
    of_testdata(
        "another's flags",
        "output_validator_flags: {name: v, flags: a}",
        "output_validator_flags",
        "'v' is no output",
    ),
    of_testdata(
        "nameless input flags", "input_validator_flags: {x: a}", "input_validator_flags.x", "is not a field"
    ),
    Broken(
        id="name of the other dialect",
        files=LEGACY,
        changes={"data/secret/test_group.yaml": ""},
        path="data/secret/test_group.yaml",
        message="write testdata.yaml instead",
    ),
    of_testdata("grader flag", "grader_flags: best", "grader_flags", "no flag of the default grader"),
    of_testdata("flags", "output_validator_flags: [a]", "output_validator_flags", "must be a mapping"),
    of_testdata("unknown legacy", "colour: red", "colour", "is not a field of this format"),
]


@pytest.mark.parametrize("broken", DATA, ids=lambda broken: broken.id)
def test_a_fault_in_the_test_data(tmp_path: Path, broken: Broken) -> None:
    check(broken, tmp_path)
