"""Which verdicts fit: folder names, remarks and rules."""

import re

import pytest

from assay.domain.verdict import Verdict
from assay.problems import verdict_words
from assay.problems.expectations import Rule, ordered
from assay.problems.outcomes import possible_verdicts
from assay.problems.patterns import compile_pattern
from assay.problems.verdict_words import RemarkInvalid

AC, WA, TLE, RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE


def shown(verdicts: frozenset[Verdict] | None) -> str | None:
    return None if verdicts is None else " ".join(ordered(verdicts))


@pytest.mark.parametrize(
    ("folder", "verdicts"),
    [
        ("accepted", "AC"),
        ("wrong_answer", "WA OLE PE"),
        ("wrong-answer", "WA OLE PE"),
        ("time_limit_exceeded", "TLE"),
        ("timelimit", "TLE"),
        ("run_time_error", "RTE MLE SV"),
        ("runtime_error", "RTE MLE SV"),
        ("rejected", "WA TLE RTE MLE OLE SV PE"),
        ("brute_force", "TLE RTE MLE SV"),
        ("compiler_error", "CE"),
        ("compile_error", "CE"),
        ("memory_limit_exceeded", "MLE"),
        ("memory_limit", "MLE"),
        ("output_limit_exceeded", "OLE"),
        ("output_limit", "OLE"),
        ("no_output", "WA"),
        ("security_violation", "SV"),
        ("mixed", None),
        ("slow", None),
    ],
)
def test_a_folder_says_which_verdicts_fit(folder: str, verdicts: str | None) -> None:
    assert shown(verdict_words.for_folder(folder)) == verdicts


@pytest.mark.parametrize(
    ("source", "verdicts"),
    [
        (b"print(1)\n", None),
        (b"# @EXPECTED_RESULTS@: WRONG-ANSWER\n", "WA"),
        (b"// @expected_results@: correct, timelimit", "AC TLE"),
        (b"/* @EXPECTED_RESULTS@: RUN-ERROR, MEMORY-LIMIT */", "RTE MLE SV"),
        (b"<!-- @EXPECTED_RESULTS@: OUTPUT-LIMIT -->", "OLE"),
        (b"(* @EXPECTED_RESULTS@:COMPILER-ERROR*)\r\n", "CE"),
        (b"-- @EXPECTED_RESULTS@: NO-OUTPUT , WRONG ANSWER", "WA"),
        (b"# @EXPECTED_RESULTS@: TIME_LIMIT_EXCEEDED,RTE", "TLE RTE"),
        (b"# @EXPECTED_RESULTS@: AC,WA,TLE,MLE,OLE,CE,SV", "AC WA TLE CE MLE OLE SV"),
        (b"# @EXPECTED_RESULTS@: CHECK-MANUALLY", "AC WA TLE RTE CE MLE OLE SV PE"),
        (b"\xff\xfe\n# @EXPECTED_RESULTS@: WA\n\xff", "WA"),
    ],
)
def test_a_remark_says_which_verdicts_fit(source: bytes, verdicts: str | None) -> None:
    assert shown(verdict_words.in_remark([b"other file\n", source])) == verdicts


@pytest.mark.parametrize("words", ["MAYBE", "", "WRONG-ANSWER,", "JE", "\xff"])
def test_an_unknown_word_in_a_remark_is_refused(words: str) -> None:
    with pytest.raises(RemarkInvalid, match="no verdict"):
        verdict_words.in_remark([f"# @EXPECTED_RESULTS@: {words}\n".encode()])


def test_two_remarks_are_refused_even_in_two_files() -> None:
    remark = b"# @EXPECTED_RESULTS@: WA\n"
    with pytest.raises(RemarkInvalid, match="more than one"):
        verdict_words.in_remark([remark, remark])


def rule(permitted: str = "AC WA TLE RTE", required: str = "AC WA TLE RTE", tests: str | None = None) -> Rule:
    return Rule(
        permitted=frozenset(map(Verdict, permitted.split())),
        required=frozenset(map(Verdict, required.split())),
        tests=None if tests is None else compile_pattern(tests),
    )


TESTS = ("sample/1", "secret/g1/1", "secret/g1/2", "secret/g2/1")


@pytest.mark.parametrize(
    ("rules", "verdicts"),
    [
        ([], "AC WA TLE RTE"),
        ([rule("AC")], "AC"),
        ([rule(required="WA TLE RTE")], "WA TLE RTE"),
        ([rule("AC TLE", "TLE")], "TLE"),
        # A wrong answer ends judging before the time limit is exceeded, which may still have followed.
        ([rule("AC WA TLE", "TLE")], "WA TLE"),
        # In the last test nothing can follow it.
        ([rule("AC"), rule("WA TLE", "TLE", "secret/g2/1")], ""),
        ([rule("AC", tests="sample"), rule("AC TLE", "TLE", "secret/g2")], "WA TLE RTE"),
        ([rule("AC", tests="{sample,secret/g1}"), rule("AC TLE", "TLE", "secret/g2")], "TLE"),
        ([rule("AC", tests="{sample,secret/g1}"), rule("AC WA TLE", "TLE", "secret/g2")], "TLE"),
        ([rule("AC WA"), rule("AC TLE")], "AC"),
        ([rule("WA"), rule("TLE")], ""),
        ([rule("AC WA TLE", "WA"), rule("AC WA TLE", "TLE")], "WA TLE"),
        ([rule("WA", "WA", "no/such/test"), rule("AC")], "AC"),
        ([rule("WA", "WA", "secret/*/2"), rule("AC WA")], "WA"),
        ([rule("TLE")], "TLE"),
    ],
)
def test_rules_leave_verdicts_possible(rules: list[Rule], verdicts: str) -> None:
    assert shown(possible_verdicts(rules, test_names=TESTS)) == verdicts


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("accepted", ["accepted", "accepted/a.py", "accepted/a/b.py"], ["accepted2", "x/accepted"]),
        ("accepted/*", ["accepted/a.py", "accepted/a/b.py"], ["accepted"]),
        ("*/a.{py,cpp}", ["accepted/a.py", "x/a.cpp"], ["x/a.c", "x/y/a.py", "a.py"]),
        ("{a,b{c,d}}.py", ["a.py", "bc.py", "bd.py"], ["b.py", "bcd.py"]),
        ("a.c++", ["a.c++"], ["a.ccc", "axc++"]),
        ("a?.py", ["a?.py"], ["ab.py"]),
        ("*", ["x", "x/y"], []),
    ],
)
def test_patterns_of_submissions_yaml(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    compiled: re.Pattern[str] = compile_pattern(pattern)
    assert [path for path in [*fits, *fits_not] if compiled.fullmatch(path)] == fits
