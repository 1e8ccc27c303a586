"""Broken packages: every fault is found, in one pass, with its file, its field or line, and a remedy."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assay.errors import PackageInvalid
from assay.problems import documents, statements, submissions
from assay.problems.reading import read_package
from tests.unit.problems.packages import LEGACY, STANDARD, Files, findings_of, make, yaml_with


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A change that breaks a good package, and where and how that is to be reported."""

    id: str
    files: Files = field(default_factory=lambda: STANDARD)
    changes: Files
    path: str
    message: str
    in_field: str | None = None
    line: int | None = None


def of_yaml(id: str, line: str, field: str | None, message: str, *, instead_of: str | None = None) -> Broken:
    changes = yaml_with(STANDARD, line, instead_of=instead_of)
    return Broken(id=id, changes=changes, path="problem.yaml", in_field=field, message=message)


def of_legacy(id: str, line: str, field: str, message: str) -> Broken:
    changes = yaml_with(LEGACY, line)
    return Broken(id=id, files=LEGACY, changes=changes, path="problem.yaml", in_field=field, message=message)


def of_group(id: str, content: str, field: str, message: str) -> Broken:
    path = "data/secret/test_group.yaml"
    return Broken(id=id, changes={path: content}, path=path, in_field=field, message=message, line=1)


def of_testdata(id: str, content: str, field: str, message: str) -> Broken:
    path = "data/secret/testdata.yaml"
    return Broken(
        id=id, files=LEGACY, changes={path: content}, path=path, in_field=field, message=message, line=1
    )


def of_rules(id: str, content: str, field: str | None, message: str) -> Broken:
    path = "submissions/submissions.yaml"
    return Broken(id=id, changes={path: content}, path=path, in_field=field, message=message)


def of_limit(id: str, limit: str, field: str, message: str) -> Broken:
    return of_yaml(id, f"  {limit}", f"limits.{field}", message, instead_of="  time_limit: 2.0")


BOMB = "{a,b}" * 12  # stands for 4096 names

