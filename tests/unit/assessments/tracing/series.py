"""Made-up tests of a problem whose costs grow as they are told to."""

from collections.abc import Callable, Mapping
import math
import random
from types import MappingProxyType

from assay.domain.trace import ComplexityClass, TestTrace
from assay.domain.verdict import Verdict

START_NS = 10_000_000  # an interpreter's
START_BYTES = 3_000_000
SHAPES: Mapping[ComplexityClass, Callable[[float], float]] = MappingProxyType(
    {
        ComplexityClass.CONSTANT: lambda _: 0.0,
        ComplexityClass.LOGARITHMIC: math.log2,
        ComplexityClass.LINEAR: lambda n: n,
        ComplexityClass.LINEARITHMIC: lambda n: n * math.log2(n),
        ComplexityClass.QUADRATIC: lambda n: n**2,
        ComplexityClass.CUBIC: lambda n: n**3,
        ComplexityClass.EXPONENTIAL: lambda n: 2.0**n,
    }
)
SIZES = tuple(round(100 * 1000 ** (step / 11)) for step in range(12))  # 100 to 100,000
SMALL_SIZES = (1, 2, 4, 8, 12, 16, 20, 22, 24, 26, 28, 30, 32)  # what 2^n leaves


def sizes_for(complexity_class: ComplexityClass) -> tuple[int, ...]:
    return SMALL_SIZES if complexity_class is ComplexityClass.EXPONENTIAL else SIZES


def a_test(size: int, cpu_time_ns: float, memory_bytes: float = START_BYTES, **other: object) -> TestTrace:
    fields: dict[str, object] = {
        "test": f"secret/{size}",
        "verdict": Verdict.AC,
        "input_bytes": size,
        "first_integer": None,
        "cpu_time_ns": round(cpu_time_ns),
        "wall_time_ns": round(cpu_time_ns) + 100_000,
        "memory_bytes": round(memory_bytes),
        "runs": 3,
        "is_whole": True,
    }
    return TestTrace(**{**fields, **other})  # type: ignore[arg-type]


def growing(
    complexity_class: ComplexityClass, *, seed: int = 0, noise: float = 0.0, rise: float = 100.0
) -> list[TestTrace]:
    """Time grows to `rise` starts at the largest size; each test is off by `noise`, as a part of its time."""
    chance = random.Random(f"{complexity_class}{seed}")  # noqa: S311  the same each time
    grows, sizes = SHAPES[complexity_class], sizes_for(complexity_class)
    largest = grows(sizes[-1]) or 1.0
    return [
        a_test(size, START_NS * (1 + rise * grows(size) / largest) * math.exp(chance.gauss(0, noise)))
        for size in sizes
    ]
