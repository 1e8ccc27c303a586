"""In what a judging differs from what is expected of a submission, in words."""

from dataclasses import replace

import pytest

from assay.domain.judgement import Decision, Evidence, GroupResult, Run
from assay.domain.verdict import Verdict
from assay.problems.expectations import Expectation, Rule
from assay.problems.patterns import compile_pattern

AC, WA, TLE, RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE
EVIDENCE = Evidence(
    source_sha256="", problem_version="", language_version="", limits={}, sandbox="", host_class=""
)


def decision(verdicts: dict[str, str], *, all_of: int | None = None, score: float | None = None) -> Decision:
    """A judging whose tests had these verdicts, out of `all_of` tests."""
    runs = tuple(
        Run(
            ordinal=number,
            test_name=name,
            verdict=Verdict(verdict),
            cpu_time_ms=1,
            wall_time_ms=1,
            memory_bytes=1,
            exit_code=0,
            signal=None,
            message="",
        )
        for number, (name, verdict) in enumerate(verdicts.items(), start=1)
    )
    failed = [run.verdict for run in runs if run.verdict is not AC]
    return Decision(
        verdict=failed[0] if failed else AC,
        runs=runs,
        test_count=len(runs) if all_of is None else all_of,
        compile_output="",
        message="broken",
        evidence=EVIDENCE,
        score=score,
    )


def rule(permitted: str = "AC WA TLE RTE", required: str = "AC WA TLE RTE", tests: str = "") -> Rule:
    return Rule(
        permitted=frozenset(map(Verdict, permitted.split())),
        required=frozenset(map(Verdict, required.split())),
        tests=compile_pattern(tests) if tests else None,
        where=tests,
    )


WRONG = rule("AC WA", "WA")


@pytest.mark.parametrize(
    ("expectation", "verdicts", "misfits"),
    [
        (Expectation(), {"secret/1": "SV"}, ()),
        (Expectation(verdicts=(AC,)), {"secret/1": "AC"}, ()),
        (Expectation(verdicts=(WA, TLE)), {"secret/1": "AC"}, ("the verdict is AC, expected is WA or TLE",)),
        (Expectation(), {"secret/1": "JE"}, ("judging failed: broken",)),
        (Expectation(verdicts=(AC,)), {"secret/1": "JE"}, ("judging failed: broken",)),
        (Expectation(verdicts=(Verdict.JE,)), {"secret/1": "JE"}, ()),
        (Expectation(verdicts=(Verdict.JE,)), {"secret/1": "AC"}, ("the verdict is AC, expected is JE",)),
        (Expectation(rules=(WRONG,)), {"secret/1": "AC", "secret/2": "WA"}, ()),
        (Expectation(rules=(WRONG,)), {"secret/1": "OLE", "secret/2": "PE"}, ()),
        (Expectation(rules=(WRONG,)), {"secret/1": "AC"}, ("no test of all tests is WA, as one must be",)),
        (
            Expectation(rules=(WRONG,)),
            {"secret/1": "WA", "secret/2": "TLE"},
            ("secret/2 is TLE, permitted is AC or WA",),
        ),
        (Expectation(rules=(rule("AC RTE", "RTE"),)), {"secret/1": "MLE", "secret/2": "SV"}, ()),
        (
            Expectation(rules=(rule("AC", tests="secret/a"), rule("AC TLE", "TLE", "secret/b"))),
            {"sample/1": "WA", "secret/a/1": "AC", "secret/b/1": "AC", "secret/b/2": "TLE"},
            (),
        ),
        (
            Expectation(rules=(rule("AC", tests="secret/a"), rule("AC TLE", "TLE", "secret/b"))),
            {"secret/a/1": "WA", "secret/b/1": "AC"},
            (
                "secret/a/1 is WA, permitted is AC",
                "no test in secret/b is TLE, as one must be",
            ),
        ),
    ],
)
def test_verdicts_that_do_not_fit(
    expectation: Expectation, verdicts: dict[str, str], misfits: tuple[str, ...]
) -> None:
    assert expectation.misfits(decision(verdicts)) == misfits


