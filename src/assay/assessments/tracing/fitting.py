"""Which class of growth explains costs over sizes best. Pure, and the same on every machine.

A cost is modelled as base + factor · shape(n) with both coefficients ≥ 0: nothing is faster for larger
inputs, and nothing starts in negative time. Residuals count relative to the cost, because the noise of times
does, down to an absolute `noise` below which nothing can be told apart. Classes are compared by the Bayesian
information criterion (Schwarz, "Estimating the Dimension of a Model", Annals of Statistics 6, 1978), whose
weights are what the classes' probabilities would be if all were as likely beforehand.

Sums are `math.fsum`, whose result does not depend on the order: so neither does that of a fit. Nothing here
is left to a linear algebra library, which may add in another order on another processor.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
import math
from operator import mul

from assay.domain.trace import ComplexityClass

RELATIVE_NOISE = 0.05  # of a time, from run to run on a quiet machine: what residuals are measured in
_FINEST = 0.01 / RELATIVE_NOISE  # no fit is believed to be better than to 1 %
_MOST_CONFIDENT = 0.99  # nothing that was measured is certain
EXPONENTIAL_BASES = (1.3, 1.4, 1.5, 1.618, 1.75, 2.0, 2.5, 3.0)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A cost at a size, both positive."""

    size: int
    cost: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """base + factor · shape(n). `growth_base` is the c of an exponential's c^n, else 0."""

    complexity_class: ComplexityClass
    base: float
    factor: float
    growth_base: float

    def growing_part(self, size: int, size_max: int) -> float:
        return self.factor * shape(self.complexity_class, size, size_max, growth_base=self.growth_base)


@dataclass(frozen=True, kw_only=True)
class Model:
    """A curve fitted to samples. `misfit` is the root mean square of the residuals, as parts of the cost."""

    curve: Curve
    misfit: float
    criterion: float  # the smaller, the better

    @property
    def complexity_class(self) -> ComplexityClass:
        return self.curve.complexity_class


def shape(
    complexity_class: ComplexityClass, size: float, size_max: float, *, growth_base: float = 0.0
) -> float:
    """The growing part at `size`, as a part of that at `size_max`."""
    if complexity_class is ComplexityClass.CONSTANT:
        return 0.0
    if complexity_class is ComplexityClass.EXPONENTIAL:
        return math.exp((size - size_max) * math.log(growth_base))
    return _POLYNOMIAL[complexity_class](size) / _POLYNOMIAL[complexity_class](size_max)


_POLYNOMIAL: dict[ComplexityClass, Callable[[float], float]] = {
    ComplexityClass.LOGARITHMIC: lambda n: math.log(n + 1),
    ComplexityClass.LINEAR: lambda n: n,
    ComplexityClass.LINEARITHMIC: lambda n: n * math.log(n + 1),
    ComplexityClass.QUADRATIC: lambda n: n * n,
    ComplexityClass.CUBIC: lambda n: n * n * n,
}


def fit_all(samples: Sequence[Sample], *, noise: float) -> list[Model]:
    """Every class that has a fit, the best first. Of exponentials only the best base."""
    variances = [(RELATIVE_NOISE * each.cost) ** 2 + noise**2 for each in samples]
    data = _Data(samples=samples, weights=[1 / variance for variance in variances])
    models = [_fit(data, complexity_class, 0.0) for complexity_class in _POLYNOMIAL]
    models.append(_fit_constant(data))
    exponentials = [
        model
        for growth_base in EXPONENTIAL_BASES
        if (model := _fit(data, ComplexityClass.EXPONENTIAL, growth_base)) is not None
    ]
    if exponentials:
        models.append(min(exponentials, key=lambda model: model.criterion))
    order = list(ComplexityClass)
    found = [model for model in models if model is not None]
    return sorted(found, key=lambda model: (model.criterion, order.index(model.complexity_class)))


