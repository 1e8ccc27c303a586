"""DMOJ's packages: test cases in all forms, batches, checkers, generators, graders, expectations."""

import io
import os
from pathlib import Path
import zipfile

import pytest

from assay.domain.grading import Aggregation, GroupVerdict, Scored
from assay.domain.jury import DataRef, Dialect
from assay.domain.problem import ComparisonMethod
from assay.domain.verdict import Verdict
from assay.problems.conversion import Wishes
from assay.problems.dmoj import read_dmoj
from assay.problems.package import UNMADE, MadeInput, Package
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files

CASES = "test_cases:\n- {in: 1.in, out: 1.out, points: 30}\n- {in: 2.in, out: 2.out, points: 70}\n"
BASIC: Files = {
    "init.yml": CASES,
    "1.in": "1\n",
    "1.out": "2\n",
    "2.in": "2\r\n3",
    "2.out": "",
}


def read(root: Path, init: str, more: Files | None = None, wishes: Wishes = foreign.WISHES) -> Package:
    return foreign.read(read_dmoj, root, {**BASIC, **(more or {}), "init.yml": init}, wishes)


def content(package: Package, ref: DataRef) -> bytes:
    with os.fdopen(package.files.open(ref), "rb") as file:
        return file.read()


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def test_a_list_of_cases_is_scored_case_by_case(tmp_path: Path) -> None:
    problem = foreign.read(read_dmoj, tmp_path, BASIC).problem
    assert [(test.name, test.accept_score, test.scored) for test in problem.tests] == [
        ("secret/01", 30, Scored.FREE),
        ("secret/02", 70, Scored.FREE),
    ]
    assert problem.grading is not None
    top, secret = problem.grading.groups()
    assert (top.aggregation, top.max_score, top.stops_at_rejection) == (Aggregation.SUM, 100, False)
    assert secret.verdict is GroupVerdict.WORST_ERROR
    assert problem.scoring is not None
    assert problem.scoring.max_score == 100
    assert problem.validation is None
    assert problem.tests[0].comparison.method is ComparisonMethod.LINES_OF_TOKENS
    assert problem.tests[0].comparison.case_sensitive
    assert problem.limits.output_bytes == 24 << 20


def test_texts_have_plain_newlines_and_binary_data_are_as_they_are(tmp_path: Path) -> None:
    package = foreign.read(read_dmoj, tmp_path, BASIC)
    assert package.problem.tests[0].input == "1.in"  # no copy of what is plain
    assert content(package, package.problem.tests[1].input) == b"2\n3\n"
    assert package.problem.tests[1].answer == "2.out"
    (tmp_path / "b").mkdir()
    binary = read(tmp_path / "b", f"binary_data: true\n{CASES}")
    assert content(binary, binary.problem.tests[1].input) == b"2\r\n3"


