"""What can be wrong with a DMOJ package: one row each, with where and how it is told."""

from pathlib import Path

import pytest

from assay.problems.dmoj import patterns, read_dmoj
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files
from tests.unit.problems.test_dmoj import BASIC, CASES, zipped

PY = "def check(process_output, judge_output, **kwargs):\n    return "


def init(text: str, **more: str | bytes) -> dict[str, str | bytes | None]:
    return {"init.yml": text, **{name.replace("__", "."): content for name, content in more.items()}}


BROKEN: dict[str, tuple[Files, str, str | None, str]] = {
    "no init.yml": ({"init.yml": None}, "init.yml", None, "is missing"),
    "no YAML": (init("a: [\n"), "init.yml", None, "is not valid YAML"),
    "an alias": (init("a: &x 1\nb: *x\n"), "init.yml", None, "has an alias"),
    "code in place of cases": (
        init("test_cases++: |\n  node = []\n"),
        "init.yml",
        "test_cases++",
        "Python code",
    ),
    "code in a case": (init("test_cases:\n- {in+: '1'}\n"), "init.yml", "in+", "Python code"),
    "no cases": (init("test_cases: []\n"), "init.yml", "test_cases", "has no test cases"),
    "no cases and no archive": (init("points: 1\n"), "init.yml", "test_cases", "needs an `archive`"),
    "a case that is none": (init("test_cases:\n- 1.in\n"), "init.yml", None, "must be a mapping"),
    "a batch in a batch": (
        init("test_cases:\n- batched:\n  - batched: [{in: 1.in}]\n"),
        "init.yml",
        "batched",
        "batches in a batch",
    ),
    "an empty batch": (
        init("test_cases:\n- batched: []\n- {}\n"),
        "init.yml",
        "batched",
        "has no test cases",
    ),
    "an input that is not there": (init("test_cases:\n- {in: 9.in}\n"), "init.yml", "in", "names '9.in'"),
    "an archive that is not there": (
        init(f"archive: d.zip\n{CASES}"),
        "init.yml",
        "archive",
        "names 'd.zip'",
    ),
    "an archive that is none": (
        init(f"archive: d.zip\n{CASES}", d__zip=b"PK\x03\x04"),
        "d.zip!/the archive",
        None,
        "is not a zip file",
    ),
    "points that are none": (
        init("test_cases:\n- {points: many}\n"),
        "init.yml",
        "points",
        "must be a number",
    ),
    "points below nothing": (init("test_cases:\n- {points: -1}\n"), "init.yml", "points", "must be a number"),
    "a dependency on a later batch": (
        init("test_cases:\n- {batched: [{}], dependencies: [1]}\n"),
        "init.yml",
        "dependencies",
        "numbers of earlier batches",
    ),
    "an expression that is none": (
        init("archive: d.zip\ntest_cases: {input_format: '('}\n", d__zip=zipped({"a": ""})),
        "init.yml",
        "test_cases.input_format",
        "is no regular expression",
    ),
    "an expression without a case": (
        init("archive: d.zip\ntest_cases: {input_format: 'a'}\n", d__zip=zipped({"a": ""})),
        "init.yml",
        "test_cases.input_format",
        "no group named 'case'",
    ),
    "too few points": (
        init("archive: d.zip\ntest_cases: {case_points: [1]}\n", d__zip=zipped({"1.in": "", "2.in": ""})),
        "init.yml",
        "test_cases.case_points",
        "fewer values",
    ),
    "an unknown checker": (init(f"checker: best\n{CASES}"), "init.yml", "checker", "'best' is none of"),
    "a precision that is none": (
        init(f"checker: {{name: floats, args: {{precision: x}}}}\n{CASES}"),
        "init.yml",
        "checker",
        "precision must be",
    ),
    "an error mode that is none": (
        init(f"checker: {{name: floats, args: {{error_mode: x}}}}\n{CASES}"),
        "init.yml",
        "checker",
        "error_mode must be",
    ),
    "sorted by nothing": (
        init(f"checker: {{name: sorted, args: {{split_on: x}}}}\n{CASES}"),
        "init.yml",
        "checker",
        "split_on must be",
    ),
    "a checker that is not there": (init(f"checker: c.py\n{CASES}"), "c.py", None, "is not there"),
    "a checker that is no Python": (
        init(f"checker: c.py\n{CASES}", c__py="("),
        "c.py",
        None,
        "not valid Python",
    ),
    "a checker without check": (
        init(f"checker: c.py\n{CASES}", c__py="x = 1\n"),
        "init.yml",
        "checker",
        "`check`",
    ),
    "a checker that wants the memory": (
        init(f"checker: c.py\n{CASES}", c__py=f"{PY}kwargs['result'] and result.max_memory < 5\n"),
        "init.yml",
        "checker",
        "asks what the submission used",
    ),
    "a checker that wants the source": (
        init(f"checker: c.py\n{CASES}", c__py=f"{PY}kwargs['submission_source']\n"),
        "init.yml",
        "checker",
        "asks for the submission's source",
    ),
    "a checker that wants other modules": (
        init(f"checker: c.py\n{CASES}", c__py=f"from dmoj.executors import x\n{PY}1\n"),
        "c.py",
        None,
        "imports dmoj.executors",
    ),
    "a checker in the harness's place": (
        init(f"checker: __main__.py\n{CASES}") | {"__main__.py": f"{PY}1\n"},
        "init.yml",
        "checker",
        "must be a Python file",
    ),
    "a bridged checker without files": (
        init(f"checker: {{name: bridged, args: {{lang: C}}}}\n{CASES}"),
        "init.yml",
        "files",
        "names no file",
    ),
    "a bridged checker of no type": (
        init(f"checker: {{name: bridged, args: {{files: c.c, type: x}}}}\n{CASES}", c__c="\n"),
        "init.yml",
        "type",
        "'x' is none of",
    ),
    "arguments in an order of one's own": (
        init(
            f"checker: {{name: bridged, args: {{files: c.c, args_format_string: x}}}}\n{CASES}",
            c__c="\n",
        ),
        "init.yml",
        "args_format_string",
        "or be left out",
    ),
    "a flag that cannot be honoured": (
        init(f"checker: {{name: bridged, args: {{files: c.c, flags: [-lcrypto]}}}}\n{CASES}", c__c="\n"),
        "init.yml",
        "flags",
        "'-lcrypto' cannot be honoured",
    ),
    "a language that is none": (
        init(f"checker: {{name: bridged, args: {{files: c.c, lang: TUR}}}}\n{CASES}", c__c="\n"),
        "init.yml",
        "lang",
        "no language here",
    ),
    "a language that nobody tells": (
        init(f"checker: {{name: bridged, args: {{files: c.xyz}}}}\n{CASES}", c__xyz="\n"),
        "init.yml",
        "lang",
        "is needed",
    ),
    "no testlib.h": (
        init(f"interactive: {{files: i.cpp}}\n{CASES}", i__cpp='#include "testlib.h"\n'),
        "i.cpp",
        None,
        "ASSAY_TESTLIB",
    ),
    "an interactor that is none": (
        init(f"interactive: i.cpp\n{CASES}"),
        "init.yml",
        "interactive",
        "a mapping",
    ),
    "a grader that judges crashes": (
        init(
            f"custom_judge: g.py\n{CASES}",
            g__py="from dmoj.result import Result\nclass Grader:\n    x = Result.TLE\n",
        ),
        "init.yml",
        "custom_judge",
        "crashed or took too long",
    ),
    "a grader that is none": (
        init(f"custom_judge: g.py\n{CASES}", g__py="x = 1\n"),
        "init.yml",
        "custom_judge",
        "Grader",
    ),
    "a generator beside an input": (
        init("generator: g.c\ntest_cases:\n- {in: 1.in, generator_args: [1]}\n", g__c="\n"),
        "init.yml",
        "in",
        "leave one of them out",
    ),
    "a generator's argument that is a list": (
        init("generator: g.c\ntest_cases:\n- {generator_args: [[1]]}\n", g__c="\n"),
        "init.yml",
        "generator_args",
        "plain values",
    ),
    "a signature grader without a header": (
        init(f"signature_grader: {{entry: e.c}}\n{CASES}"),
        "init.yml",
        "signature_grader",
        "`entry` and `header`",
    ),
    "a signature grader that is not there": (
        init(f"signature_grader: {{entry: e.c, header: h.h}}\n{CASES}"),
        "init.yml",
        "entry",
        "neither in the package",
    ),
    "links": (init(f"symlinks: {{a: b}}\n{CASES}"), "init.yml", "symlinks", "cannot be had"),
    "a code that is none": (
        init(CASES) | {"tests/a/test.yml": "language: PY3\nsource: x.py\nexpect: OK\n", "tests/a/x.py": "\n"},
        "tests/a/test.yml",
        "expect",
        "is no result code",
    ),
    "a submission that is not there": (
        init(CASES) | {"tests/a/test.yml": "language: PY3\nsource: x.py\n"},
        "tests/a/x.py",
        None,
        "is not there",
    ),
}


@pytest.mark.parametrize(("changes", "path", "field", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_it_is_told(tmp_path: Path, changes: Files, path: str, field: str | None, message: str) -> None:
    found = foreign.findings(read_dmoj, tmp_path, {**BASIC, **changes})
    assert [
        each for each in found if each.path == path and each.field == field and message in each.message
    ], found


def test_what_is_wrong_for_all_tests_is_told_once(tmp_path: Path) -> None:
    case = "- {in: 1.in, out: 1.out, points: 1}\n"
    changes = init(f"binary_data: perhaps\ntest_cases:\n{case}{case}{case}")
    found = foreign.findings(read_dmoj, tmp_path, {**BASIC, **changes})
    assert [each.field for each in found] == ["binary_data"]


def test_an_expression_that_takes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_SECONDS_MAX", 1)
    with pytest.raises(patterns.PatternInvalid, match="takes more than"):
        patterns.places(r"(a+)+(?P<case>\d)$", ["a" * 200])