PROBLEM_YAML = [
    Broken(id="no problem.yaml", changes={"problem.yaml": None}, path="problem.yaml", message="is missing"),
    of_yaml("broken YAML", "name: [", None, "is not valid YAML"),
    of_yaml("tab in YAML", "\tx: 1", None, "is not valid YAML"),
    of_yaml("control character", "x: \x01", None, "is not valid YAML"),
    of_yaml("key twice", "name: Again", None, "has the key 'name' twice"),
    of_yaml("alias", "a: &x [1]\nb: *x", None, "has an alias"),
    of_yaml("recursive alias", "a: &x [*x]", None, "has an alias"),
    of_yaml("python tag", "a: !!python/object:os.system x", None, "not valid YAML"),
    of_yaml("binary", "a: !!binary aGVsbG8=", None, "has a value of an unknown type"),
    of_yaml("impossible date", "embargo_until: 2026-13-45", None, "has a value that cannot be"),
    of_yaml("deep", "a: " + "[" * 5000, None, "is nested more than"),
    of_yaml("long", "a: [" + "1," * 60_000 + "]", None, "is too long"),
    of_yaml("two documents", "---\na: 1", None, "has more than one YAML document"),
    of_yaml("key that is a list", "? [a]\n: b", None, "has a key that is not a plain word"),
    Broken(id="a list", changes={"problem.yaml": "- a\n"}, path="problem.yaml", message="must be a mapping"),
    Broken(
        id="huge",
        changes={"problem.yaml": "#" * (documents.YAML_BYTES_MAX + 1)},
        path="problem.yaml",
        message="at most 262144 are allowed here",
    ),
    Broken(
        id="not UTF-8",
        changes={"problem.yaml": b"name: x\nauthor: \xff\n"},
        path="problem.yaml",
        line=2,
        message="is not UTF-8",
    ),
    of_yaml(
        "version",
        "problem_format_version: 2023-07",
        "problem_format_version",
        "not supported",
        instead_of="problem_format_version: 2025-09",
    ),
    of_yaml("unknown field", "colour: red", "colour", "is not a field of this format"),
    of_yaml("no name", "", "name", "is missing", instead_of="name: A Problem\n"),
    of_yaml("empty names", "name: {}", "name", "has no name", instead_of="name: A Problem"),
    of_yaml(
        "name by a wrong tag",
        "name: {english: X}",
        "name.english",
        "is not a language code",
        instead_of="name: A Problem",
    ),
    of_yaml("name that is a list", "name: [X]", "name", "must be a mapping", instead_of="name: A Problem"),
    of_yaml("scoring", "type: scoring", "type", "scoring problems are not supported yet"),
    of_yaml("interactive", "type: [pass-fail, interactive]", "type", "interactive problems are not"),
    of_yaml("multi-pass", "type: multi-pass", "type", "multi-pass problems are not supported yet"),
    of_yaml("submit-answer", "type: submit-answer", "type", "submit-answer problems are not supported yet"),
    of_yaml("unknown type", "type: fun", "type", "'fun' is none of"),
    of_yaml("type twice", "type: [pass-fail, pass-fail]", "type", "is given twice"),
    of_yaml("no type", "type: []", "type", "must not be empty"),
    of_yaml("type that is a map", "type: {a: b}", "type", "must be a string or a list of strings"),
    of_yaml("languages", "languages: [python3]", "languages", "is not supported yet"),
    of_yaml("constants", "constants: {n: 5}", "constants", "constants are not supported yet"),
    of_yaml("unknown credit", "credits: {cooks: A}", "credits.cooks", "is not a kind of credit"),
    of_yaml("file writing", "allow_file_writing: maybe", "allow_file_writing", "must be true or false"),
    of_yaml(
        "limits that are a list",
        "limits: [1]",
        "limits",
        "must be a mapping",
        instead_of="limits:\n  time_limit: 2.0",
    ),
]

LIMITS = [
    of_limit("time 0", "time_limit: 0", "time_limit", "must be more than 0"),
    of_limit("time negative", "time_limit: -1", "time_limit", "must be more than 0"),
    of_limit("time too long", "time_limit: 601", "time_limit", "at most 600"),
    of_limit("time not a number", "time_limit: soon", "time_limit", "must be a number"),
    of_limit("time not a number at all", "time_limit: .nan", "time_limit", "must be a number"),
    of_limit("time endless", "time_limit: .inf", "time_limit", "at most 600"),
    of_limit("time true", "time_limit: true", "time_limit", "must be a number"),
    of_limit("memory 0", "memory: 0", "memory", "must be at least 1"),
    of_limit("memory half", "memory: 0.5", "memory", "must be at least 1"),
    of_limit("memory broken", "memory: 1.5", "memory", "must be a whole number"),
    of_limit("memory huge", "memory: " + "9" * 400, "memory", "at most 65536"),
    of_limit("output", "output: many", "output", "must be a number"),
    of_limit("code", "code: [1]", "code", "must be a number"),
    of_limit(
        "multiplier",
        "time_multipliers: {ac_to_time_limit: 0.5}",
        "time_multipliers.ac_to_time_limit",
        "at least 1",
    ),
    of_limit("unknown limit", "stack: 8", "stack", "is not a limit"),
    of_limit("legacy limit", "time_multiplier: 5", "time_multiplier", "is not a limit"),
    of_limit("passes", "validation_passes: 1", "validation_passes", "at least 2"),
    Broken(
        id="timelimit file",
        files=LEGACY,
        changes={".timelimit": "two"},
        path=".timelimit",
        in_field="timelimit",
        message="must be a number of seconds",
    ),
    Broken(
        id="domjudge timelimit",
        files=LEGACY,
        path="domjudge-problem.ini",
        in_field="timelimit",
        line=2,
        changes={".timelimit": None, "domjudge-problem.ini": "color=red\ntimelimit=-1\n"},
        message="must be a number of seconds",
    ),
    Broken(
        id="domjudge checker",
        files=LEGACY,
        path="domjudge-problem.ini",
        in_field="special_compare",
        line=1,
        changes={".timelimit": None, "domjudge-problem.ini": "special_compare = 'mine'\n"},
        message="custom output validators are not supported yet",
    ),
]