def test_a_test_that_was_not_run_may_yet_be_the_one_that_is_required() -> None:
    expectation = Expectation(rules=(rule("AC WA TLE", "TLE"),))
    assert expectation.misfits(decision({"secret/1": "WA"}, all_of=2)) == ()
    assert expectation.misfits(decision({"secret/1": "WA"})) == (
        "no test of all tests is TLE, as one must be",
    )


def test_the_place_of_a_rule_is_named() -> None:
    expectation = Expectation(rules=(replace(rule("AC"), origin="submissions/submissions.yaml: a/*"),))
    assert expectation.misfits(decision({"secret/1": "WA"})) == (
        "secret/1 is WA, permitted is AC (submissions/submissions.yaml: a/*)",
    )
    assert expectation.needs_all_tests
    assert not Expectation(rules=(WRONG,)).needs_all_tests


@pytest.mark.parametrize(
    ("score", "misfits"),
    [
        (50.0, ()),
        (40.0, ()),
        (60.0 + 1e-9, ()),
        (39.0, ("the score is 39, expected is 40 to 60",)),
        (None, ("there is no score, expected is 40 to 60",)),
    ],
)
def test_scores_that_do_not_fit(score: float | None, misfits: tuple[str, ...]) -> None:
    expectation = Expectation(rules=(replace(rule(), score=(40.0, 60.0)),))
    assert expectation.misfits(decision({"secret/1": "AC"}, score=score)) == misfits


@pytest.mark.parametrize(
    ("score", "misfits"),
    [(30.0, ()), (100.0, ()), (50.0, ("the score is 50, expected is 30 or 100",))],
)
def test_one_of_several_scores(score: float, misfits: tuple[str, ...]) -> None:
    expectation = Expectation(scores=((30.0, 30.0), (100.0, 100.0)))
    assert expectation.misfits(decision({"secret/1": "AC"}, score=score)) == misfits


def test_a_part_of_the_points_is_not_all_of_them() -> None:
    expectation = Expectation(verdicts=(AC,), best_score=100.0)
    assert expectation.misfits(decision({"secret/1": "AC"}, score=99.0)) == ()
    assert expectation.misfits(decision({"secret/1": "AC"}, score=100.0)) == (
        "the score is 100, the best, but it is to be accepted in part only",
    )


def test_scores_of_groups() -> None:
    of_groups = replace(rule(tests="secret/g*"), score=(10.0, 10.0))
    judged = replace(
        decision({"secret/g1/1": "AC"}, score=10.0),
        groups=tuple(
            GroupResult(name=name, verdict=AC, score=score, max_score=None)
            for name, score in [
                ("secret", 15.0),
                ("secret/g1", 10.0),
                ("secret/g1/x", 3.0),
                ("secret/g2", 5.0),
            ]
        ),
    )
    assert Expectation(rules=(of_groups,)).misfits(judged) == ("secret/g2: the score is 5, expected is 10",)
    no_such = replace(rule(tests="secret/h"), score=(10.0, 10.0))
    assert Expectation(rules=(no_such,)).misfits(judged) == ("no group secret/h has a score, expected is 10",)


def test_words_for_judges() -> None:
    judged = decision({"secret/1": "AC", "secret/2": "WA"})
    said = replace(judged, runs=(judged.runs[0], replace(judged.runs[1], judge_message="line 3: too long")))
    expectation = Expectation(rules=(replace(rule(), message="too long"),))
    assert expectation.misfits(said) == ()
    assert expectation.misfits(judged) == ("no message for judges of all tests has the words 'too long'",)
    elsewhere = Expectation(rules=(replace(rule(tests="secret/1"), message="too long"),))
    assert elsewhere.misfits(said) == ("no message for judges in secret/1 has the words 'too long'",)
