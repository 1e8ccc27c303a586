"""What tests come to by what the jury's programs said of them."""

from dataclasses import replace

import pytest

from assay.domain.grading import Scored, StaticCase
from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.judging.decimals import read_number
from assay.judging.dialects import Judged, JuryFault
from assay.judging.scoring import outcome, read_grade, static_outcome
from tests.unit.judging.test_dialects import ended
from tests.unit.judging.test_grading import case

AC, WA = Verdict.AC, Verdict.WA


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1.0),
        (" -1.5e1\n", -15.0),
        ("+.5", 0.5),
        ("7.", 7.0),
        ("1e-999", 0.0),
        ("1e999", None),
        ("nan", None),
        ("inf", None),
        ("1_0", None),
        ("0x1", None),
        ("1 2", None),
        ("", None),
        (".", None),
        ("1" * 1_000_000 + "x", None),  # long, but not long to refuse
    ],
)
def test_numbers(text: str, number: float | None) -> None:
    assert read_number(text) == number


def result(test: TestCase, judged: Judged) -> float | str | None:
    try:
        return outcome("v", test, judged).score
    except JuryFault as fault:
        return str(fault)


def test_scores_by_what_the_test_allows() -> None:
    plain, bounded = case("a"), case("a", 20)
    unbounded, free = case("a", 20, scored=Scored.UNBOUNDED), case("a", 20, scored=Scored.FREE)
    nothing, five = Judged(verdict=AC), Judged(verdict=AC, score=5)
    half, much = Judged(verdict=AC, share=0.5), Judged(verdict=AC, score=21)
    wrong = Judged(verdict=WA, score=5)
    assert [result(bounded, each) for each in (nothing, five, half)] == [None, 5, 10]
    assert [result(free, each) for each in (nothing, five, half, much, wrong)] == [None, 5, 10, 21, 5]
    assert result(unbounded, five) == 5
    assert result(plain, nothing) is None
    for test, judged, words in (
        (plain, five, "pass-fail"),
        (bounded, much, "not in 0 to 20"),
        (bounded, Judged(verdict=AC, share=1.5), "not in 0 to 1"),
        (bounded, Judged(verdict=AC, score=-1), "not in 0 to 20"),
        (bounded, wrong, "did not accept"),
        (unbounded, nothing, "needs"),
        (unbounded, half, "no largest"),
        (unbounded, Judged(verdict=AC, score=-1), "less than 0"),
        (replace(free, accept_score=1e300), Judged(verdict=AC, share=1e300), "times the score"),
    ):
        assert words in str(result(test, judged)), (test.scored, judged)


def test_static_cases() -> None:
    assert static_outcome("s", StaticCase(accept_score=10), Judged(verdict=AC, share=0.5)).score == 5
    assert static_outcome("s", StaticCase(accept_score=None), Judged(verdict=WA)).verdict is WA
    with pytest.raises(JuryFault):
        static_outcome("s", StaticCase(accept_score=None), Judged(verdict=AC, score=1))


def test_a_grader_s_answer() -> None:
    assert read_grade("g", ended(0), b"WA 12.5\n").score == 12.5
    for facts, answer in (
        (ended(1), b"AC 1"),
        (ended(0), b"AC"),
        (ended(0), b"OK 1"),
        (ended(0), b"AC x"),
        (ended(0), b"AC 1e999"),
        (ended(0), b"AC " + b"1" * 60_000 + b"x"),
    ):
        with pytest.raises(JuryFault):
            read_grade("g", facts, answer)