LEGACY_FIELDS = [
    of_legacy("legacy scoring", "type: scoring", "type", "scoring problems are not supported yet"),
    of_legacy("legacy type", "type: interactive", "type", "must be pass-fail or scoring"),
    of_legacy("legacy checker", "validation: custom", "validation", "custom output validators are not"),
    of_legacy("legacy score", "validation: custom score", "validation", "custom output validators are not"),
    of_legacy("legacy interactor", "validation: custom interactive", "validation", "interactive problems"),
    of_legacy("legacy validation", "validation: none", "validation", "must be 'default', or 'custom'"),
    of_legacy("legacy flags", "validator_flags: float_tolerance", "validator_flags", "needs a number"),
    of_legacy("legacy tolerance", "validator_flags: float_tolerance -1", "validator_flags", "non-negative"),
    of_legacy("legacy unknown flag", "validator_flags: fuzzy", "validator_flags", "'fuzzy' is no argument"),
    of_legacy("field of the other dialect", "credits: A", "credits", "is not a field of this format"),
    of_legacy("grading", "grading: {colour: 1}", "grading.colour", "is not a grading field"),
    Broken(
        id="graders", files=LEGACY, changes={"graders/g.py": "x"}, path="graders", message="custom graders"
    ),
    Broken(
        id="legacy include",
        files=LEGACY,
        changes={"include/c/x.h": "x"},
        path="include",
        message="included code",
    ),
]

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

PROGRAMS = [
    Broken(
        id="checker",
        changes={"output_validator/v.py": "x"},
        path="output_validator",
        message="custom output validators are not supported yet",
    ),
    Broken(
        id="checker, legacy name",
        changes={"output_validators/v.py": "x"},
        path="output_validators",
        message="custom output validators are not supported yet",
    ),
    Broken(
        id="static validator",
        changes={"static_validator/v.py": "x"},
        path="static_validator",
        message="static validators are not supported yet",
    ),
    Broken(id="include", changes={"include/default/x.h": "x"}, path="include", message="included files"),
    Broken(
        id="partially accepted",
        changes={"submissions/partially_accepted/x.py": "x"},
        path="submissions/partially_accepted",
        message="for scoring problems only",
    ),
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
        changes={"statement/problem.en.md": "x" * (statements.STATEMENT_BYTES_MAX + 1)},
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


@pytest.mark.parametrize(
    "broken", [*PROBLEM_YAML, *LIMITS, *LEGACY_FIELDS, *DATA, *PROGRAMS], ids=lambda broken: broken.id
)
def test_a_broken_package(tmp_path: Path, broken: Broken) -> None:
    findings = findings_of(make(tmp_path, broken.files, broken.changes))
    matching = [finding for finding in findings if broken.message in finding.message]
    assert matching, findings
    finding = matching[0]
    assert (finding.path, finding.field) == (broken.path, broken.in_field)
    if broken.line is not None:
        assert finding.line == broken.line


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
    changes = yaml_with(LEGACY, "validation: custom\nvalidator_flags: fuzzy")
    assert [finding.field for finding in findings_of(make(tmp_path, LEGACY, changes))] == ["validation"]


def test_the_refusal_names_package_file_and_field(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD, yaml_with(STANDARD, "colour: red"))
    with pytest.raises(PackageInvalid) as refusal:
        read_package(package)
    assert refusal.value.message.startswith(f"{package}: problem.yaml:7: colour: is not a field")
