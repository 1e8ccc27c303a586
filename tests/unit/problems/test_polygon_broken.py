"""What can be wrong with a Polygon package: one row each, with where and how it is told."""

from pathlib import Path

import pytest

from assay.problems.conversion import Wishes
from assay.problems.polygon import read_polygon
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files
from tests.unit.problems.test_polygon import CHECKER, FILES, GRADED, JUDGING, PROGRAMS, SOLUTIONS, xml

BROKEN: dict[str, tuple[Files, str, str | None, str]] = {
    "no problem.xml": ({"problem.xml": None}, "problem.xml", None, "is missing"),
    "no XML": ({"problem.xml": "<problem>"}, "problem.xml", None, "is not valid XML"),
    "a document type": (
        {"problem.xml": '<!DOCTYPE problem [<!ENTITY a "b">]><problem>&a;</problem>'},
        "problem.xml",
        None,
        "document type",
    ),
    "deep XML": ({"problem.xml": "<a>" * 40 + "</a>" * 40}, "problem.xml", None, "nested more than"),
    "another root": ({"problem.xml": "<contest/>"}, "problem.xml", None, "for its root"),
    "no judging": ({"problem.xml": xml(judging="")}, "problem.xml", None, "has no <judging>"),
    "no tests": (
        {"problem.xml": xml(JUDGING[: JUDGING.index("<tests>")] + "</testset></judging>")},
        "problem.xml",
        "testset",
        "has no tests",
    ),
    "a pattern without a number": (
        {"problem.xml": xml(JUDGING.replace("tests/%02d<", "tests/x<"))},
        "problem.xml",
        "input-path-pattern",
        "must be a path with one",
    ),
    "a time limit that is none": (
        {"problem.xml": xml(JUDGING.replace("1500", "soon"))},
        "problem.xml",
        "time-limit",
        "must be a number",
    ),
    "no time": (
        {"problem.xml": xml(JUDGING.replace("1500", "0"))},
        "problem.xml",
        "time-limit",
        "more than 0",
    ),
    "an input is missing": ({"tests/02": None}, "tests/02", None, "nothing says how to make it"),
    "an unknown generator": (
        {"problem.xml": xml(JUDGING.replace("gen 5", "other 5")), "tests/03": None},
        "problem.xml",
        "cmd",
        "there is no generator 'other'",
    ),
    "a command for a shell": (
        {"problem.xml": xml(JUDGING.replace("gen 5 'a b'", "gen 5 | sort")), "tests/03": None},
        "problem.xml",
        "cmd",
        "has '|', as if for a shell",
    ),
    "a command with an open quote": (
        {"problem.xml": xml(JUDGING.replace("gen 5 'a b'", "gen '5")), "tests/03": None},
        "problem.xml",
        "cmd",
        "is no command",
    ),
    "a generator's file elsewhere": (
        {"problem.xml": xml(JUDGING.replace("<test cmd", '<test from-file="../x" cmd')), "tests/03": None},
        "problem.xml",
        "from-file",
        "plain name",
    ),
    "an answer without a solution": (
        {"problem.xml": xml(solutions=""), "tests/02.a": None},
        "tests/02.a",
        None,
        "no main solution",
    ),
    "an answer of an interaction": (
        {
            "problem.xml": xml(
                checker='<interactor><source path="files/gen.cpp" type="cpp.g++17"/></interactor>' + CHECKER
            ),
            "tests/02.a": None,
        },
        "tests/02.a",
        None,
        "comes from an interaction",
    ),
    "a checker that is not there": ({"files/check.cpp": None}, "files/check.cpp", None, "is not there"),
    "a checker in no language": (
        {"problem.xml": xml(checker=CHECKER.replace("cpp.g++17", "brainfuck"))},
        "problem.xml",
        "checker",
        "for which there is no language",
    ),
    "a checker without a source": (
        {"problem.xml": xml(checker="<checker/>")},
        "problem.xml",
        "checker",
        "has no source",
    ),
    "no testlib.h": ({"files/testlib.h": None}, "files/check.cpp", None, "ASSAY_TESTLIB"),
    "a solution that is not there": ({"solutions/slow.py": None}, "solutions/slow.py", None, "is not there"),
    "a solution without a source": (
        {
            "problem.xml": xml(
                solutions=SOLUTIONS.replace("</solutions>", '<solution tag="main"/></solutions>')
            )
        },
        "problem.xml",
        "solution",
        "has no source",
    ),
    "two runs a test": (
        {"problem.xml": xml(JUDGING.replace('run-count="1"', 'run-count="2"'))},
        "problem.xml",
        "run-count",
        "more than one run",
    ),
    "an output file": (
        {"problem.xml": xml(JUDGING.replace('output-file=""', 'output-file="x.out"'))},
        "problem.xml",
        "output-file",
        "would write to a file",
    ),
    "an input file elsewhere": (
        {"problem.xml": xml(JUDGING.replace('input-file=""', 'input-file="a/b"'))},
        "problem.xml",
        "input-file",
        "plain name",
    ),
    "percentages": (
        {
            "problem.xml": xml(
                JUDGING.replace("<judging", '<judging treat-points-from-checker-as-percent="true"')
            )
        },
        "problem.xml",
        "treat-points-from-checker-as-percent",
        "percentages",
    ),
    "a scorer": (
        {"problem.xml": xml(checker=CHECKER + "<scorer/>")},
        "problem.xml",
        "scorer",
        "a scorer (valuer)",
    ),
    "groups in a circle": (
        {
            **GRADED,
            "problem.xml": str(GRADED["problem.xml"]).replace(
                'policy="points"/></groups>',
                'policy="points"><dependencies><dependency group="b"/></dependencies></group></groups>',
            ),
        },
        "problem.xml",
        "groups",
        "depend on each other",
    ),
    "a group that needs nothing that is there": (
        {
            **GRADED,
            "problem.xml": str(GRADED["problem.xml"]).replace('dependency group="a"', 'dependency group="z"'),
        },
        "problem.xml",
        "b",
        "which has no tests",
    ),
    "a policy of its own": (
        {**GRADED, "problem.xml": str(GRADED["problem.xml"]).replace("each-test", "some-tests")},
        "problem.xml",
        "points-policy",
        "must be complete-group or each-test",
    ),
    "points below nothing": (
        {**GRADED, "problem.xml": str(GRADED["problem.xml"]).replace('points="5.5"', 'points="-1"')},
        "problem.xml",
        "points",
        "must be a number",
    ),
    "a grader that is not there": (
        {
            "problem.xml": xml(
                programs=PROGRAMS.replace(
                    "</resources>",
                    '<file path="files/g.cpp" type="cpp"><assets><asset name="solution"/></assets></file>'
                    "</resources>",
                )
            )
        },
        "files/g.cpp",
        None,
        "is not there",
    ),
}


@pytest.mark.parametrize(("changes", "path", "field", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_it_is_told(tmp_path: Path, changes: Files, path: str, field: str | None, message: str) -> None:
    found = foreign.findings(read_polygon, tmp_path, {**FILES, **changes})
    assert [
        each for each in found if each.path == path and each.field == field and message in each.message
    ], found


def test_an_id_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    found = foreign.findings(read_polygon, tmp_path, FILES, Wishes(problem_id="a b"))
    assert "cannot be a problem's id" in found[0].message
