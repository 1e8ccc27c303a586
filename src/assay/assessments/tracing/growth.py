"""Costs over the sizes of inputs → the class of their growth, or why none can be told. Pure.

The tests were made to judge and not to measure, so there is much to be careful about. Of tests of about
one size the costliest counts: a class is a bound. A run that a limit ended is left out. And where the growing
part does not stand out from what a language's start costs, nothing is said about it: that is the tests' doing
and not the program's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import math
from statistics import median_low

from assay.assessments.tracing.fitting import Model, Sample, confidence, fit_all, weights_of
from assay.assessments.tracing.sizes import (
    DECADES_MIN,
    SIZES_MIN,
    choose_measure,
    size_of,
    spread_decades,
)
from assay.domain.trace import (
    Aspect,
    ComplexityClass,
    Fit,
    Growth,
    GrowthPoint,
    SizeMeasure,
    TestTrace,
)

TIME_NOISE_NS = 500_000  # of a start, from run to run: measured, see benchmarks/tracing
MEMORY_NOISE_BYTES = 262_144  # pages that an allocator or the kernel happens to take
SAME_SIZE = 1.1  # up to this quotient sizes count as one …
SMALL_SIZE = 100  # … unless they are smaller: there one more can double the cost
STANDS_OUT = 3.0  # times the noise: what the growing part must be at the largest size
STANDS_OUT_OF_BASE = 0.25  # and of what is there for every size
RISEN_MIN = 3  # sizes at which growth can be seen: through two, most curves go …
RISEN_DECADES = 1.0  # … unless they are so far apart
MISFIT_MAX = 0.3  # of the cost: past this no class explains it
POSSIBLE_FROM = 0.05  # the weight of a class that is not ruled out
# What the cheapest pass over an input can cost by unit of size: less than that, and nobody has looked at it.
CHEAPEST_NS = 1.0
CHEAPEST_BYTES = 1.0


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """What the two costs differ in."""

    word: str
    noise: float
    cheapest: float  # growth by unit of size


_MEMORY = _Kind(word="memory", noise=MEMORY_NOISE_BYTES, cheapest=CHEAPEST_BYTES)


def growth_of(
    tests: Sequence[TestTrace], *, beside: Sequence[Sequence[TestTrace]] = ()
) -> tuple[Growth, Mapping[str, str]]:
    """The growth of a submission's costs, and of each aspect that is missing why.

    `beside` are the references' traces of the same tests; they help to see what the size of an input is.
    """
    measure = choose_measure([tests, *beside])
    if measure is None:
        return _nothing(None, (), _why_no_measure(tests))
    points = _points(tests, measure)
    sizes = [point.size for point in points]
    if len(sizes) < SIZES_MIN or spread_decades(sizes) < DECADES_MIN:
        return _nothing(measure, points, _too_few(sizes))
    time_kind = _Kind(word="time", noise=_time_noise_ns(tests), cheapest=CHEAPEST_NS)
    time = _classify([Sample(size=each.size, cost=each.cpu_time_ns) for each in points], time_kind)
    memory = _classify([Sample(size=each.size, cost=each.memory_bytes) for each in points], _MEMORY)
    why = {
        aspect.value: found
        for aspect, found in ((Aspect.TIME_GROWTH, time), (Aspect.MEMORY_GROWTH, memory))
        if isinstance(found, str)
    }
    growth = Growth(
        measure=measure,
        points=points,
        time=None if isinstance(time, str) else time,
        memory=None if isinstance(memory, str) else memory,
    )
    return growth, why


def _time_noise_ns(tests: Sequence[TestTrace]) -> float:
    """What the repeated runs of these very tests were apart, if that is more than usual: on a busy machine,
    or in a language that starts threads of its own."""
    spreads = [test.cpu_spread_ns for test in tests if test.cpu_spread_ns > 0]
    return max(TIME_NOISE_NS, median_low(spreads)) if spreads else TIME_NOISE_NS


def _nothing(
    measure: SizeMeasure | None, points: tuple[GrowthPoint, ...], why: str
) -> tuple[Growth, Mapping[str, str]]:
    growth = Growth(measure=measure, points=points, time=None, memory=None)
    return growth, {Aspect.TIME_GROWTH.value: why, Aspect.MEMORY_GROWTH.value: why}


def _points(tests: Sequence[TestTrace], measure: SizeMeasure) -> tuple[GrowthPoint, ...]:
    """One for each size, rising: tests of about the size of the smallest of them are taken together."""
    whole = [(size, test) for test in tests if test.is_whole and (size := size_of(test, measure)) is not None]
    together: list[list[tuple[int, TestTrace]]] = []
    for size, test in sorted(whole, key=lambda pair: (pair[0], pair[1].test)):
        if together and _are_same(together[-1][0][0], size):
            together[-1].append((size, test))
        else:
            together.append([(size, test)])
    return tuple(
        GrowthPoint(
            size=max(size for size, _ in group),
            cpu_time_ns=max(test.cpu_time_ns for _, test in group),
            memory_bytes=max(test.memory_bytes for _, test in group),
        )
        for group in together
    )


def _are_same(smaller: int, larger: int) -> bool:
    return larger == smaller or (smaller >= SMALL_SIZE and larger <= smaller * SAME_SIZE)


def _classify(samples: Sequence[Sample], kind: _Kind) -> Fit | str:
    """The fit, or why there is none."""
    if min(sample.cost for sample in samples) <= 0:
        return f"no {kind.word} was measured for some of the tests"
    models = fit_all(samples, noise=kind.noise)
    best = models[0]
    if best.misfit > MISFIT_MAX:
        return (
            f"no class explains it: the {kind.word} of tests is {best.misfit:.0%} off the best curve on "
            "average, so something else than the size of the input decides"
        )
    if best.complexity_class is ComplexityClass.CONSTANT or not _is_seen(best, kind):
        return _constant(models, samples, kind)
    risen = _risen(best, samples, kind)
    if len(risen) >= RISEN_MIN or (len(risen) > 1 and spread_decades(risen) >= RISEN_DECADES):
        return _as_fit(best, models, samples, kind)
    return (
        f"only on inputs of {len(risen)} of {len(samples)} sizes does the {kind.word} stand out from what "
        f"the language takes to start; {RISEN_MIN} sizes, or 2 that are a power of ten apart, are needed"
    )


def _is_seen(model: Model, kind: _Kind) -> bool:
    """Whether what grows can be told, at the largest size, from the noise of what does not."""
    return model.curve.factor >= max(STANDS_OUT * kind.noise, STANDS_OUT_OF_BASE * model.curve.base)


def _risen(model: Model, samples: Sequence[Sample], kind: _Kind) -> list[int]:
    """The sizes at which it can be seen."""
    size_max = max(sample.size for sample in samples)
    lowest = max(2 * kind.noise, STANDS_OUT_OF_BASE / 2 * model.curve.base)
    return [each.size for each in samples if model.curve.growing_part(each.size, size_max) >= lowest]


def _constant(models: Sequence[Model], samples: Sequence[Sample], kind: _Kind) -> Fit | str:
    """O(1), if a single cheap pass over the largest input would have been seen; else nobody knows."""
    size_max = max(sample.size for sample in samples)
    constant = next(model for model in models if model.complexity_class is ComplexityClass.CONSTANT)
    visible = max(STANDS_OUT * kind.noise, STANDS_OUT_OF_BASE * constant.curve.base)
    varies = max(sample.cost for sample in samples) / min(sample.cost for sample in samples)
    if size_max * kind.cheapest < visible or varies > 1 + STANDS_OUT_OF_BASE:
        return (
            f"the tests are too small: what {kind.word} grows with the input does not stand out from what "
            "the language takes to start"
        )
    return _as_fit(constant, [constant, *(each for each in models if each is not constant)], samples, kind)


def _as_fit(best: Model, models: Sequence[Model], samples: Sequence[Sample], kind: _Kind) -> Fit:
    weighed = zip(models[1:], weights_of(models)[1:], strict=True)
    return Fit(
        complexity_class=best.complexity_class,
        confidence=confidence(samples, models, noise=kind.noise),
        base=float(math.floor(best.curve.base)),  # ns and bytes: fractions of them mean nothing
        factor=float(math.floor(best.curve.factor)),
        size_max=max(sample.size for sample in samples),
        growth_base=best.curve.growth_base,
        also_possible=tuple(model.complexity_class for model, weight in weighed if weight >= POSSIBLE_FROM),
    )


def _why_no_measure(tests: Sequence[TestTrace]) -> str:
    sizes = [test.input_bytes for test in tests if test.input_bytes > 0]
    return (
        f"the inputs have {len(set(sizes))} sizes over {spread_decades(sizes):.1f} powers of ten, and "
        f"nothing else about them spreads further; {SIZES_MIN} sizes over {DECADES_MIN} are needed"
    )


def _too_few(sizes: Sequence[int]) -> str:
    return (
        f"only {len(sizes)} sizes, over {spread_decades(sizes):.1f} powers of ten, came to the program's own "
        f"end; {SIZES_MIN} sizes over {DECADES_MIN} are needed"
    )
