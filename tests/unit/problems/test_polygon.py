"""Polygon's packages: tests, groups, points, programs, solutions and statements as problem.xml has them."""

from pathlib import Path
from types import MappingProxyType

import pytest

from assay.domain.grading import Aggregation, Scored
from assay.domain.jury import Dialect
from assay.domain.problem import StatementFormat
from assay.domain.verdict import Verdict
from assay.problems.conversion import Wishes
from assay.problems.package import UNMADE, MadeAnswer, MadeInput, Package
from assay.problems.polygon import read_polygon
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files

HEAD = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<problem revision="7" short-name="double" url="x">
<names><name language="english" value="Double"/><name language="spanish" value="Doppelt"/></names>
<statements><statement language="english" path="statements/english/problem.tex"/></statements>
"""
TESTSET = """<testset name="tests"><time-limit>1500</time-limit><memory-limit>268435456</memory-limit>
<test-count>3</test-count><input-path-pattern>tests/%02d</input-path-pattern>
<answer-path-pattern>tests/%02d.a</answer-path-pattern>
<tests><test method="manual" sample="true"/><test method="manual" description="large"/>
<test cmd="gen 5 'a b'" method="generated"/></tests></testset>"""
JUDGING = f'<judging input-file="" output-file="" run-count="1">{TESTSET}</judging>'
PROGRAMS = """<files>
<resources><file path="files/olymp.sty"/><file path="files/testlib.h" type="h.g++"/></resources>
<executables><executable><source path="files/gen.cpp" type="cpp.g++17"/></executable></executables></files>
"""
CHECKER = (
    '<checker name="std::lcmp.cpp" type="testlib"><source path="files/check.cpp" type="cpp.g++17"/></checker>'
)
SOLUTIONS = """<solutions><solution tag="main"><source path="solutions/main.cpp" type="cpp.g++17"/></solution>
<solution tag="time-limit-exceeded-or-accepted"><source path="solutions/slow.py" type="python.3"/></solution>
<solution tag="do-not-run"><source path="solutions/odd.py" type="python.3"/></solution></solutions>"""


def xml(
    judging: str = JUDGING, checker: str = CHECKER, solutions: str = SOLUTIONS, programs: str = PROGRAMS
) -> str:
    tags = '<tags><tag value="math"/></tags>'
    return f"{HEAD}{judging}{programs}<assets>{checker}{solutions}</assets>{tags}</problem>"


FILES: Files = MappingProxyType(
    {
        "problem.xml": xml(),
        "files/testlib.h": foreign.TESTLIB,
        "files/check.cpp": '#include "testlib.h"\n#include "extra.h"\n',
        "files/extra.h": "// extra\n",
        "files/gen.cpp": '#include "testlib.h"\n',
        "solutions/main.cpp": "int main() {}\n",
        "solutions/slow.py": "print(1)\n",
        "solutions/odd.py": "print(1)\n",
        "statement-sections/english/legend.tex": "Double it.\n",
        "statement-sections/english/input.tex": "A number.\n",
        "statement-sections/english/picture.png": b"png",
        "statements/english/problem-properties.json": '{"authorName": "Ada"}',
        "statements/spanish/problem.tex": (
            "\\begin{problem}{Doppelt}{standard input}{standard output}{1 second}{256 megabytes}\n"
            "Verdopple.\n\\InputFile\nEine Zahl.\n\\OutputFile\nEine Zahl.\n"
            "\\Examples\n\\exmpfile{a}{b}\n\\Note\nLeicht.\n"
            "\\end{problem}\n"
        ),
        "tests/01": "1\n",
        "tests/01.a": "2\n",
        "tests/02": "5\n",
        "tests/02.a": "10\n",
        "tests/03": "7\n",
        "tests/03.a": "14\n",
    }
)


def read(root: Path, changes: Files | None = None, wishes: Wishes = foreign.WISHES) -> Package:
    return foreign.read(read_polygon, root, {**FILES, **(changes or {})}, wishes)


def test_a_full_package_is_complete(tmp_path: Path) -> None:
    package = read(tmp_path)
    problem = package.problem
    assert package.unmade == ()
    assert len(problem.version) == 64
    assert (problem.id, problem.name) == ("double", "Double")
    assert dict(problem.names) == {"en": "Double", "es": "Doppelt"}
    assert (problem.limits.cpu_time_ms, problem.limits.memory_bytes) == (1500, 256 << 20)
    assert [(test.name, test.input, test.is_sample) for test in problem.tests] == [
        ("sample/01", "tests/01", True),
        ("secret/02", "tests/02", False),
        ("secret/03", "tests/03", False),
    ]
    assert problem.tests[1].description == "large"
    assert problem.grading is None
    assert problem.scoring is None
    assert problem.about.revision == "7"
    assert problem.about.keywords == ("math",)
    assert [credit.name for credit in problem.about.credits] == ["Ada"]


def test_the_checker_is_called_as_testlib_calls_it_and_brings_what_it_includes(tmp_path: Path) -> None:
    validation = read(tmp_path).problem.validation
    assert validation is not None
    (checker,) = validation.checkers
    assert (checker.dialect, checker.language_id) == (Dialect.TESTLIB, "cpp17" if _has_cpp17() else "cpp")
    assert [file.name for file in checker.files] == ["check.cpp", "extra.h", "testlib.h"]
    assert validation.interactor is None


def _has_cpp17() -> bool:
    return any(language.id == "cpp17" for language in foreign.languages().all())


def test_an_interactor_comes_before_the_checker(tmp_path: Path) -> None:
    interactor = '<interactor><source path="files/gen.cpp" type="cpp.g++17"/></interactor>'
    validation = read(tmp_path, {"problem.xml": xml(checker=CHECKER + interactor)}).problem.validation
    assert validation is not None
    assert validation.interactor is not None
    assert validation.interactor.name == "files/gen.cpp"
    assert len(validation.checkers) == 1


def test_what_a_standard_package_lacks_is_to_be_made(tmp_path: Path) -> None:
    package = read(tmp_path, {"tests/03": None, "tests/03.a": None, "tests/02.a": None})
    assert package.problem.version == UNMADE
    made_input, first, second = package.unmade
    assert isinstance(made_input, MadeInput)
    assert made_input.args == ("5", "a b")
    assert made_input.generator.name == "files/gen.cpp"
    assert made_input.input == package.problem.tests[2].input
    assert isinstance(first, MadeAnswer)
    assert isinstance(second, MadeAnswer)
    assert (first.input, second.input) == ("tests/02", made_input.input)
    assert first.answer == package.problem.tests[1].answer
    assert first.solution.name == "solutions/main.cpp"


def test_solutions_are_expected_to_be_what_their_tags_say(tmp_path: Path) -> None:
    package = read(tmp_path)
    assert {each.path: each.expected for each in package.submissions} == {
        "solutions/main.cpp": (Verdict.AC,),
        "solutions/slow.py": (Verdict.AC, Verdict.TLE),
    }
    assert ("solutions/odd.py", "left out: its tag is do-not-run") in [
        (finding.path, finding.message) for finding in package.warnings
    ]


def test_statements_are_put_together_of_sections_or_taken_apart(tmp_path: Path) -> None:
    problem = read(tmp_path).problem
    english, spanish = problem.statements
    assert english.format is StatementFormat.TEX
    assert english.text == "\\problemname{Double}\n\nDouble it.\n\n\\section*{Input}\nA number.\n"
    assert spanish.text.startswith("\\problemname{Doppelt}\n\nVerdopple.\n\n\\section*{Entrada}\n")
    assert spanish.text.endswith("\\section*{Nota}\nLeicht.\n")
    assert "exmpfile" not in spanish.text
    assert [file.name for file in problem.statement_files] == ["picture.png"]


def test_what_is_shown_of_a_sample_may_be_other_than_the_test(tmp_path: Path) -> None:
    shown = {"statements/english/example.01": "7\n", "statements/english/example.01.a": "2 \r\n"}
    sample = read(tmp_path, shown).problem.tests[0]
    assert sample.shown is not None
    assert sample.shown.input == "statements/english/example.01"
    assert sample.shown.output is None  # but for line ends it is the answer


def test_a_program_may_read_its_input_from_a_file(tmp_path: Path) -> None:
    judging = JUDGING.replace('input-file=""', 'input-file="double.in"')
    test = read(tmp_path, {"problem.xml": xml(judging)}).problem.tests[1]
    assert [(file.name, file.content) for file in test.files] == [("double.in", "tests/02")]


GROUPS = """<tests><test method="manual" sample="true" group="0" points="0"/>
<test method="manual" group="b" points="10"/><test method="manual" group="a" points="5.5"/>
<test method="manual" group="b" points="20"/><test method="manual" points="4"/></tests>
<groups><group name="0" points-policy="complete-group" feedback-policy="complete"/>
<group name="b" points-policy="complete-group" feedback-policy="icpc">
<dependencies><dependency group="0"/><dependency group="a"/></dependencies></group>
<group name="a" points-policy="each-test" feedback-policy="points"/></groups></testset>"""
GRADED = MappingProxyType(
    {
        "problem.xml": xml(JUDGING[: JUDGING.index("<tests>")] + GROUPS + "</judging>"),
        **{f"tests/0{number}{ending}": "1\n" for number in (4, 5) for ending in ("", ".a")},
    }
)


def test_groups_and_points_become_a_tree(tmp_path: Path) -> None:
    problem = read(tmp_path, GRADED).problem
    assert problem.scoring is not None
    assert problem.scoring.max_score == 39.5
    assert problem.grading is not None
    top, sample, secret, a, b = problem.grading.groups()
    assert (top.name, top.aggregation, top.max_score) == ("", Aggregation.SUM, 39.5)
    assert (sample.name, sample.members, sample.max_score) == ("sample", ("sample/01",), 0)
    assert secret.members == (a, b, "secret/05")  # b behind a, which it needs
    assert not secret.stops_at_rejection
    assert (b.aggregation, b.max_score, b.stops_at_rejection) == (Aggregation.PASS_FAIL, 30, True)
    assert b.requires == ("sample", "secret/a")
    assert b.members == ("secret/b/02", "secret/b/04")
    assert (a.aggregation, a.max_score, a.stops_at_rejection) == (Aggregation.SUM, 5.5, False)
    scores = {test.name: (test.scored, test.accept_score) for test in problem.tests}
    assert scores["secret/a/03"] == (Scored.FREE, 5.5)
    assert scores["secret/b/02"] == (Scored.NO, None)
    assert scores["secret/05"] == (Scored.FREE, 4)


def test_extra_tags_speak_of_a_groups_tests(tmp_path: Path) -> None:
    extra = '<extra-tags><extra-tag group="b" tag="time-limit-exceeded"/></extra-tags>'
    solutions = SOLUTIONS.replace('</solution>\n<solution tag="do', f'{extra}</solution>\n<solution tag="do')
    text = xml(JUDGING[: JUDGING.index("<tests>")] + GROUPS + "</judging>", solutions=solutions)
    package = read(tmp_path, {**GRADED, "problem.xml": text})
    (slow,) = [each for each in package.submissions if each.path.endswith("slow.py")]
    (rule,) = slow.expectation.rules
    assert (rule.permitted, rule.required) == (frozenset({Verdict.AC, Verdict.TLE}), frozenset({Verdict.TLE}))
    assert rule.covers("secret/b/02")
    assert not rule.covers("secret/a/03")


def test_graders_are_compiled_with_submissions_of_their_languages(tmp_path: Path) -> None:
    grader = """<file for-types="cpp.*" path="files/grader.cpp" type="cpp.g++17">
    <stages><stage name="compile"/></stages><assets><asset name="solution"/></assets></file></resources>"""
    text = xml(programs=PROGRAMS.replace("</resources>", grader))
    included = read(tmp_path, {"problem.xml": text, "files/grader.cpp": "// grader\n"}).problem.included
    assert "cpp" in [each.language_id for each in included]
    assert all(each.files[0].name == "grader.cpp" for each in included)


def test_the_operators_testlib_serves_packages_without(tmp_path: Path) -> None:
    testlib = tmp_path / "testlib.h"
    testlib.write_text(foreign.TESTLIB)
    wishes = Wishes(problem_id="double", testlib=testlib, cpu_time_ms=700, memory_bytes=1 << 28)
    package = read(tmp_path, {"files/testlib.h": None}, wishes)
    assert package.problem.validation is not None
    (file,) = [file for file in package.problem.validation.checkers[0].files if file.name == "testlib.h"]
    with open(package.files.open(file.content)) as opened:  # noqa: PTH123  a descriptor
        assert opened.read() == foreign.TESTLIB
    assert package.problem.limits.cpu_time_ms == 700


def test_a_memory_limit_of_some_gib(tmp_path: Path) -> None:
    judging = JUDGING.replace("268435456", str(2 << 30))
    package = foreign.read(read_polygon, tmp_path, {**FILES, "problem.xml": xml(judging)})
    assert package.problem.limits.memory_bytes == 2 << 30


@pytest.mark.parametrize("tag", ["main", "accepted", "wrong-answer", "memory-limit-exceeded", "rejected"])
def test_no_tag_expects_a_fault_of_ours(tmp_path: Path, tag: str) -> None:
    solutions = SOLUTIONS.replace("time-limit-exceeded-or-accepted", tag)
    package = read(tmp_path, {"problem.xml": xml(solutions=solutions)})
    assert all(each.expected and Verdict.JE not in each.expected for each in package.submissions)


def test_validators_and_the_tests_of_the_jurys_own_programs(tmp_path: Path) -> None:
    testset = """<testset><test-count>2</test-count><input-path-pattern>v/%02d</input-path-pattern>
    <output-path-pattern>v/%02d.o</output-path-pattern><answer-path-pattern>v/%02d.a</answer-path-pattern>
    <tests><test verdict="{}"/><test verdict="{}"/></tests></testset>"""
    validator = f"""<validators><validator><source path="files/val.cpp" type="cpp.g++17"/>
    {testset.format("invalid", "valid")}</validator></validators>"""
    checker = CHECKER.replace("</checker>", testset.format("ok", "wrong-answer") + "</checker>")
    files = {f"v/0{number}{ending}": "1\n" for number in (1, 2) for ending in ("", ".o", ".a")}
    text = xml(checker=checker + validator)
    package = read(tmp_path, {**files, "problem.xml": text, "files/val.cpp": '#include "testlib.h"\n'})
    assert [each.name for each in package.input_validators] == ["val.cpp"]
    assert [(case.kind.value, case.test.name, case.output) for case in package.validation_cases] == [
        ("valid_output", "valid_output/checker-01", "v/01.o"),
        ("invalid_output", "invalid_output/checker-02", "v/02.o"),
        ("invalid_input", "invalid_input/validator-01", None),
    ]
