"""Two candidates whose intervals overlap are not distinguishable; scores of different things say nothing."""

from dataclasses import replace

import pytest

from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import Standing, claim_of, compare, describe_score, read_claim, score
from assay.domain.score import Interval, Score
from assay.errors import InvalidInput, NotComparable
from tests.unit.assessments.programs import analysis, decision, trace


def scored(low: float, high: float) -> Score:
    result = score(
        decision([True]),
        analysis=analysis(),
        trace=trace(),
        rubric=shipped_rubric("default"),
        role="backend",
        precision={},
    )
    return replace(result, total=high, interval=Interval(low=low, high=high, level=0.9))


@pytest.mark.parametrize(
    ("first", "second", "standing"),
    [
        ((60, 80), (70, 90), Standing.NOT_DISTINGUISHABLE),
        ((60, 80), (80, 90), Standing.NOT_DISTINGUISHABLE),  # one end in common is an overlap
        ((60, 90), (70, 80), Standing.NOT_DISTINGUISHABLE),
        ((81, 90), (60, 80), Standing.ABOVE),
        ((60, 80), (80.1, 90), Standing.BELOW),
    ],
)
def test_only_intervals_apart_tell_two_candidates_apart(
    first: tuple[float, float], second: tuple[float, float], standing: Standing
) -> None:
    comparison = compare(claim_of(scored(*first)), claim_of(scored(*second)))
    assert comparison.standing is standing
    assert f"{first[0]:g} to {first[1]:g}" in comparison.reason


@pytest.mark.parametrize("version", ["problem", "rubric", "rules"])
def test_what_rests_on_different_grounds_is_not_compared(version: str) -> None:
    score_of_one = scored(60, 80)
    other = replace(score_of_one, versions={**score_of_one.versions, version: "sha256:other"})
    with pytest.raises(NotComparable, match=version):
        compare(claim_of(score_of_one), claim_of(other))


def test_another_role_is_another_question() -> None:
    with pytest.raises(NotComparable, match="frontend"):
        compare(claim_of(scored(60, 80)), claim_of(replace(scored(60, 80), role="frontend")))


def test_a_printed_score_claims_what_the_score_does() -> None:
    assert read_claim(describe_score(scored(60, 80))) == claim_of(scored(60, 80))


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"role": "r", "level": 0.9, "interval": [1], "versions": {}},
     {"role": "r", "level": 0.9, "interval": [9, 1], "versions": {}},
     {"role": "r", "level": 0.9, "interval": [1, 9], "versions": []}],
    ids=["null", "list", "empty", "one end", "turned", "versions"],
)  # fmt: skip
def test_what_is_no_score_is_refused(document: object) -> None:
    with pytest.raises(InvalidInput, match="is not what"):
        read_claim(document)
