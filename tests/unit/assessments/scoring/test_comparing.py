"""Two candidates whose intervals overlap are not distinguishable; scores of different things say nothing."""

from dataclasses import replace

import pytest

from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import Standing, compare, score
from assay.domain.score import Interval, Score
from assay.errors import NotComparable
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
    comparison = compare(scored(*first), scored(*second))
    assert comparison.standing is standing
    assert f"{first[0]:g} to {first[1]:g}" in comparison.reason


@pytest.mark.parametrize("version", ["problem", "rubric", "rules"])
def test_what_rests_on_different_grounds_is_not_compared(version: str) -> None:
    score_of_one = scored(60, 80)
    other = replace(score_of_one, versions={**score_of_one.versions, version: "sha256:other"})
    with pytest.raises(NotComparable, match=version):
        compare(score_of_one, other)


def test_another_role_is_another_question() -> None:
    with pytest.raises(NotComparable, match="frontend"):
        compare(scored(60, 80), replace(scored(60, 80), role="frontend"))
