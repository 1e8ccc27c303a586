"""Faults in validators, submissions and what is expected of them, and statements."""

from pathlib import Path

import pytest

from assay.problems import submissions
from assay.statements.source import TEXT_BYTES_MAX
from tests.unit.problems.broken import Broken, check
from tests.unit.problems.packages import LEGACY, STANDARD, yaml_with


def of_rules(id: str, content: str, field: str | None, message: str) -> Broken:
    path = "submissions/submissions.yaml"
    return Broken(id=id, changes={path: content}, path=path, in_field=field, message=message)


BOMB = "{a,b}" * 12  # stands for 4096 names


def of_program(id: str, name: str, message: str, **files: str) -> Broken:
    """Files of output_validator/, and what is wrong with the program `name`."""
    changes = {f"output_validator/{file.replace('__', '/')}": text for file, text in files.items()}
    return Broken(id=id, changes=changes, path=name, message=message)


CUSTOM = {"problem.yaml": "name: X\nvalidation: custom\n"}
MULTI_PASS = "problem_format_version: 2025-09\nname: X\ntype: multi-pass\n"
ORIGINAL_CODES = "#define OK_EXIT_CODE 0\n#define WA_EXIT_CODE 1\n#define PE_EXIT_CODE 2\n"

JURY = [
    of_program(
        "checker in no language", "output_validator/v.xyz", "in no language of this judge", **{"v.xyz": "x"}
    ),
    of_program(
        "checker in two languages",
        "output_validator",
        "has files of several languages (cpp, python3)",
        **{"v.cpp": "x", "v.py": "x"},
    ),
    of_program(
        "two checkers", "output_validator", "has several programs (a, b)", **{"a__v.py": "x", "b__v.py": "x"}
    ),
    of_program(
        "checker without a start", "output_validator", "name it __main__.py", **{"a.py": "x", "b.py": "x"}
    ),
    of_program(
        "checker of many files",
        "output_validator/v",
        "has more than 200 files",
        **{f"v__{number}.py": "" for number in range(201)},
    ),
    Broken(
        id="checker, legacy name",
        changes={"output_validators/v.py": "x"},
        path="output_validators",
        message="rename it to output_validator/",
    ),
    Broken(
        id="grader, legacy",
        changes={"graders/v.py": "x"},
        path="graders",
        message="is the legacy format's; groups say how they are scored",
    ),
    Broken(
        id="no checker for passes",
        changes={"problem.yaml": MULTI_PASS},
        path="output_validator",
        message="is missing; a problem of type multi-pass needs one",
    ),
    Broken(
        id="no interactor",
        changes={"problem.yaml": MULTI_PASS.replace("multi-pass", "interactive")},
        path="output_validator",
        message="is missing; a problem of type interactive needs one",
    ),
    Broken(
        id="passes with testlib",
        changes={
            "problem.yaml": MULTI_PASS,
            "output_validator/v.cpp": '#include "testlib.h"\n',
            "output_validator/testlib.h": ORIGINAL_CODES,
        },
        path="output_validator",
        message="cannot ask for a next pass",
    ),
    Broken(
        id="testlib of another house",
        changes={
            "output_validator/v.cpp": "#define EJUDGE\n#include <testlib.h>\n",
            "testlib.h": "#define OK_EXIT_CODE 0\n#define WA_EXIT_CODE 5\n#define PE_EXIT_CODE 4\n",
        },
        path="output_validator/v.cpp",
        message="by exit codes 0/5/4, which are neither",
    ),
    Broken(
        id="no testlib",
        changes={"output_validator/v.cpp": "#include <testlib.h>\n"},
        path="output_validator/v.cpp",
        message="set ASSAY_TESTLIB",
    ),
    Broken(
        id="legacy without checker",
        files=LEGACY,
        changes=CUSTOM,
        path="output_validators",
        message="has no program, but problem.yaml says 'validation: custom'",
    ),
    Broken(
        id="legacy with papers for a checker",
        files=LEGACY,
        changes={**CUSTOM, "output_validators/README": "x"},
        path="output_validators",
        message="has no program",
    ),
    Broken(
        id="two interactors",
        files=LEGACY,
        changes={
            "problem.yaml": "name: X\nvalidation: custom interactive\n",
            "output_validators/a.py": "x",
            "output_validators/b.py": "x",
        },
        path="output_validators",
        message="only one can talk",
    ),
    Broken(
        id="legacy static validator",
        files=LEGACY,
        changes={"static_validator/v.py": "x"},
        path="static_validator",
        message="is not of the legacy format",
    ),
    Broken(
        id="file beside included folders",
        changes={"include/x.h": "x"},
        path="include/x.h",
        message="move it into include/default/",
    ),
    Broken(
        id="included for a language that is not allowed",
        changes={**yaml_with(STANDARD, "languages: [cpp]"), "include/python3/x.py": "x"},
        path="include/python3",
        message="none of the languages of problem.yaml",
    ),
    Broken(
        id="folder of attachments",
        changes={"attachments/tools/a.py": "x"},
        path="attachments/tools",
        message="attach it as a zip file",
    ),
    Broken(
        id="template without language",
        changes={"attachments/templates/a.py": "x"},
        path="attachments/templates/a.py",
        message="move it into attachments/templates/default/",
    ),
    Broken(
        id="partially accepted",
        changes={"submissions/partially_accepted/x.py": "x"},
        path="submissions/partially_accepted",
        message="for scoring problems only",
    ),
]

