"""`classic@1`: the fixed sum, exactly, and labelled as what it is."""

import pytest

from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import RulePrecision, describe_score, score
from assay.domain.finding import Finding, Severity
from assay.domain.score import Score
from assay.domain.verdict import Verdict
from tests.unit.assessments.programs import analysis, decision, finding, trace

CLASSIC = shipped_rubric("classic@1")
SLEEPS = "sync_blocking_in_async_context"
BOUNDARY = "missing_error_boundary"
BACKEND, GENERALIST = "backend", "generalist"  # concurrency weighs 0.8, and 0.3


def scored(
    found: list[Finding], *, passes: list[bool] | None = None, memory_bytes: int = 1, role: str = GENERALIST
) -> Score:
    return score(
        decision(passes or [True] * 4),
        analysis=analysis(found),
        trace=trace(memory_bytes=memory_bytes),
        rubric=CLASSIC,
        role=role,
        precision={},
    )


def occurrences(count: int, rule: str = SLEEPS) -> list[Finding]:
    return [
        finding(rule, "concurrency", (Severity.MINOR, Severity.MAJOR)[line % 2], line=line)
        for line in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("found", "passes", "memory_bytes", "role", "total"),
    [
        pytest.param(0, [True], 1, GENERALIST, 85, id="a passing run"),
        pytest.param(0, [True, False], 1, GENERALIST, 40, id="a failing run"),
        pytest.param(1, [True], 1, GENERALIST, 77, id="an occurrence"),
        pytest.param(3, [True], 1, GENERALIST, 61, id="three of one kind"),
        pytest.param(0, [True], 50_000_000, GENERALIST, 85, id="memory at the bound"),
        pytest.param(0, [True], 50_000_001, GENERALIST, 70, id="memory above the bound"),
        pytest.param(0, [True], 1, BACKEND, 95, id="the role's bonus"),
        pytest.param(2, [True], 60_000_000, BACKEND, 64, id="everything"),
        pytest.param(30, [True], 1, GENERALIST, 0, id="held to nothing"),
        pytest.param(6, [False], 1, GENERALIST, 0, id="failing and held"),
    ],
)
def test_the_sum(found: int, passes: list[bool], memory_bytes: int, role: str, total: float) -> None:
    result = scored(occurrences(found), passes=passes, memory_bytes=memory_bytes, role=role)
    assert result.total == total
    assert result.interval.low <= total <= result.interval.high


def test_what_only_makes_a_program_harder_to_read_is_no_anti_pattern() -> None:
    result = scored([finding("truth_spelled_out", "readability", Severity.INFO)])
    assert (result.total, result.classic and result.classic.anti_patterns) == (85, ())


def test_the_list_shows_each_kind_once_though_each_occurrence_is_charged() -> None:
    found = [
        *occurrences(2),
        finding(BOUNDARY, "error_handling", line=9),
        finding(SLEEPS, "concurrency", line=20),
    ]
    result = scored(found, memory_bytes=64_500_000, passes=[True, True, True, False])
    assert result.total == max(0, 40 - 4 * 8 - 15)
    document = describe_score(result)
    assert document["anti_patterns"] == [SLEEPS, BOUNDARY]
    assert document["pass_rate"] == 0.75
    assert document["trace_metrics"] == {
        "avg_latency_ms": 10.0,
        "peak_memory_mb": 64.5,
        "sync_blocking_calls": 3,
    }
    assert len(result.deductions) == 5
    assert {each.points for each in result.deductions} == {8.0, 15.0}


def test_it_is_exempt_from_monotonicity_and_says_so() -> None:
    spotless_and_wrong = scored([], passes=[False])
    correct_and_messy = scored(occurrences(8))
    assert correct_and_messy.total < spotless_and_wrong.total
    assert correct_and_messy.is_classic
    assert "not monotone" in correct_and_messy.remarks[-1]
    assert "not bounded" in correct_and_messy.remarks[-1]


def test_the_bonus_is_told_as_one() -> None:
    bonus = scored([], role=BACKEND).deductions
    assert [(each.rule, each.points) for each in bonus] == [("concurrency_weight_bonus", -10.0)]
    assert scored([], role=GENERALIST).deductions == ()


def test_a_program_that_cannot_be_read_is_scored_on_its_run_alone() -> None:
    result = score(
        decision([True]),
        analysis=analysis(why_not="no grammar for it", language=None),
        trace=trace(),
        rubric=CLASSIC,
        role=GENERALIST,
        precision={},
    )
    assert result.total == 85
    assert "correctness only" in result.remarks[0]


def test_few_tests_leave_a_passing_run_in_doubt_and_many_do_not() -> None:
    few, many = scored([], passes=[True] * 3), scored([], passes=[True] * 400)
    assert (few.interval.low, few.interval.high) == (40, 85)
    assert many.correctness.count == 400
    assert scored([], passes=[False] * 3).interval.high == 40


def test_a_failed_compilation_is_a_failing_run() -> None:
    result = score(
        decision([], test_count=4, verdict=Verdict.CE),
        analysis=analysis(),
        trace=trace(tests=0),
        rubric=CLASSIC,
        role=GENERALIST,
        precision={},
    )
    assert result.total == 40
    assert describe_score(result)["trace_metrics"]["avg_latency_ms"] == 0.0


def test_every_occurrence_costs_whether_its_rule_is_proven_or_not() -> None:
    """The sum is fixed. What nobody has shown only widens the interval."""
    unproven = {SLEEPS: RulePrecision(right=1, wrong=1, is_proven=False)}
    result = score(
        decision([True] * 4),
        analysis=analysis([*occurrences(2), finding(BOUNDARY, "error_handling", line=9)]),
        trace=trace(memory_bytes=1),
        rubric=CLASSIC,
        role=GENERALIST,
        precision=unproven,
    )
    assert result.total == 61
    assert result.classic is not None
    assert sorted(result.classic.anti_patterns) == sorted([BOUNDARY, SLEEPS])
    assert [each.points for each in result.deductions] == [8.0, 8.0, 8.0]
    assert not any("free of charge" in remark for remark in result.remarks)
