"""Made-up candidates: the same for a seed; they show what a rubric does, also what is not as wished."""

from dataclasses import replace
from random import Random

import pytest

from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import weighing
from assay.assessments.scoring.explaining import classic_words, stakes
from assay.assessments.scoring.simulating import Simulation, simulate
from assay.domain.rubric import Rubric

DEFAULT, CLASSIC = shipped_rubric("default@1"), shipped_rubric("classic@1")


def simulated(
    rubric: Rubric = DEFAULT, *, candidates: int = 16, tests: int = 12, seed: int = 1
) -> Simulation:
    random = Random(seed)  # noqa: S311  chance that comes again, and no secret
    return simulate(rubric, "backend", candidates=candidates, tests=tests, random=random, step=lambda _: None)


def test_a_seed_gives_one_result_and_another_seed_another() -> None:
    assert simulated() == simulated()
    assert simulated() != simulated(seed=2)


def test_the_default_rubric_is_monotone_and_its_intervals_hold_the_truth() -> None:
    result = simulated(candidates=60)
    assert (result.violations, result.correct_violations) == (0, 0)
    assert result.checks > 60
    assert result.coverage == pytest.approx(0.9, abs=0.1)
    assert 0 < result.indistinguishable < 1
    assert sum(result.bins) == result.candidates
    assert list(result.quantiles.values()) == sorted(result.quantiles.values())


def test_more_tests_tell_more_candidates_apart() -> None:
    few, many = simulated(tests=6), simulated(tests=300)
    assert many.mean_width < few.mean_width
    assert many.indistinguishable < few.indistinguishable
    assert "not distinguishable" in few.quarters
    assert " is above " in many.quarters


def test_a_rubric_that_is_not_monotone_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Breaks the arithmetic on purpose: what is lost is added."""
    from assay.assessments.scoring import by_evidence

    monkeypatch.setattr(by_evidence, "quality", lambda rubric, lost: 0.5 + 0.5 * lost)
    assert simulated().violations > 0
    assert weighing.quality(DEFAULT, 0.0) == 1.0


def test_few_tests_in_groups_that_are_all_alike_are_worth_a_test_a_group() -> None:
    alike = replace(DEFAULT, uncertainty=replace(DEFAULT.uncertainty, correlation=1.0))
    independent = replace(DEFAULT, uncertainty=replace(DEFAULT.uncertainty, correlation=0.0))
    assert simulated(alike).mean_width > simulated(independent).mean_width


@pytest.mark.parametrize("role", [role.id for role in DEFAULT.roles])
def test_what_hangs_on_the_signals_is_all_that_is_not_for_correctness(role: str) -> None:
    chosen = DEFAULT.role(role)
    assert chosen is not None
    found = stakes(DEFAULT, chosen)
    assert sum(stake.points_max for stake in found) == pytest.approx(40, abs=0.1)
    for stake in found:
        assert stake.rule_max is None or stake.rule_max <= stake.points_max
        assert list(stake.occurrence.values()) == sorted(stake.occurrence.values())


def test_the_fixed_sum_is_told_term_by_term() -> None:
    role = CLASSIC.role("backend")
    assert role is not None and CLASSIC.classic is not None  # noqa: PT018
    assert stakes(CLASSIC, role) == ()
    words = " ".join(classic_words(CLASSIC.classic))
    for number in ("85", "40", "8 less", "15 less above 50,000,000 bytes", "10 more", "0.7"):
        assert number in words