PROGRAMS = [
    Broken(
        id="unknown verdict",
        changes={"submissions/rejected/x.py": "# @EXPECTED_RESULTS@: MAYBE\n"},
        path="submissions/rejected/x.py",
        in_field="@EXPECTED_RESULTS@",
        message="'MAYBE', which is no verdict",
    ),
    Broken(
        id="empty remark",
        changes={"submissions/rejected/x.py": "# @EXPECTED_RESULTS@:\n"},
        path="submissions/rejected/x.py",
        in_field="@EXPECTED_RESULTS@",
        message="which is no verdict",
    ),
    Broken(
        id="two remarks",
        path="submissions/rejected/x.py",
        in_field="@EXPECTED_RESULTS@",
        changes={"submissions/rejected/x.py": "# @EXPECTED_RESULTS@: TLE\n# @EXPECTED_RESULTS@: WA\n"},
        message="more than one",
    ),
    Broken(
        id="score of a pass-fail problem",
        path="submissions/rejected/x.py",
        in_field="@EXPECTED_SCORE@",
        changes={"submissions/rejected/x.py": "# @EXPECTED_SCORE@: 5\n"},
        message="for scoring problems only",
    ),
    Broken(
        id="no score",
        path="submissions/rejected/x.py",
        in_field="@EXPECTED_RESULTS@",
        changes={"submissions/rejected/x.py": "# @EXPECTED_SCORE@: high\n"},
        message="'high', which is no verdict",
    ),
    Broken(
        id="too slow and in time",
        path="submissions/time_limit_exceeded/x.py",
        message="no verdict fits both",
        changes={
            "submissions/time_limit_exceeded/x.py": "1\n",
            "submissions/submissions.yaml": "time_limit_exceeded/x.py: {use_for_time_limit: lower}\n",
        },
    ),
    Broken(
        id="large source",
        path="submissions/rejected/x.py",
        message="are allowed here",
        changes={"submissions/rejected/x.py": "#" * (submissions.FILE_BYTES_MAX + 1)},
    ),
    Broken(
        id="many files",
        path="submissions/rejected/x",
        message="has more than 100 files",
        changes={f"submissions/rejected/x/{number}.py": "" for number in range(101)},
    ),
    Broken(
        id="large statement",
        path="statement/problem.en.md",
        message="are allowed here",
        changes={"statement/problem.en.md": "x" * (TEXT_BYTES_MAX + 1)},
    ),
    Broken(
        id="statement not UTF-8",
        changes={"statement/problem.en.md": b"ok\n\nbad \xe9\n"},
        line=3,
        path="statement/problem.en.md",
        message="is not UTF-8",
    ),
    of_rules("rules broken", "accepted: {", None, "is not valid YAML"),
    of_rules("rules without keys", "accepted:\n", "accepted", "says nothing"),
    of_rules("rules not a mapping", "accepted: AC\n", "accepted", "must be a mapping"),
    of_rules("two stars", "'**': {permitted: [AC]}\n", "**", "'**' is not supported"),
    of_rules("brackets", "'accepted/[ab].py': {permitted: [AC]}\n", "accepted/[ab].py", "'[…]' is not"),
    of_rules("braces", "'accepted/{a.py': {permitted: [AC]}\n", "accepted/{a.py", "braces do not match"),
    of_rules("brace bomb", f"'{BOMB}': {{permitted: [AC]}}\n", BOMB, "more than 256 patterns"),
    of_rules("no such verdict", "accepted: {permitted: [OK]}\n", "accepted.permitted", "some of AC, WA"),
    of_rules("no verdict", "accepted: {required: []}\n", "accepted.required", "some of AC, WA"),
    of_rules("verdicts as a string", "accepted: {required: AC}\n", "accepted.required", "must be a list"),
    of_rules("score", "accepted: {score: 5}\n", "accepted.score", "is for scoring problems only"),
    of_rules("unknown key", "accepted: {colour: red}\n", "accepted.colour", "neither a known key nor"),
    of_rules(
        "time use", "accepted: {use_for_time_limit: maybe}\n", "accepted.use_for_time_limit", "lower or upper"
    ),
    of_rules("model", "accepted: {model_solution: 2}\n", "accepted.model_solution", "must be true or false"),
    of_rules("author", "accepted: {authors: {mail: x}}\n", "accepted.authors", "is a person without a name"),
    of_rules(
        "pattern of tests", "accepted: {'**': {permitted: [AC]}}\n", "accepted.**", "'**' is not supported"
    ),
    of_rules(
        "unknown inner key", "accepted: {sample: {colour: red}}\n", "accepted.sample.colour", "not a key"
    ),
    Broken(
        id="contradiction",
        path="submissions/accepted/good.py",
        message="no verdict fits both",
        changes={"submissions/submissions.yaml": "accepted/good.py: {required: [WA]}\n"},
    ),
    Broken(
        id="two languages",
        path="submissions/accepted/good.py",
        message="several languages: cpp, python3",
        changes={
            "submissions/submissions.yaml": "accepted: {language: cpp}\n'*/*.py': {language: python3}\n"
        },
    ),
    Broken(
        id="entrypoint",
        path="submissions/accepted/two",
        message="entrypoint b.py cannot be honoured",
        changes={
            "submissions/accepted/two/b.py": "",
            "submissions/accepted/two/main.py": "",
            "submissions/submissions.yaml": "accepted/two: {entrypoint: b.py}\n",
        },
    ),
]


@pytest.mark.parametrize("broken", [*JURY, *PROGRAMS], ids=lambda broken: broken.id)
def test_a_fault_in_a_program_or_statement(tmp_path: Path, broken: Broken) -> None:
    check(broken, tmp_path)
