"""Least squares for one class, and how the classes compare."""

import math

import pytest

from assay.assessments.tracing.fitting import Sample, confidence, fit_all, shape, weights_of
from assay.domain.trace import ComplexityClass
from tests.unit.assessments.tracing.series import SIZES, growing

NOISE = 500_000.0


def samples_of(complexity_class: ComplexityClass, *, noise: float = 0.0, seed: int = 0) -> list[Sample]:
    return [
        Sample(size=test.input_bytes, cost=test.cpu_time_ns)
        for test in growing(complexity_class, noise=noise, seed=seed)
    ]


def test_a_class_with_more_coefficients_has_to_explain_more() -> None:
    firsts = [
        fit_all(samples_of(ComplexityClass.CONSTANT, noise=0.05, seed=seed), noise=NOISE)[0].complexity_class
        for seed in range(40)
    ]
    assert firsts.count(ComplexityClass.CONSTANT) >= 30, "every other class comes a little nearer to noise"


@pytest.mark.parametrize("complexity_class", list(ComplexityClass), ids=lambda each: each.name.lower())
def test_no_coefficient_is_below_zero(complexity_class: ComplexityClass) -> None:
    for seed in range(5):
        for model in fit_all(samples_of(complexity_class, noise=0.2, seed=seed), noise=NOISE):
            assert model.curve.base >= 0
            assert model.curve.factor >= 0


def test_what_begins_at_nothing_is_fitted_from_nothing() -> None:
    samples = [Sample(size=size, cost=1e4 * size * size) for size in SIZES]
    linear = next(
        model for model in fit_all(samples, noise=NOISE) if model.complexity_class is ComplexityClass.LINEAR
    )
    assert linear.curve.base == 0, "a line through these begins below it"


def test_weights_are_probabilities() -> None:
    weights = weights_of(fit_all(samples_of(ComplexityClass.LINEAR, noise=0.1), noise=NOISE))
    assert math.fsum(weights) == pytest.approx(1)
    assert weights == sorted(weights, reverse=True)


def test_one_test_that_decides_alone_makes_nobody_sure() -> None:
    samples = samples_of(ComplexityClass.CONSTANT)
    last = samples[-1]
    bent = [*samples[:-1], Sample(size=last.size, cost=1.8 * last.cost)]
    models = fit_all(bent, noise=NOISE)
    assert models[0].complexity_class is ComplexityClass.EXPONENTIAL
    assert weights_of(models)[0] > 0.99
    assert confidence(bent, models, noise=NOISE) < 0.92


@pytest.mark.parametrize("complexity_class", list(ComplexityClass), ids=lambda each: each.name.lower())
def test_a_shape_is_one_at_the_largest_size_and_finite_everywhere(complexity_class: ComplexityClass) -> None:
    is_constant = complexity_class is ComplexityClass.CONSTANT
    assert shape(complexity_class, 10**6, 10**6, growth_base=2.0) == (0 if is_constant else 1)
    for size in (1, 2, 1000, 10**6):
        assert 0 <= shape(complexity_class, size, 10**6, growth_base=2.0) <= 1
