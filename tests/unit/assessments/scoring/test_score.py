"""What a score is made of: charges with their bounds and places, what was not assessed, what it rests on."""

from dataclasses import replace
import json

import pytest

from assay import __version__
from assay.assessments.rubrics import parse_rubric, rubric_digest, rubric_document, shipped_rubric
from assay.assessments.scoring import RulePrecision, describe_counts, describe_score, score
from assay.assessments.scoring.precision import precision_digest
from assay.domain.finding import Severity
from assay.domain.judgement import GroupResult
from assay.domain.rubric import Rubric
from assay.domain.score import CompetencyScore, Score
from assay.domain.verdict import Verdict
from assay.errors import InvalidInput, NotScorable
from tests.unit.assessments.programs import LINEAR_FIT, analysis, decision, finding, trace

RUBRIC = parse_rubric(
    """\
rubric: half
version: 1
title: Half and half
arithmetic: evidence
correctness_share: 0.5
uncertainty: {level: 0.9, correlation: 0.0, precision: 0.9}
signals:
  threads: {title: T, findings_of: concurrency, charges: {info: 0, minor: 10, major: 40},
            rule_charge_max: 60, needs: concurrency_sites}
  errors: {title: E, findings_of: error_handling, charges: {info: 0, minor: 10, major: 40},
           rule_charge_max: 60}
  time: {title: S, ratio_of: cpu_time, free_up_to: 2, lost_from: 4}
  tangles: {title: B, metric: cyclomatic_max, free_up_to: 10, lost_from: 20}
competencies:
  concurrency: {title: Concurrency, parts: {threads: 1}}
  errors_met: {title: Errors, parts: {errors: 1}}
  craft: {title: Craft, parts: {time: 0.5, tangles: 0.5}}
  all: {title: All, parts: {errors_met: 0.5, craft: 0.5}}
roles:
  one: {title: One, weights: {concurrency: 0.6, errors_met: 0.2, craft: 0.2}}
  deep: {title: Deep, weights: {all: 1}}
""",
    path="half",
)


def scored(of=None, *, rubric: Rubric = RUBRIC, role: str = "one", passes=(True,) * 4, **given) -> Score:  # type: ignore[no-untyped-def]
    return score(
        given.pop("judged", None) or decision(list(passes)),
        analysis=of or analysis(),
        trace=given.pop("traced", None) or trace(),
        rubric=rubric,
        role=role,
        precision=given.pop("precision", {}),
    )


def competency(result: Score, name: str) -> CompetencyScore:
    return next(each for each in result.competencies if each.id == name)


def test_each_occurrence_is_charged_by_its_severity_and_a_rule_is_bounded() -> None:
    of = analysis([
        finding("sleeps", "concurrency", line=9),
        finding("sleeps", "concurrency", line=3),
        finding("races", "concurrency", Severity.MINOR, line=5),
        finding("idle", "concurrency", Severity.INFO),
    ])  # fmt: skip
    result = scored(of)
    found = competency(result, "concurrency")
    assert [(each.rule, each.start_line, each.charge) for each in found.deductions] == [
        ("idle", 1, 0.0), ("sleeps", 3, 40.0), ("races", 5, 10.0), ("sleeps", 9, 20.0)
    ]  # fmt: skip
    assert found.score == 30.0
    assert found.weight == 0.6
    # 70 of the competency's 100, of which 60 % of the role, which is half of all
    assert result.total == 100 - 70 * 0.6 * 0.5
    assert [each.points for each in found.deductions] == [0.0, 12.0, 3.0, 6.0]
    assert {each.version for each in found.deductions} == {"sha256:rules"}
    assert found.deductions[1].reason == "sleeps is not good"


def test_a_competency_loses_no_more_than_all() -> None:
    result = scored(analysis([finding(f"r{n}", "error_handling") for n in range(10)]))
    found = competency(result, "errors_met")
    assert found.score == 0.0
    assert sum(each.charge for each in found.deductions) == pytest.approx(100, abs=0.1)
    assert result.total == 90.0


def test_points_are_worth_as_much_as_the_tests_passed() -> None:
    result = scored(analysis([finding("r", "error_handling")]), passes=(True, False))
    assert result.total == 50 * (1 - 0.5 * 0.2 * 0.4)
    assert result.deductions[0].points == 2.0


def test_no_occasion_is_not_assessed_and_an_occasion_is() -> None:
    nothing = competency(scored(), "concurrency")
    assert nothing.score is None
    assert "no occasion" in nothing.not_assessed
    assert scored().assessed_share == 0.3  # errors, and half of craft: no reference in the same language
    metrics = {"cyclomatic_max": 1, "concurrency_sites": 1}
    assert competency(scored(analysis(metrics=metrics)), "concurrency").score == 100.0
    of = analysis([finding("r", "concurrency")])
    assert competency(scored(of), "concurrency").score == 60.0