def test_carriage_returns_at_the_edges_of_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assay.problems.dmoj import data

    monkeypatch.setattr(data, "_CHUNK_BYTES", 2)
    for number, (given, wanted) in enumerate(
        [(b"a\r\nb\rc\r\n", b"a\nb\nc\n"), (b"a\r", b"a\n"), (b"ab\r\n\r\n", b"ab\n\n"), (b"\r", b"\n")]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        package = foreign.read(read_dmoj, folder, {**BASIC, "1.in": given})
        assert content(package, package.problem.tests[0].input) == wanted


def test_a_batch_is_worth_what_its_worst_case_is(tmp_path: Path) -> None:
    init = """
test_cases:
- {in: 1.in, out: 1.out, points: 5}
- points: 10
  batched: [{in: 1.in, out: 1.out}, {in: 2.in, out: 2.out}]
- points: 20
  batched: [{in: 1.in, out: 1.out}]
- points: 40
  batched: [{in: 1.in, out: 1.out}]
  dependencies: [1, 2]
"""
    problem = read(tmp_path, init).problem
    assert problem.grading is not None
    _, secret, first, second, third = problem.grading.groups()
    assert secret.members == ("secret/01", first, second, third)
    assert (first.name, first.aggregation, first.max_score) == ("secret/02-batch1", Aggregation.MIN, 10)
    assert first.stops_at_rejection
    assert first.members == ("secret/02-batch1/02", "secret/02-batch1/03")
    assert third.requires == ("secret/02-batch1", "secret/03-batch2")
    assert problem.grading.max_score == 75
    assert [test.accept_score for test in problem.tests] == [5, 10, 10, 20, 40]


def test_cases_of_no_worth_stand_before_all_that_follows(tmp_path: Path) -> None:
    init = """
pretest_test_cases:
- {in: 1.in, out: 1.out, points: 9}
test_cases:
- {in: 1.in, out: 1.out, points: 5}
- {in: 1.in, out: 1.out, points: 6}
- {in: 2.in, out: 2.out, points: 0}
- batched: [{in: 1.in, out: 1.out}]
  points: 7
"""
    problem = read(tmp_path, init).problem
    assert problem.grading is not None
    _, secret, pretest, part, zero, batch = problem.grading.groups()
    assert secret.members == (pretest, part, zero, batch)
    assert (pretest.name, pretest.max_score, pretest.stops_at_rejection) == ("secret/01-pretest", 0, True)
    assert part.requires == (pretest.name,)
    assert (part.max_score, part.stops_at_rejection) == (11, False)
    assert zero.requires == (pretest.name,)
    assert batch.requires == (pretest.name, zero.name)
    assert problem.grading.max_score == 18


def test_keys_are_inherited_from_around(tmp_path: Path) -> None:
    init = """
points: 3
checker: {name: floats, args: {precision: 4, error_mode: relative}}
out: 1.out
test_cases:
- {in: 1.in}
- points: 8
  checker: identical
  batched: [{in: 1.in}, {in: 2.in, checker: easy}]
"""
    first, second, third = read(tmp_path, init).problem.tests
    assert first.accept_score == 3
    assert first.answer == "1.out"
    assert first.comparison.float_relative_tolerance == pytest.approx(1e-4)
    assert first.comparison.float_absolute_tolerance is None
    assert second.comparison.method is ComparisonMethod.IDENTICAL
    assert third.comparison.method is ComparisonMethod.CHARACTERS
    assert third.accept_score == 8


@pytest.mark.parametrize(
    ("checker", "method"),
    [
        ("standard", ComparisonMethod.LINES_OF_TOKENS),
        ("sorted", ComparisonMethod.SORTED_LINES),
        ("{name: sorted, args: {split_on: whitespace}}", ComparisonMethod.SORTED_TOKENS),
        ("unordered", ComparisonMethod.SORTED_TOKENS),
        ("linecount", ComparisonMethod.LINE_SHARE),
        ("floatsabs", ComparisonMethod.LINES_OF_TOKENS),
    ],
)
def test_standard_checkers_are_comparisons(tmp_path: Path, checker: str, method: ComparisonMethod) -> None:
    problem = read(tmp_path, f"checker: {checker}\n{CASES}").problem
    assert problem.validation is None
    assert {test.comparison.method for test in problem.tests} == {method}


def test_cases_may_be_told_by_names_in_the_archive(tmp_path: Path) -> None:
    files = {f"t/{name}.{kind}": name for name in ("1", "2-1", "2-2", "10") for kind in ("in", "out")}
    package = read(tmp_path, "archive: d.zip\npoints: 4\n", {"d.zip": zipped(files)})
    problem = package.problem
    assert [content(package, test.input) for test in problem.tests] == [b"1\n", b"2-1\n", b"2-2\n", b"10\n"]
    assert problem.grading is not None
    assert [group.max_score for group in problem.grading.groups()] == [12, 12, 4]


def test_the_expressions_may_be_the_setters(tmp_path: Path) -> None:
    files = {f"{batch}.{case}.{kind}": "" for batch, case in ("a1", "a2", "b1") for kind in ("in", "out")}
    init = r"""
archive: d.zip
test_cases:
  input_format: (?P<batch>\w)\.(?P<case>\d+)\.in
  output_format: (?P<batch>\w)\.(?P<case>\d+)\.out
  case_points: [10, 20]
"""
    problem = read(tmp_path, init, {"d.zip": zipped(files)}).problem
    assert problem.grading is not None
    assert [(group.max_score, len(group.members)) for group in problem.grading.groups()][2:] == [
        (10, 2),
        (20, 1),
    ]


def test_generators_make_inputs_and_answers(tmp_path: Path) -> None:
    init = """
generator: {source: [gen.cpp, gen.h], flags: [-DBIG=2, -O2]}
test_cases:
- {generator_args: [false, 123, "a b", 1.5], points: 1}
- {generator_in: 1.in, out: 1.out, points: 1}
- {in: 1.in, out: 1.out, points: 1}
"""
    package = read(tmp_path, init, {"gen.cpp": "int main() {}\n", "gen.h": "\n"})
    assert package.problem.version == UNMADE
    first, second = package.unmade
    assert isinstance(first, MadeInput)
    assert isinstance(second, MadeInput)
    assert first.args == ("False", "123", "a b", "1.5")
    assert (first.input, first.answer) == (package.problem.tests[0].input, package.problem.tests[0].answer)
    assert (second.stdin, second.answer) == ("1.in", None)
    assert package.problem.tests[1].answer == "1.out"
    assert [file.name for file in first.generator.files] == ["gen.cpp", "gen.h"]
    source = content(package, first.generator.files[0].content)
    assert source == b"#define BIG 2\n#line 1\nint main() {}\n"
    assert first.generator is second.generator


@pytest.mark.parametrize(
    ("kind", "dialect"),
    [("default", "dmoj"), ("testlib", "testlib"), ("coci", "coci"), ("peg", "peg")],
)
def test_bridged_checkers_are_called_as_their_type_says(tmp_path: Path, kind: str, dialect: str) -> None:
    args = f"{{files: [c.cpp, c.h], type: {kind}, time_limit: 3, memory_limit: 1024}}"
    init = f"checker: {{name: bridged, args: {args}}}\n{CASES}"
    validation = read(tmp_path, init, {"c.cpp": "\n", "c.h": "\n"}).problem.validation
    assert validation is not None
    (checker,) = validation.checkers
    assert checker.dialect is Dialect(dialect)
    assert (validation.limits.cpu_time_ms, validation.limits.memory_bytes) == (60_000, 2 << 30)
    assert checker.files[0].name == "c.cpp"


def test_a_native_interactor(tmp_path: Path) -> None:
    init = f"interactive: {{files: i.cpp, type: testlib}}\nunbuffered: true\n{CASES}"
    package = read(tmp_path, init, {"i.cpp": '#include "testlib.h"\n', "testlib.h": foreign.TESTLIB})
    validation = package.problem.validation
    assert validation is not None
    assert validation.checkers == ()
    assert validation.interactor is not None
    assert [file.name for file in validation.interactor.files] == ["i.cpp", "testlib.h"]
    assert package.problem.unbuffered
    assert validation.interactor.unbuffered, "DMOJ's default for interactors"
    assert "unbuffered" not in [finding.field for finding in package.warnings]


def test_who_must_flush(tmp_path: Path) -> None:
    init = f"interactive: {{files: i.cpp, unbuffered: false}}\n{CASES}"
    problem = read(tmp_path, init, {"i.cpp": "\n"}).problem
    assert problem.validation is not None
    assert problem.validation.interactor is not None
    assert not problem.unbuffered
    assert not problem.validation.interactor.unbuffered


def test_a_signature_grader_stands_before_submissions_in_c_and_cpp(tmp_path: Path) -> None:
    init = f"signature_grader: {{entry: entry.c, header: x.h}}\n{CASES}"
    included = read(tmp_path, init, {"entry.c": "int main() {}\n", "x.h": "\n"}).problem.included
    by_language = {each.language_id: each for each in included}
    assert {"c", "cpp"} <= by_language.keys()
    assert [file.name for file in by_language["c"].files] == ["signature_grader.c", "x.h"]
    assert [file.name for file in by_language["cpp"].files] == ["signature_grader.cpp", "x.h"]
    prefix = '#define SIGNATURE_GRADER 1\n#include "x.h"\n#define main main_of_the_submission\n'
    assert by_language["c"].prefix == prefix


TEST_YML = """
language: PY3
time: 2
memory: 65536
source: {source}
{expect}
"""


@pytest.mark.parametrize(
    ("expect", "verdicts", "rules"),
    [
        ("", "AC", {"secret/01": "AC", "secret/02": "AC"}),
        ("expect: WA", "WA PE", {"secret/01": "WA", "secret/02": "WA"}),
        ("expect: [AC, TLE]", "AC TLE", {"secret/01": "AC TLE", "secret/02": "AC TLE"}),
        ("cases: [AC, WA]", "WA PE", {"secret/01": "AC", "secret/02": "WA"}),
        ("cases: {1: [AC, RTE]}", "AC RTE SV", {"secret/01": "AC RTE", "secret/02": "AC"}),
        ("expect: IR", "RTE", {"secret/01": "RTE", "secret/02": "RTE"}),
        ("expect: CE", "CE", {}),
        ("expect: IE", "JE", {}),
        ("expect: '*'", "AC WA TLE RTE CE MLE OLE SV PE", {}),
    ],
)
def test_expectations(tmp_path: Path, expect: str, verdicts: str, rules: dict[str, str]) -> None:
    files = {"tests/a/test.yml": TEST_YML.format(source="x.py", expect=expect), "tests/a/x.py": "print(1)\n"}
    package = read(tmp_path, CASES, files)
    (submission,) = package.submissions
    assert (submission.path, submission.language_id) == ("tests/a/x.py", "python3")
    assert set(submission.expected) == {Verdict(each) for each in verdicts.split()}
    assert {rule.where: rule.permitted for rule in submission.expectation.rules} == {
        name: frozenset(Verdict(each) for each in words.split()) for name, words in rules.items()
    }
    assert (package.problem.limits.cpu_time_ms, package.problem.limits.memory_bytes) == (2000, 64 << 20)


def test_the_limits_of_most_submissions_are_the_problems(tmp_path: Path) -> None:
    same = TEST_YML.format(source="x.py", expect="")
    other = same.replace("65536", "1024")
    files = {f"tests/{name}/x.py": "print(1)\n" for name in "abc"}
    texts = {f"tests/{name}/test.yml": text for name, text in zip("abc", (same, same, other), strict=True)}
    package = read(tmp_path, CASES, {**files, **texts})
    assert package.problem.limits.memory_bytes == 64 << 20
    assert ("tests/c/test.yml", "memory") in [(each.path, each.field) for each in package.warnings]


def test_several_sources_are_several_submissions(tmp_path: Path) -> None:
    files = {
        "tests/a/test.yml": TEST_YML.format(source="[x.py, y.py]", expect=""),
        "tests/a/x.py": "\n",
        "tests/a/y.py": "\n",
        "tests/b/test.yml": TEST_YML.format(source="z.py", expect="skip: true"),
        "tests/b/z.py": "\n",
    }
    package = read(tmp_path, CASES, files)
    assert [each.path for each in package.submissions] == ["tests/a/x.py", "tests/a/y.py"]


def test_wishes_come_before_what_the_package_says(tmp_path: Path) -> None:
    wishes = Wishes(problem_id="other", cpu_time_ms=123, memory_bytes=1 << 24)
    problem = read(tmp_path, f"time_limit: 9\n{CASES}", wishes=wishes).problem
    assert (problem.id, problem.limits.cpu_time_ms, problem.limits.memory_bytes) == ("other", 123, 1 << 24)
