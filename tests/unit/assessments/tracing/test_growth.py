"""Costs over sizes: the class that made them is found, and where nothing can be told nothing is said."""

from dataclasses import replace
import random

import pytest

from assay.assessments.tracing.growth import growth_of
from assay.domain.trace import Aspect, ComplexityClass, Growth, SizeMeasure, TestTrace
from assay.domain.verdict import Verdict
from tests.unit.assessments.tracing.series import (
    SIZES,
    START_BYTES,
    START_NS,
    a_test,
    growing,
    sizes_for,
)

GROWING = tuple(each for each in ComplexityClass if each is not ComplexityClass.CONSTANT)
SERIES = 40  # of each class
RIGHT_MIN = 0.95


def growth(tests: list[TestTrace]) -> Growth:
    return growth_of(tests)[0]


def why(tests: list[TestTrace], aspect: Aspect = Aspect.TIME_GROWTH) -> str:
    return growth_of(tests)[1][aspect]


@pytest.mark.parametrize("complexity_class", GROWING, ids=lambda each: each.name.lower())
def test_a_class_is_found_in_its_own_growth_without_noise(complexity_class: ComplexityClass) -> None:
    found = growth(growing(complexity_class)).time
    assert found is not None
    assert found.complexity_class is complexity_class
    assert found.confidence >= 0.9
    assert found.base == pytest.approx(START_NS, rel=0.15)
    assert found.base + found.factor == pytest.approx(101 * START_NS, rel=0.02)
    assert found.size_max == sizes_for(complexity_class)[-1]


@pytest.mark.parametrize("complexity_class", GROWING, ids=lambda each: each.name.lower())
def test_with_noise_of_five_percent_at_least_95_of_100_are_right(complexity_class: ComplexityClass) -> None:
    found = [growth(growing(complexity_class, seed=seed, noise=0.05)).time_class for seed in range(SERIES)]
    assert found.count(complexity_class) / SERIES >= RIGHT_MIN, found


def test_confidence_is_lower_where_neighbours_explain_as_much() -> None:
    sure = growth(growing(ComplexityClass.LINEAR)).time
    assert sure is not None
    assert not sure.also_possible
    neighbours = {ComplexityClass.LINEAR, ComplexityClass.LINEARITHMIC}
    undecided = 0
    for seed in range(10):
        unsure = growth(growing(ComplexityClass.LINEAR, noise=0.2, seed=seed)).time
        assert unsure is not None
        assert unsure.confidence < sure.confidence
        undecided += neighbours <= {unsure.complexity_class, *unsure.also_possible}
    assert undecided >= 5


@pytest.mark.parametrize("seed", range(30))
def test_a_time_that_hardly_changes_is_constant_or_not_assessed(seed: int) -> None:
    found = growth(growing(ComplexityClass.CONSTANT, seed=seed, noise=0.05))
    assert found.time_class in {None, ComplexityClass.CONSTANT}


