"""Faults in problem.yaml and the files that stand for parts of it, in both dialects."""

from pathlib import Path

import pytest

from assay.problems import documents
from tests.unit.problems.broken import Broken, check, of_yaml
from tests.unit.problems.packages import LEGACY, yaml_with


def of_legacy(id: str, line: str, field: str, message: str) -> Broken:
    changes = yaml_with(LEGACY, line)
    return Broken(id=id, files=LEGACY, changes=changes, path="problem.yaml", in_field=field, message=message)


def of_limit(id: str, limit: str, field: str, message: str) -> Broken:
    return of_yaml(id, f"  {limit}", f"limits.{field}", message, instead_of="  time_limit: 2.0")


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
    of_yaml("both kinds", "type: [pass-fail, scoring]", "type", "pass-fail and scoring exclude each other"),
    of_yaml("answers in passes", "type: [submit-answer, multi-pass]", "type", "exclude each other"),
    of_yaml("answers that talk", "type: [interactive, submit-answer]", "type", "exclude each other"),
    of_yaml("unknown type", "type: fun", "type", "'fun' is none of"),
    of_yaml("type twice", "type: [pass-fail, pass-fail]", "type", "is given twice"),
    of_yaml("no type", "type: []", "type", "must not be empty"),
    of_yaml("type that is a map", "type: {a: b}", "type", "must be a string or a list of strings"),
    of_yaml("no languages", "languages: []", "languages", "must not be empty"),
    of_yaml("all languages and one", "languages: [all, cpp]", "languages", "must be 'all' alone"),
    of_yaml("none of our languages", "languages: [algol68, apl]", "languages", "nobody could solve"),
    of_yaml("constants as a list", "constants: [5]", "constants", "must be a mapping"),
    of_yaml("name of a constant", "constants: {1st: 5}", "constants.1st", "must be letters, digits"),
    of_yaml("constant without value", "constants: {n: {tex: 5}}", "constants.n.value", "is missing"),
    of_yaml("constant of nothing", "constants: {n: }", "constants.n", "has no value"),
    of_yaml("constant that is a list", "constants: {n: [1]}", "constants.n", "must be a string"),
    of_yaml("variant", "constants: {n: {value: 5, a-b: 6}}", "constants.n.a-b", "must be letters, digits"),
    of_yaml("unknown credit", "credits: {cooks: A}", "credits.cooks", "is not a kind of credit"),
    of_yaml("credits as a list", "credits: [A]", "credits", "must be a mapping"),
    of_yaml(
        "person without a name", "credits: {authors: [{email: a@b}]}", "credits.authors", "without a name"
    ),
    of_yaml(
        "person with a phone", "credits: {testers: {name: A, tel: 1}}", "credits.testers.tel", "not a key of"
    ),
    of_yaml("person that is a list", "credits: {testers: [[A]]}", "credits.testers", "must be a person"),
    of_yaml("address alone", "credits: <a@b.example>", "credits", "must be 'Name' or 'Name <email>'"),
    of_yaml("no persons", "credits: {authors: []}", "credits.authors", "must not be empty"),
    of_yaml(
        "translators by no language",
        "credits: {translators: {klingon: A}}",
        "credits.translators.klingon",
        "is not a language code",
    ),
    of_yaml("source without a name", "source: {url: x}", "source", "is a source without a name"),
    of_yaml("source with a year", "source: {name: x, year: 1}", "source.year", "is not a key of a source"),
    of_yaml("source that is a list in a list", "source: [[x]]", "source", "must be a name, or a mapping"),
    of_yaml("embargo", "embargo_until: next year", "embargo_until", "must be a day, or a time in UTC"),
    of_yaml("keywords", "keywords: {a: b}", "keywords", "must be a string or a list of strings"),
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
        message="is of a program that only its DOMjudge server has",
    ),
    of_limit("resolution", "time_resolution: 0", "time_resolution", "must be more than 0"),
    of_limit("fine resolution", "time_resolution: 0.0005", "time_resolution", "in whole milliseconds"),
    of_limit("fine time", "time_limit: 1.0005", "time_limit", "in whole milliseconds"),
    of_limit(
        "no multiple of one second",
        "time_limit: 2.5",
        "time_limit",
        "2.5 s is not a multiple of time_resolution (1 s); 'time_resolution: 0.5' would allow it",
    ),
    of_limit(
        "no multiple",
        "time_limit: 1.0\n  time_resolution: 0.3",
        "time_limit",
        "1 s is not a multiple of time_resolution (0.3 s)",
    ),
    of_limit("validation time", "validation_time: 0", "validation_time", "must be at least 1"),
    of_limit("validation output", "validation_output: 1.5", "validation_output", "must be a whole number"),
]

LEGACY_FIELDS = [
    of_legacy("legacy type", "type: interactive", "type", "must be pass-fail or scoring"),
    of_legacy(
        "score of a pass-fail problem", "validation: custom score", "validation", "scoring problems only"
    ),
    of_legacy(
        "unknown validation", "validation: custom fast", "validation", "must be 'default', or 'custom'"
    ),
    of_legacy("legacy validation", "validation: none", "validation", "must be 'default', or 'custom'"),
    of_legacy("legacy flags", "validator_flags: float_tolerance", "validator_flags", "needs a number"),
    of_legacy("legacy tolerance", "validator_flags: float_tolerance -1", "validator_flags", "non-negative"),
    of_legacy("legacy unknown flag", "validator_flags: fuzzy", "validator_flags", "'fuzzy' is no argument"),
    of_legacy("field of the other dialect", "credits: A", "credits", "is not a field of this format"),
    of_legacy("grading", "grading: {colour: 1}", "grading.colour", "is not a grading field"),
    of_legacy("objective", "grading: {objective: best}", "grading.objective", "must be min or max"),
    of_legacy(
        "shown groups",
        "grading: {show_test_data_groups: some}",
        "grading.show_test_data_groups",
        "must be true or false",
    ),
    of_legacy("grading of old", "grading: {accept_score: 1}", "grading.accept_score", "data/testdata.yaml"),
]


@pytest.mark.parametrize("broken", [*PROBLEM_YAML, *LIMITS, *LEGACY_FIELDS], ids=lambda broken: broken.id)
def test_a_fault_in_problem_yaml(tmp_path: Path, broken: Broken) -> None:
    check(broken, tmp_path)
