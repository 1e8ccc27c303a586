"""Pairs of files and nothing else."""

from pathlib import Path

import pytest

from assay.domain.problem import OutputComparison
from assay.problems.conversion import Wishes
from assay.problems.plain import find_pairs, read_plain
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files


@pytest.mark.parametrize(
    ("paths", "form", "found"),
    [
        (
            ["2.in", "2.out", "10.in", "10.ans", "1.in", "1.a"],
            "endings",
            ["1.in 1.a", "2.in 2.out", "10.in 10.ans"],
        ),
        (["a/1.in", "a/1.out", "b/1.in", "b/1.out"], "endings", ["a/1.in a/1.out", "b/1.in b/1.out"]),
        (["input/1.txt", "output/1.txt"], "folders", ["input/1.txt output/1.txt"]),
        (["in/1.in", "out/1.out"], "folders", ["in/1.in out/1.out"]),
        (["x/Input/1", "x/Output/1"], "folders", ["x/Input/1 x/Output/1"]),
        (["input1.txt", "output1.txt", "input2.txt"], "beginnings", ["input1.txt output1.txt"]),
        (["in_01", "out_01"], "beginnings", ["in_01 out_01"]),
        (["input/input000.txt", "output/output000.txt"], None, []),
        (["readme.in", "1.out", "a.txt"], None, []),
    ],
)
def test_the_forms_of_pairs(paths: list[str], form: str | None, found: list[str]) -> None:
    pairs = find_pairs(paths)
    assert list(pairs) == ([] if form is None else [form])
    assert [f"{pair.input} {pair.answer}" for each in pairs.values() for pair in each] == found


def test_tests_come_in_the_order_of_their_numbers_samples_first(tmp_path: Path) -> None:
    files: Files = {
        f"{name}.{kind}": "1\n"
        for name in ("10", "2", "sample2", "samples/1", "x y")
        for kind in ("in", "out")
    }
    package = foreign.read(read_plain, tmp_path, files)
    problem = package.problem
    assert [(test.name, test.is_sample) for test in problem.tests] == [
        ("sample/sample2", True),
        ("sample/samples-1", True),
        ("secret/2", False),
        ("secret/10", False),
        ("secret/x-y", False),
    ]
    assert {test.comparison for test in problem.tests} == {OutputComparison()}
    assert (problem.grading, problem.validation) == (None, None)
    assert (problem.limits.cpu_time_ms, problem.limits.memory_bytes) == (5000, 256 << 20)
    assert len([finding for finding in package.warnings if "limit" in finding.message]) == 2


def test_limits_are_wished_for(tmp_path: Path) -> None:
    wishes = Wishes(problem_id="x", cpu_time_ms=100, memory_bytes=1 << 25)
    package = foreign.read(read_plain, tmp_path, {"1.in": "", "1.out": "", "notes.txt": ""}, wishes)
    assert (package.problem.limits.cpu_time_ms, package.problem.limits.memory_bytes) == (100, 1 << 25)
    assert [finding.path for finding in package.warnings] == ["notes.txt"]


@pytest.mark.parametrize(
    ("files", "path", "message"),
    [
        ({"a.txt": ""}, ".", "has no pairs"),
        ({"1.in": "", "1.out": "", "input1": "", "output1": ""}, ".", "of more than one form"),
        ({"1.in": "", "1.out": "", "2.in": ""}, "2.in", "has no answer; add 2.out"),
        ({"1.in": "", "1.out": "", "2.ans": ""}, "2.ans", "has no input; add 2.in"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, files: Files, path: str, message: str) -> None:
    found = foreign.findings(read_plain, tmp_path, files)
    assert [each for each in found if each.path == path and message in each.message], found