def test_what_could_not_be_read_is_scored_on_correctness_alone_and_says_so() -> None:
    slow = trace(time_ratio=99.0)
    result = scored(analysis(why_not="nested too deep"), passes=(True, True, True, False), traced=slow)
    assert result.total == result.correctness.score == 75.0
    assert result.assessed_share == 0.0
    assert all(each.score is None for each in result.competencies)
    assert "nested too deep" in competency(result, "errors_met").not_assessed
    assert result.remarks == ("The program could not be read (nested too deep): scored on correctness only.",)


@pytest.mark.parametrize(("ratio", "lost"), [(1.0, 0), (2.0, 0), (3.0, 50), (4.0, 100), (99.0, 100)])
def test_costs_are_charged_beside_the_nearest_reference(ratio: float, lost: float) -> None:
    result = scored(traced=trace(time_ratio=ratio))
    charged = [each for each in competency(result, "craft").deductions if each.rule == "time"]
    assert sum(each.charge for each in charged) == lost
    assert all(f"{ratio:.1f} times the CPU time of accepted/good.py" in each.reason for each in charged)
    assert all(each.version == "half@1" and each.path is None for each in charged)
    assert result.total == 100 - lost * 0.5 * 0.2 * 0.5


def test_of_several_references_the_nearest_counts() -> None:
    far = trace(time_ratio=9.0).references[0]
    near = replace(far, reference="accepted/near.py", time_ratio=3.0)
    other = replace(far, reference="accepted/near.c", time_ratio=0.1, same_language=False)
    for references in ((far, near, other), (other, near, far)):
        result = scored(traced=replace(trace(), references=references))
        (charged,) = competency(result, "craft").deductions
        assert (charged.charge, charged.reason[:9]) == (50.0, "3.0 times")
        assert "accepted/near.py" in charged.reason


def test_weights_are_shares_of_their_sum() -> None:
    halves = parse_rubric(json.dumps(rubric_document(RUBRIC)), path="same")
    document = rubric_document(halves)
    document["competencies"]["all"]["parts"] = {"errors_met": 0.2, "craft": 0.2}
    document["roles"]["deep"]["weights"] = {"all": 0.3}
    smaller = parse_rubric(json.dumps(document), path="smaller")
    of = analysis([finding("r", "error_handling")], metrics={"cyclomatic_max": 20})
    assert scored(of, rubric=smaller, role="deep").total == scored(of, role="deep").total == 77.5


def test_a_reference_in_another_language_says_nothing() -> None:
    result = scored(traced=trace(time_ratio=50.0, same_language=False))
    assert result.total == 100.0
    assert competency(result, "craft").score == 100.0


def test_a_metric_is_charged_and_one_that_is_not_measured_is_not() -> None:
    result = scored(analysis(metrics={"cyclomatic_max": 15}))
    assert competency(result, "craft").score == 75.0
    assert competency(result, "craft").deductions[0].reason == "cyclomatic_max is 15; 10 is free"
    unmeasured = competency(scored(analysis(metrics={})), "craft")
    assert unmeasured.score is None
    assert "cyclomatic_max is not measured" in unmeasured.not_assessed


def test_competencies_within_competencies_share_their_weight() -> None:
    of = analysis([finding("r", "error_handling")], metrics={"cyclomatic_max": 20})
    result = scored(of, role="deep")
    assert competency(result, "all").score == 100 - 0.5 * 40 - 0.25 * 100
    assert result.total == 100 - 0.5 * 45
    assert result.assessed_share == 0.75


def test_tests_that_were_not_run_count_as_not_passed() -> None:
    result = scored(judged=decision([True, False], test_count=10))
    assert result.correctness.score == 10.0
    assert (result.correctness.passed, result.correctness.count) == (1, 10)
    assert "8 of 10 tests were not run" in result.remarks[0]


def test_a_problem_that_gives_points_is_scored_by_them() -> None:
    whole = GroupResult(name="", verdict=Verdict.AC, score=30.0, max_score=120.0)
    result = scored(judged=decision([True, True], score=30.0, groups=(whole,)))
    assert result.correctness.score == 25.0
    unbounded = GroupResult(name="", verdict=Verdict.AC, score=30.0, max_score=None)
    result = scored(judged=decision([True, True], score=30.0, groups=(unbounded,)))
    assert result.correctness.score == 100.0


def test_our_own_fault_is_no_score() -> None:
    with pytest.raises(NotScorable, match="not the program's fault") as refusal:
        scored(judged=decision([], test_count=3, verdict=Verdict.JE))
    assert refusal.value.exit_code == 3
    with pytest.raises(NotScorable, match="no tests"):
        scored(judged=decision([]))


def test_what_does_not_compile_has_nothing_and_an_interval_from_nothing() -> None:
    result = scored(judged=decision([], test_count=5, verdict=Verdict.CE))
    assert (result.total, result.interval.low) == (0.0, 0.0)
    assert 0 < result.interval.high < 50