def weights_of(models: Sequence[Model]) -> list[float]:
    """How probable each is among them, by the criterion; together 1."""
    best = min(model.criterion for model in models)
    likelihoods = [math.exp((best - model.criterion) / 2) for model in models]
    total = math.fsum(likelihoods)
    return [likelihood / total for likelihood in likelihoods]


def confidence(samples: Sequence[Sample], models: Sequence[Model], *, noise: float) -> float:
    """How clearly the first of `models` is the best, in hundredths, rounded down.

    The smaller of two: its weight among all, and the mean of its weights when one sample at a time is left
    out. Weights alone take noise for what the model says it is; leaving out tells whether one unlucky test
    decides. What 0.9 and more is worth: `make bench-tracing`, 99.7 % of all series, 93 % of the hardest.
    """
    best = models[0].complexity_class
    without_one = [_weight_of(best, fit_all(rest, noise=noise)) for rest in _one_less(samples)]
    mean = math.fsum(without_one) / len(without_one)
    return math.floor(100 * min(weights_of(models)[0], mean, _MOST_CONFIDENT)) / 100


def _weight_of(complexity_class: ComplexityClass, models: Sequence[Model]) -> float:
    pairs = zip(models, weights_of(models), strict=True)
    return next((weight for model, weight in pairs if model.complexity_class is complexity_class), 0.0)


def _one_less(samples: Sequence[Sample]) -> Iterator[Sequence[Sample]]:
    for left_out in range(len(samples)):
        yield [*samples[:left_out], *samples[left_out + 1 :]]


@dataclass(frozen=True, kw_only=True)
class _Data:
    """Samples, and for each the reciprocal of its variance."""

    samples: Sequence[Sample]
    weights: Sequence[float]

    def weighted_sum(self, values: Sequence[float]) -> float:
        return math.fsum(map(mul, self.weights, values))


def _fit_constant(data: _Data) -> Model:
    base = data.weighted_sum([each.cost for each in data.samples]) / math.fsum(data.weights)
    curve = Curve(complexity_class=ComplexityClass.CONSTANT, base=base, factor=0.0, growth_base=0.0)
    return _model(data, curve, [0.0] * len(data.samples))


def _fit(data: _Data, complexity_class: ComplexityClass, growth_base: float) -> Model | None:
    """Weighted least squares with two coefficients, neither below 0; None when nothing grows."""
    size_max = max(each.size for each in data.samples)
    shapes = [shape(complexity_class, each.size, size_max, growth_base=growth_base) for each in data.samples]
    costs = [each.cost for each in data.samples]
    w, wx, wy = math.fsum(data.weights), data.weighted_sum(shapes), data.weighted_sum(costs)
    wxx, wxy = data.weighted_sum([x * x for x in shapes]), data.weighted_sum(list(map(mul, shapes, costs)))
    determinant = w * wxx - wx * wx
    if determinant <= 0:  # all of one size
        return None
    factor = (w * wxy - wx * wy) / determinant
    base = (wy - factor * wx) / w
    if base < 0:
        base, factor = 0.0, wxy / wxx
    if factor <= 0:
        return None
    curve = Curve(complexity_class=complexity_class, base=base, factor=factor, growth_base=growth_base)
    return _model(data, curve, shapes)


def _model(data: _Data, curve: Curve, shapes: Sequence[float]) -> Model:
    count = len(data.samples)
    expected = [curve.base + curve.factor * x for x in shapes]
    squares = [(each.cost - cost) ** 2 for each, cost in zip(data.samples, expected, strict=True)]
    mean_square = data.weighted_sum(squares) / count
    coefficients = 1 + (curve.factor > 0) + (curve.growth_base > 0)
    return Model(
        curve=curve,
        misfit=math.sqrt(mean_square) * RELATIVE_NOISE,
        criterion=count * math.log(mean_square + _FINEST**2) + coefficients * math.log(count),
    )
