"""What is run in which order, and what it comes to: verdicts and scores of groups."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from assay.domain.grading import Aggregation, GroupVerdict, Scored, Scoring, StaticCase, TestGroup
from assay.domain.jury import DataRef, JuryFile, JuryProgram
from assay.domain.problem import OutputComparison, Problem, TestCase
from assay.domain.verdict import Verdict
from assay.judging.grading import AskGrader, Grade, Outcome, RunStatic, RunTest, grading
from tests.unit.judging.judging import LIMITS

AC, WA, TLE, RTE, JE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE, Verdict.JE
GRADER = JuryProgram(
    name="graders/g.py", files=(JuryFile(name="g.py", content=DataRef("g")),), language_id="python3"
)


def case(name: str, score: float | None = None, **more: object) -> TestCase:
    scored = Scored.NO if score is None else Scored.BOUNDED
    test = TestCase(
        name=name,
        input=DataRef("i"),
        answer=DataRef("a"),
        is_sample=name.startswith("sample"),
        comparison=OutputComparison(),
        scored=scored,
        accept_score=score,
    )
    return replace(test, **more)  # type: ignore[arg-type]


def problem(*tests: TestCase, grading: TestGroup | None = None, scoring: Scoring | None = None) -> Problem:
    return Problem(
        id="p",
        version="v",
        name="P",
        limits=LIMITS,
        tests=tests,
        statements=(),
        grading=grading,
        scoring=scoring,
    )


def walk(
    judged: Problem, outcomes: Mapping[str, Verdict | Outcome], *, all_tests: bool = False
) -> tuple[list[str], Grade]:
    """What was asked for, in order, and the grade. What is not in `outcomes` is accepted."""
    asked: list[str] = []
    steps = grading(judged, all_tests=all_tests)
    step = next(steps)
    while True:
        match step:
            case RunTest():
                name = step.test.name
            case RunStatic():
                name = f"static {step.group}"
            case AskGrader():
                name = f"grader {step.group} {' '.join((*step.args, *step.lines))}"
            case _:
                assert_never(step)
        asked.append(name)
        found = outcomes.get(name, AC)
        try:
            step = steps.send(found if isinstance(found, Outcome) else Outcome(verdict=found))
        except StopIteration as end:
            return asked, end.value


THREE = problem(case("sample/1"), case("secret/1"), case("secret/2"))


def test_without_groups_the_first_failure_ends_it() -> None:
    asked, grade = walk(THREE, {"secret/1": Outcome(verdict=TLE, message="slow"), "secret/2": WA})
    assert asked == ["sample/1", "secret/1"]
    assert (grade.verdict, grade.score, grade.message, grade.groups) == (TLE, None, "slow", ())


def test_all_tests_give_the_same_verdict_as_the_first_failure() -> None:
    asked, grade = walk(THREE, {"secret/1": TLE, "secret/2": WA}, all_tests=True)
    assert asked == ["sample/1", "secret/1", "secret/2"]
    assert grade.verdict is TLE


def test_a_failure_of_ours_ends_even_that() -> None:
    asked, grade = walk(THREE, {"sample/1": JE}, all_tests=True)
    assert asked == ["sample/1"]
    assert grade.verdict is JE


def points(*groups: TestGroup, **more: object) -> TestGroup:
    secret = TestGroup(
        name="secret", members=groups, aggregation=Aggregation.SUM, stops_at_rejection=False, max_score=100
    )
    sample = TestGroup(name="sample", members=("sample/1",), aggregation=Aggregation.SUM)
    return TestGroup(
        name="",
        members=(sample, replace(secret, **more)),  # type: ignore[arg-type]
        aggregation=Aggregation.SUM,
        stops_at_rejection=False,
        max_score=100,
    )


def group(name: str, *tests: str, score: float, **more: object) -> TestGroup:
    made = TestGroup(name=f"secret/{name}", members=tests, max_score=score)
    return replace(made, **more)  # type: ignore[arg-type]


def scored(grade: Grade) -> dict[str, tuple[Verdict | None, float | None]]:
    return {each.name: (each.verdict, each.score) for each in grade.groups}


SUBTASKS = problem(
    case("sample/1"),
    case("secret/a/1"),
    case("secret/a/2"),
    case("secret/b/1"),
    case("secret/b/2"),
    grading=points(
        group("a", "secret/a/1", "secret/a/2", score=40),
        group("b", "secret/b/1", "secret/b/2", score=60, requires=("secret/a",)),
    ),
    scoring=Scoring(max_score=100),
)


def test_each_group_is_all_or_nothing() -> None:
    asked, grade = walk(SUBTASKS, {"secret/b/1": WA})
    assert asked == ["sample/1", "secret/a/1", "secret/a/2", "secret/b/1"]
    assert (grade.verdict, grade.score) == (WA, 40)
    assert scored(grade) == {
        "": (WA, 40), "sample": (AC, 0), "secret": (WA, 40), "secret/a": (AC, 40), "secret/b": (WA, 0),
    }  # fmt: skip


def test_a_group_is_not_run_when_what_it_requires_failed() -> None:
    asked, grade = walk(SUBTASKS, {"secret/a/2": RTE}, all_tests=True)
    assert asked == ["sample/1", "secret/a/1", "secret/a/2"]
    assert (grade.verdict, grade.score) == (RTE, 0)
    assert scored(grade)["secret/b"] == (None, 0)


def test_everything_right_has_the_whole_score() -> None:
    asked, grade = walk(SUBTASKS, {})
    assert len(asked) == 5
    assert (grade.verdict, grade.score, grade.message) == (AC, 100, "")


def test_a_minimum_is_that_of_what_validators_gave() -> None:
    least = group("a", "secret/a/1", "secret/a/2", score=40, aggregation=Aggregation.MIN)
    judged = problem(
        case("sample/1"),
        case("secret/a/1", 40),
        case("secret/a/2", 40),
        grading=points(least),
        scoring=Scoring(),
    )
    assert walk(judged, {"secret/a/2": Outcome(verdict=AC, score=12.5)})[1].score == 12.5
    assert walk(judged, {"secret/a/2": WA})[1].score == 0
    assert walk(judged, {})[1].score == 40


def test_a_sum_goes_on_after_a_failure() -> None:
    total = group(
        "a", "secret/a/1", "secret/a/2", score=40, aggregation=Aggregation.SUM, stops_at_rejection=False
    )
    judged = problem(
        case("sample/1"),
        case("secret/a/1", 20),
        case("secret/a/2", 20),
        grading=points(total),
        scoring=Scoring(),
    )
    asked, grade = walk(judged, {"secret/a/1": WA})
    assert asked[-1] == "secret/a/2"
    assert (grade.verdict, grade.score) == (WA, 20)


def test_a_score_above_the_largest_is_the_package_s_mistake() -> None:
    total = group("a", "secret/a/1", score=40, aggregation=Aggregation.SUM)
    judged = problem(
        case("sample/1"), case("secret/a/1", 40, scored=Scored.FREE), grading=points(total), scoring=Scoring()
    )
    grade = walk(judged, {"secret/a/1": Outcome(verdict=AC, score=41)})[1]
    assert (grade.verdict, grade.score) == (JE, None)
    assert "41" in grade.message


def legacy(root: TestGroup, *tests: TestCase, **more: object) -> Problem:
    scoring = replace(Scoring(needs_acceptance=True), **more)  # type: ignore[arg-type]
    return problem(*tests, grading=root, scoring=scoring)


def test_legacy_flags() -> None:
    tests = (case("sample/1", 1), case("secret/1", 10), case("secret/2", 20, reject_score=-5.0))
    root = TestGroup(
        name="",
        members=(
            TestGroup(name="sample", members=("sample/1",), counts=False, aggregation=Aggregation.SUM),
            TestGroup(
                name="secret",
                members=("secret/1", "secret/2"),
                aggregation=Aggregation.SUM,
                any_accepted=True,
                stops_at_rejection=False,
            ),
        ),
        aggregation=Aggregation.SUM,
    )
    accepted = walk(legacy(root, *tests), {"sample/1": WA, "secret/2": WA})
    assert accepted[0] == ["sample/1", "secret/1", "secret/2"]
    assert (accepted[1].verdict, accepted[1].score) == (AC, 5)
    rejected = walk(legacy(root, *tests), {"secret/1": TLE, "secret/2": WA})[1]
    assert (rejected.verdict, rejected.score) == (TLE, None)


def test_the_worst_error_wins_where_a_group_says_so() -> None:
    root = TestGroup(
        name="",
        members=("sample/1", "secret/1", "secret/2"),
        verdict=GroupVerdict.WORST_ERROR,
        stops_at_rejection=False,
    )
    judged = replace(THREE, grading=root)
    assert walk(judged, {"sample/1": WA, "secret/1": TLE, "secret/2": RTE})[1].verdict is RTE
    always = replace(judged, grading=replace(root, verdict=GroupVerdict.ALWAYS_ACCEPT))
    assert walk(always, {"sample/1": WA})[1].verdict is AC


def test_scores_of_a_group_by_each_rule() -> None:
    tests = (case("a", 3), case("b", 5))
    for aggregation, expected in (
        (Aggregation.SUM, 8), (Aggregation.MIN, 3), (Aggregation.MAX, 5), (Aggregation.AVERAGE, 4),
    ):  # fmt: skip
        root = TestGroup(name="", members=("a", "b"), aggregation=aggregation)
        assert walk(legacy(root, *tests), {})[1].score == expected


def test_a_score_out_of_the_group_s_range_is_the_package_s_mistake() -> None:
    root = TestGroup(name="", members=("a",), aggregation=Aggregation.SUM, score_range=(0, 2))
    assert walk(legacy(root, case("a", 3)), {})[1].verdict is JE
    assert walk(legacy(root, case("a", 2)), {})[1].score == 2


def test_a_grader_gets_the_members_and_decides() -> None:
    root = TestGroup(
        name="", members=("a", "b"), aggregation=Aggregation.SUM, stops_at_rejection=False, grader_args=("x",)
    )
    judged = legacy(root, case("a", 3), case("b", 5), grader=GRADER)
    line = "grader  x AC 3.0 WA 0.0"
    asked, grade = walk(judged, {"b": WA, line: Outcome(verdict=AC, score=7)})
    assert asked == ["a", "b", line]
    assert (grade.verdict, grade.score) == (AC, 7)


def test_a_static_case_comes_first_and_counts() -> None:
    total = group(
        "a", "secret/a/1", score=50, aggregation=Aggregation.SUM, static=StaticCase(accept_score=10),
        stops_at_rejection=False,
    )  # fmt: skip
    judged = problem(case("sample/1"), case("secret/a/1", 40), grading=points(total), scoring=Scoring())
    asked, grade = walk(judged, {})
    assert asked == ["sample/1", "static secret/a", "secret/a/1"]
    assert grade.score == 50
    assert walk(judged, {"static secret/a": WA})[1].score == 40
    assert walk(judged, {"static secret/a": Outcome(verdict=AC, score=4)})[1].score == 44


def test_a_group_that_does_not_count_is_shown_only() -> None:
    shown = group("a", "secret/a/1", score=40, counts=False)
    judged = problem(
        case("sample/1"), case("secret/a/1"), case("secret/b/1"),
        grading=points(shown, group("b", "secret/b/1", score=60)), scoring=Scoring(),
    )  # fmt: skip
    grade = walk(judged, {"secret/a/1": WA})[1]
    assert (grade.verdict, grade.score) == (AC, 60)
    assert scored(grade)["secret/a"] == (WA, 0)


def test_a_failure_of_ours_is_one_where_nothing_counts() -> None:
    """The walk ends there: what was not run must not pass for accepted."""
    secret = TestGroup(name="secret", members=("secret/1",), aggregation=Aggregation.SUM, max_score=100)
    sample = TestGroup(name="sample", members=("sample/1",), counts=False)
    root = TestGroup(
        name="",
        members=(sample, secret),
        aggregation=Aggregation.SUM,
        stops_at_rejection=False,
        max_score=100,
    )
    for scoring in (Scoring(), None):
        judged = problem(case("sample/1"), case("secret/1", 100), grading=root, scoring=scoring)
        failed = Outcome(verdict=JE, message="ours")
        asked, grade = walk(judged, {"sample/1": failed})
        assert asked == ["sample/1"]
        assert (grade.verdict, grade.score, grade.message) == (JE, None, "ours")


def test_sums_of_fractions_are_within_their_bounds() -> None:
    tests = (case("a", 0.1), case("b", 0.2))
    for bounds in ({"max_score": 0.3}, {"score_range": (0.0, 0.3)}, {"score_range": (0.1 + 0.2, 1.0)}):
        root = TestGroup(name="", members=("a", "b"), aggregation=Aggregation.SUM, **bounds)
        assert walk(legacy(root, *tests), {})[1].verdict is AC


def test_scores_that_are_too_large_together_are_the_package_s_mistake() -> None:
    root = TestGroup(name="", members=("a", "b"), aggregation=Aggregation.SUM)
    tests = (case("a", 1.0, scored=Scored.FREE), case("b", 1.0, scored=Scored.FREE))
    most = Outcome(verdict=AC, score=1.7e308)
    grade = walk(legacy(root, *tests), {"a": most, "b": most})[1]
    assert (grade.verdict, grade.score) == (JE, None)