def test_a_role_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidInput, match=r"half@1 has no role 'boss'; it has deep, one") as refusal:
        scored(role="boss")
    assert refusal.value.field == "role"


def test_all_that_a_score_rests_on_is_named() -> None:
    result = scored(traced=trace(fit=LINEAR_FIT))
    assert result.versions == {
        "assay": __version__,
        "host": "x86_64; a CPU; 2 cores",
        "numerics": result.versions["numerics"],
        "precision": precision_digest({}),
        "problem": "sha256:problem",
        "rubric": rubric_digest(RUBRIC),
        "rules": "sha256:rules",
        "sandbox": "cell 1",
        "source": "sha256:" + "5" * 64,
        "toolchain": "Python 3.11.2",
    }
    assert list(result.versions) == sorted(result.versions)
    assert (result.complexity.time_class, result.complexity.confidence) == ("O(n)", 0.93)
    assert "sizes" in scored().complexity.not_assessed


def test_the_document_has_everything_by_name() -> None:
    of = analysis([finding("r", "error_handling", line=7)])
    document = json.loads(json.dumps(describe_score(scored(of, traced=trace(fit=LINEAR_FIT)))))
    assert document["complexity"] == {
        "time_class": "O(n)",
        "confidence": 0.93,
        "also_possible": ["O(n log n)"],
    }
    assert document["interval"] == [document["interval"][0], document["interval"][1]]
    deduction = document["competencies"]["errors_met"]["deductions"][0]
    assert (deduction["rule"], deduction["path"], deduction["lines"]) == ("r", "a.py", [7, 7])
    assert {"reason", "points", "version"} <= set(deduction)
    assert "not_assessed" in document["competencies"]["concurrency"]
    assert "score" not in document["competencies"]["concurrency"]


def test_a_rule_that_was_found_to_err_widens_the_interval_upwards() -> None:
    of = analysis([finding("r", "error_handling")])
    sure = scored(of, precision={"r": RulePrecision(right=1000, wrong=0)})
    doubtful = scored(of, precision={"r": RulePrecision(right=5, wrong=5)})
    assert sure.total == doubtful.total == sure.interval.high == 96.0
    assert doubtful.interval.high == 100.0
    assert doubtful.interval.low > sure.interval.low


def test_what_was_counted_of_a_rule_moves_what_is_assumed() -> None:
    def believed(right: int, wrong: int) -> float:
        return RulePrecision(right=right, wrong=wrong).expected(0.9)

    assert believed(0, 0) == 0.9
    assert believed(0, 1) < 0.9 < believed(1, 0) < believed(10, 0) < 1
    assert believed(900, 100) == pytest.approx(0.9)
    assert believed(10_000, 0) == pytest.approx(1, abs=1e-3)
    with pytest.raises(ValueError, match="not negative"):
        RulePrecision(right=-1, wrong=0)


def test_the_default_rubric_is_one_that_scores() -> None:
    result = scored(rubric=shipped_rubric("default@1"), role="generalist")
    assert result.total == 100.0
    assert result.interval.high == 100.0


def test_a_rule_that_nobody_has_shown_to_be_right_is_told_and_costs_nothing() -> None:
    of = analysis([finding("guess", "error_handling", line=3), finding("known", "error_handling", line=5)])
    counted = {
        "guess": RulePrecision(right=5, wrong=5, is_proven=False),
        "known": RulePrecision(right=20, wrong=0),
    }
    result = scored(of, precision=counted)
    charges = [(each.rule, each.charge) for each in competency(result, "errors_met").deductions]
    assert charges == [("guess", 0.0), ("known", 40.0)]
    without = scored(analysis([finding("known", "error_handling", line=5)]), precision=counted)
    assert result.total == without.total
    assert result.interval == without.interval
    assert [each for each in result.remarks if "guess" in each] == [
        "Told, and free of charge, for want of proof that these rules are hardly ever wrong: guess."
    ]
    assert without.remarks == ()


def test_counts_without_a_state_are_sealed_as_they_were_and_a_state_shows() -> None:
    proven, told = RulePrecision(right=1, wrong=0), RulePrecision(right=1, wrong=0, is_proven=False)
    assert describe_counts(proven) == {"right": 1, "wrong": 0}
    assert describe_counts(told) == {"right": 1, "wrong": 0, "is_proven": False}
    assert precision_digest({"r": proven}) != precision_digest({"r": told})


@pytest.mark.parametrize(
    ("right", "wrong", "is_enough"),
    [(19, 0, False), (20, 0, True), (19, 1, True), (20, 2, False), (38, 2, True), (0, 0, False)],
)
def test_a_rule_is_proven_by_enough_findings_of_which_enough_are_right(
    right: int, wrong: int, is_enough: bool
) -> None:
    assert RulePrecision(right=right, wrong=wrong).is_enough is is_enough
