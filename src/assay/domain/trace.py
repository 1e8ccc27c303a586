"""What running a submission showed beside its verdict: costs test by test, and how they grow with the input.

An execution trace is a measurement. It is taken once and recorded; whatever is derived from it later is
derived from what is recorded, so that the same trace always gives the same result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assay.domain.verdict import Verdict


class CallClass(StrEnum):
    """What a system call is about. Each call is in one class."""

    FILE = "file"
    NETWORK = "network"
    PROCESS = "process"
    MEMORY = "memory"
    TIME = "time"
    SYNC = "sync"
    OTHER = "other"


class ComplexityClass(StrEnum):
    """How a cost grows with the size n of the input, from the slowest growth to the fastest."""

    CONSTANT = "O(1)"
    LOGARITHMIC = "O(log n)"
    LINEAR = "O(n)"
    LINEARITHMIC = "O(n log n)"
    QUADRATIC = "O(n^2)"
    CUBIC = "O(n^3)"
    EXPONENTIAL = "O(2^n)"  # c^n for any c of at least 1.3: naive Fibonacci numbers are in it, too


class SizeMeasure(StrEnum):
    """What is taken for the size n of an input."""

    BYTES = "input bytes"
    FIRST_INTEGER = "first integer"  # with which many formats begin: how many items follow


class Aspect(StrEnum):
    """A part of a trace that may be missing, as a key of `ExecutionTrace.not_assessed`."""

    TIME_GROWTH = "time_growth"
    MEMORY_GROWTH = "memory_growth"
    COUNTS = "counts"
    REFERENCES = "references"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What the kernel counted in one run of its own, whose times mean nothing: all processes together.

    `system_calls` are those that happened, from the program's execve on: what the sandbox refuses is not
    among them. A switch is voluntary when the thread had to wait for something. `threads_max` is the largest
    number of threads at once.
    """

    system_calls: Mapping[CallClass, int]
    voluntary_switches: int
    involuntary_switches: int
    page_faults: int
    threads_max: int


@dataclass(frozen=True, kw_only=True)
class TestTrace:
    """One test's costs; of several runs the medians. Those of a multi-pass test are its slowest pass's.

    `cpu_spread_ns` is how far these runs' CPU times were from their median, as a median again; 0 of few runs.
    `is_whole`: the program ended by itself, so that the costs are the test's and not a limit's.
    `first_integer` is that of the input, if there is one. `counts` is None where nobody counted.
    """

    __test__ = False  # pytest collects classes named Test*; this one is a noun

    test: str
    verdict: Verdict
    input_bytes: int
    first_integer: int | None
    cpu_time_ns: int
    wall_time_ns: int
    memory_bytes: int  # the peak
    runs: int  # that the medians are of
    is_whole: bool
    counts: Counts | None = None
    cpu_spread_ns: int = 0


@dataclass(frozen=True, kw_only=True)
class GrowthPoint:
    """The costs at one size: the largest of all tests of about that size."""

    size: int
    cpu_time_ns: int
    memory_bytes: int


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A cost as `base` + `factor` · shape(n), in the cost's unit: ns or bytes. `factor` is the growing
    part's at the largest size, so shape is 1 there.

    `confidence` is from 0 to 1, in hundredths: how clearly this class explains the points better than the
    others do. `also_possible` are those that the points do not rule out, the likeliest first. `growth_base`
    is the c of an exponential's c^n, else 0.
    """

    complexity_class: ComplexityClass
    confidence: float
    base: float
    factor: float
    size_max: int
    growth_base: float = 0.0
    also_possible: tuple[ComplexityClass, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How costs grow over the tests' sizes. A fit is None where it cannot be told: the trace's `not_assessed`
    says why. `measure` is None where nothing serves as a size."""

    measure: SizeMeasure | None
    points: tuple[GrowthPoint, ...]
    time: Fit | None
    memory: Fit | None

    @property
    def time_class(self) -> ComplexityClass | None:
        return None if self.time is None else self.time.complexity_class

    @property
    def time_confidence(self) -> float | None:
        return None if self.time is None else self.time.confidence

    @property
    def memory_class(self) -> ComplexityClass | None:
        return None if self.memory is None else self.memory.complexity_class

    @property
    def memory_confidence(self) -> float | None:
        return None if self.memory is None else self.memory.confidence


@dataclass(frozen=True, kw_only=True)
class ReferenceComparison:
    """Costs as multiples of an accepted submission's of the problem, on the same machine in the same minute.

    1.0 is as costly. A ratio is the geometric mean over the tests, None where no test tells: all of them are
    so short that they show the language's start and not the program. A test that a limit ended counts with
    what it had taken by then; `at_least`: there was one, and a ratio may be larger.
    """

    reference: str
    language_id: str
    same_language: bool
    time_ratio: float | None
    memory_ratio: float | None
    time_class: ComplexityClass | None
    at_least: bool = False


@dataclass(frozen=True, kw_only=True)
class ExecutionTrace:
    """All that was seen. `not_assessed` says of each `Aspect` that is missing why it is."""

    tests: tuple[TestTrace, ...]
    growth: Growth
    references: tuple[ReferenceComparison, ...] = ()
    not_assessed: Mapping[str, str] = field(default_factory=dict)

    @property
    def average_wall_time_ms(self) -> float | None:
        """The tests' mean, None without a test."""
        if not self.tests:
            return None
        return sum(test.wall_time_ns for test in self.tests) / len(self.tests) / NANOSECONDS_PER_MILLISECOND

    @property
    def peak_memory_bytes(self) -> int | None:
        """The largest of all tests, None without a test."""
        return max((test.memory_bytes for test in self.tests), default=None)


NANOSECONDS_PER_MILLISECOND = 1_000_000
