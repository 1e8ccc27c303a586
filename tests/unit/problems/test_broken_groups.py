"""Faults in the groups and scores of scoring problems."""

from pathlib import Path

import pytest

from tests.unit.problems.broken import Broken, check
from tests.unit.problems.packages import LEGACY, STANDARD, yaml_with
from tests.unit.problems.scored import LEGACY_SCORED, SCORED, pairs

STATIC = {"static_validator/look.py": "exit(42)\n"}


def of_group(id: str, group: str, content: str, field: str, message: str, **where: int | None) -> Broken:
    path = f"data/{group}/test_group.yaml".replace("/./", "/")
    line = where.get("line", 1)
    changes = {path: f"{content}\n", **STATIC}
    return Broken(id=id, files=SCORED, changes=changes, path=path, in_field=field, message=message, line=line)


def of_testdata(id: str, content: str, field: str, message: str) -> Broken:
    path = "data/secret/g1/testdata.yaml"
    return Broken(
        id=id,
        files=LEGACY_SCORED,
        changes={path: content},
        path=path,
        in_field=field,
        message=message,
        line=1,
    )


SECRET, G1, G2 = "secret", "secret/g1", "secret/g2"
STATIC_SCORE = "static_validation_score"

GROUPS = [
    of_group("points below none", G1, "max_score: -1", "max_score", "must be at least 0"),
    of_group("half a point", G1, "max_score: 1.5", "max_score", "must be a whole number"),
    of_group("points in words", G1, "max_score: many", "max_score", "must be a whole number or unbounded"),
    of_group("points as a list", G1, "max_score: [1]", "max_score", "must be a whole number or unbounded"),
    of_group("true points", G1, "max_score: true", "max_score", "must be a whole number or unbounded"),
    of_group("no points", G1, "full_feedback: true", "max_score", "is missing or unbounded", line=None),
    of_group(
        "endless group",
        G2,
        "max_score: unbounded\nscore_aggregation: sum",
        "max_score",
        "that of secret is not",
    ),
    of_group(
        "endless pass-fail",
        SECRET,
        "max_score: unbounded\nscore_aggregation: pass-fail",
        "max_score",
        "where tests are pass-fail",
    ),
    of_group("aggregation", G1, "score_aggregation: avg", "score_aggregation", "must be pass-fail, sum, min"),
    Broken(
        id="sum in pass-fail",
        files=SCORED,
        changes={"data/secret/test_group.yaml": "score_aggregation: pass-fail\n"},
        path="data/secret/g2/test_group.yaml",
        in_field="score_aggregation",
        line=2,
        message="must be pass-fail, as that of secret is",
    ),
    Broken(
        id="too many points",
        files=SCORED,
        changes={"data/secret/g1/test_group.yaml": "max_score: 50\n"},
        path="data/secret/test_group.yaml",
        in_field="max_score",
        message="the groups give up to 110 points, but secret has 100",
    ),
    of_group("points of samples", "sample", "max_score: 5", "max_score", "data/sample, which has no score"),
    of_group("samples that require", "sample", "require_pass: sample", "require_pass", "has no score"),
    of_group("points of all data", ".", "score_aggregation: sum", "score_aggregation", "has no score"),
    of_group(
        "unknown group", G2, "max_score: 60\nrequire_pass: g1", "require_pass", "'g1' is no group", line=2
    ),
    of_group(
        "later group",
        G1,
        "max_score: 40\nrequire_pass: secret/g2",
        "require_pass",
        "must come before",
        line=2,
    ),
    of_group(
        "itself", G1, "max_score: 40\nrequire_pass: secret/g1", "require_pass", "must come before", line=2
    ),
    of_group("secret on a group", SECRET, "require_pass: secret/g1", "require_pass", "must be sample"),
    of_group("require a list of lists", G1, "require_pass: [[sample]]", "require_pass", "a list of strings"),
    of_group(
        "static points of pass-fail",
        G1,
        f"max_score: 40\n{STATIC_SCORE}: 5",
        STATIC_SCORE,
        "must be pass-fail",
        line=2,
    ),
    of_group(
        "static without points",
        G2,
        f"max_score: 60\nscore_aggregation: sum\n{STATIC_SCORE}: pass-fail",
        STATIC_SCORE,
        "must be a number of points",
        line=3,
    ),
    of_group(
        "static takes more than all",
        G2,
        f"max_score: 60\nscore_aggregation: sum\n{STATIC_SCORE}: 61",
        STATIC_SCORE,
        "must not be more than max_score",
        line=3,
    ),
    of_group("static points of samples", "sample", f"{STATIC_SCORE}: 5", STATIC_SCORE, "must be pass-fail"),
    of_group(
        "static of all data",
        ".",
        f"{STATIC_SCORE}: pass-fail",
        STATIC_SCORE,
        "must be in the test_group.yaml",
    ),
    of_group(
        "static in words", G1, f"{STATIC_SCORE}: some", STATIC_SCORE, "must be a whole number or pass-fail"
    ),
    Broken(
        id="group that a required one cannot be",
        files=SCORED,
        changes={
            "data/secret/g1/test_group.yaml": "max_score: 40\nscore_aggregation: min\n",
            "data/secret/g2/test_group.yaml": "max_score: 60\nrequire_pass: secret/g1\n",
        },
        path="data/secret/g2/test_group.yaml",
        in_field="require_pass",
        line=2,
        message="must have 'score_aggregation: pass-fail' to be required",
    ),
    Broken(
        id="group without tests",
        files=SCORED,
        changes={"data/secret/g3/test_group.yaml": "max_score: 0\n"},
        path="data/secret/g3",
        message="has neither a test nor a static validation case",
    ),
    Broken(
        id="static validation of answers",
        changes={
            **yaml_with(STANDARD, "type: submit-answer"),
            **STATIC,
        },
        path="static_validator",
        message="has no sources to look at",
    ),
]

LEGACY_GROUPS = [
    of_testdata("range", "range: 0", "range", "must be two numbers, the lower first"),
    of_testdata("range from high to low", "range: 5 1", "range", "must be two numbers, the lower first"),
    of_testdata("range of nothing", "range: nan 1", "range", "must be two numbers, the lower first"),
    of_testdata("range in words", "range: low high", "range", "must be two numbers, the lower first"),
    of_testdata("accept score", "accept_score: all", "accept_score", "must be a number"),
    of_testdata("reject score", "reject_score: [0]", "reject_score", "must be a number"),
    of_testdata("no grader", "grading: custom", "grading", "needs a program in graders/"),
    of_testdata("grader flag", "grader_flags: median", "grader_flags", "no flag of the default grader"),
    of_testdata(
        "ignored sample", "grader_flags: ignore_sample", "grader_flags", "only be in data/testdata.yaml"
    ),
    Broken(
        id="two graders",
        files=LEGACY_SCORED,
        changes={"graders/a.py": "x", "graders/b.py": "x"},
        path="graders",
        message="has several programs; there may be one grader",
    ),
    Broken(
        id="grader of a pass-fail problem",
        files=LEGACY,
        changes={"graders/a.py": "x", **pairs("secret/02")},
        path="graders",
        message="is for scoring problems only",
    ),
]


@pytest.mark.parametrize("broken", [*GROUPS, *LEGACY_GROUPS], ids=lambda broken: broken.id)
def test_a_fault_in_groups_and_scores(tmp_path: Path, broken: Broken) -> None:
    check(broken, tmp_path)