def test_what_repeated_runs_were_apart_is_noise() -> None:
    tests = growing(ComplexityClass.LOGARITHMIC, rise=0.5)
    assert growth(tests).time_class is ComplexityClass.LOGARITHMIC
    unsteady = [replace(test, cpu_spread_ns=START_NS // 2) for test in tests]
    assert growth(unsteady).time is None
    assert "does not stand out" in why(unsteady)


def test_a_constant_is_one_only_where_a_pass_over_the_input_would_have_been_seen() -> None:
    small = [a_test(size, START_NS) for size in SIZES]
    assert growth(small).time is None
    assert "the tests are too small" in why(small)
    large = [a_test(1000 * size, START_NS) for size in SIZES]
    assert growth(large).time_class is ComplexityClass.CONSTANT
    assert growth(large).memory_class is ComplexityClass.CONSTANT


def test_a_cost_that_jumps_about_is_not_constant() -> None:
    tests = [a_test(1000 * size, START_NS * (1.5 if index % 2 else 1)) for index, size in enumerate(SIZES)]
    assert growth(tests).time is None


@pytest.mark.parametrize("complexity_class", GROWING, ids=lambda each: each.name.lower())
@pytest.mark.parametrize("scale", [2, 16])
def test_a_slower_machine_changes_nothing(complexity_class: ComplexityClass, scale: int) -> None:
    tests = growing(complexity_class, noise=0.03)
    slower = [replace(test, cpu_time_ns=scale * test.cpu_time_ns) for test in tests]
    assert growth(slower).time_class is growth(tests).time_class


@pytest.mark.parametrize("complexity_class", GROWING, ids=lambda each: each.name.lower())
def test_the_order_of_the_tests_changes_nothing_at_all(complexity_class: ComplexityClass) -> None:
    tests = growing(complexity_class, noise=0.05)
    for seed in range(5):
        shuffled = random.Random(seed).sample(tests, len(tests))  # noqa: S311
        assert growth_of(shuffled) == growth_of(tests)


def test_of_tests_of_about_one_size_the_costliest_counts() -> None:
    tests = growing(ComplexityClass.LINEAR)
    easier = [replace(test, test=f"{test.test}-easy", cpu_time_ns=START_NS) for test in tests]
    assert growth([*easier, *tests]).time == growth(tests).time


def test_sizes_are_about_the_same_only_where_they_are_large() -> None:
    tests = [
        a_test(size, START_NS * (1 + 100 * 2.0 ** (size - 52))) for size in (1, 4, 16, 40, 44, 48, 50, 52)
    ]
    found = growth(tests)
    assert [point.size for point in found.points] == [1, 4, 16, 40, 44, 48, 50, 52]
    assert found.time_class is ComplexityClass.EXPONENTIAL
    large = [a_test(size, START_NS * size) for size in (100, 105, 110, 111, 1000, 2000, 4000, 8000)]
    assert [point.size for point in growth(large).points] == [110, 111, 1000, 2000, 4000, 8000]


def test_runs_that_a_limit_ended_are_left_out() -> None:
    tests = growing(ComplexityClass.QUADRATIC)
    ended = a_test(10 * SIZES[-1], START_NS, is_whole=False, verdict=Verdict.TLE)
    assert growth([*tests, ended]) == growth(tests)


def test_too_few_sizes_that_came_to_their_end_are_told() -> None:
    tests = [replace(test, is_whole=index < 4) for index, test in enumerate(growing(ComplexityClass.CUBIC))]
    found, reasons = growth_of(tests)
    assert found.time is None
    assert found.memory is None
    assert len(found.points) == 4
    assert "only 4 sizes" in reasons[Aspect.TIME_GROWTH]
    assert "only 4 sizes" in reasons[Aspect.MEMORY_GROWTH]


def test_sizes_that_do_not_spread_are_told() -> None:
    tests = [a_test(size, size * 1e6) for size in range(1000, 10_000, 1000)]
    found, reasons = growth_of(tests)
    assert found.measure is None
    assert found.time is None
    assert "9 sizes over 1.0 powers of ten" in reasons[Aspect.TIME_GROWTH]


def test_times_that_have_nothing_to_do_with_the_size_are_told() -> None:
    chance = random.Random(4)  # noqa: S311
    tests = [a_test(size, START_NS * chance.choice([1, 30, 400])) for size in SIZES]
    assert growth(tests).time is None
    assert "something else than the size" in why(tests)


def test_one_costly_test_alone_makes_no_class() -> None:
    tests = [a_test(size, START_NS * (50 if size == SIZES[-1] else 1)) for size in SIZES]
    assert growth(tests).time is None
    assert "of 1 of 12 sizes" in why(tests)


def test_two_costly_sizes_make_a_class_if_they_are_far_apart() -> None:
    sizes = (1, 3, 10, 1000, 3000)
    far, near = (
        [a_test(size, START_NS / 10 + 130 * size) for size in (*sizes, *costly)]
        for costly in ((100_000, 3_000_000), (1_000_000, 3_000_000))
    )
    found = growth(far).time
    assert found is not None
    assert found.complexity_class is ComplexityClass.LINEAR
    assert growth(near).time is None
    assert "of 2 of 7 sizes" in why(near)


def test_memory_has_a_class_of_its_own() -> None:
    tests = [a_test(size, 1e3 * size * size, START_BYTES + 300 * size) for size in SIZES]
    found = growth(tests)
    assert (found.time_class, found.memory_class) == (ComplexityClass.QUADRATIC, ComplexityClass.LINEAR)
    assert found.memory_confidence is not None


def test_nothing_measured_is_no_class() -> None:
    tests = [a_test(size, 0) for size in SIZES]
    assert why(tests) == "no time was measured for some of the tests"


def test_no_tests_at_all() -> None:
    found, reasons = growth_of([])
    assert found == Growth(measure=None, points=(), time=None, memory=None)
    assert set(reasons) == {Aspect.TIME_GROWTH, Aspect.MEMORY_GROWTH}


def test_the_measure_is_told() -> None:
    assert growth(growing(ComplexityClass.LINEAR)).measure is SizeMeasure.BYTES
