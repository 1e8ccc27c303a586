"""A problem as the judge needs it: limits, tests, how outputs are compared, and the statement."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from assay.domain.limits import Limits

DataRef = NewType("DataRef", str)
"""Names one immutable test file in the store that the problem came from: the SHA-256 (hex) of a blob once
imported, a path relative to the package while it is still a folder. Only that store can open it."""


@dataclass(frozen=True, kw_only=True)
class OutputComparison:
    """How the default output validator compares; the flags of the ICPC/Kattis problem package format.

    Tolerances are non-negative; `None` means that numbers are compared as text.
    """

    case_sensitive: bool = False
    space_change_sensitive: bool = False
    float_absolute_tolerance: float | None = None
    float_relative_tolerance: float | None = None

    @property
    def compares_floats(self) -> bool:
        return self.float_absolute_tolerance is not None or self.float_relative_tolerance is not None


@dataclass(frozen=True, kw_only=True)
class TestCase:
    """One test. The answer never enters the sandbox; only the input does."""

    __test__ = False  # pytest collects classes named Test*; this one is a noun

    name: str  # "sample/1", "secret/02-large": path below data/ without the ending
    input: DataRef
    answer: DataRef
    is_sample: bool
    comparison: OutputComparison


class StatementFormat(StrEnum):
    MARKDOWN = "markdown"
    TEX = "tex"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The problem's text in one natural language (`language` is a BCP 47 tag such as "en")."""

    language: str
    format: StatementFormat
    text: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An immutable version of a problem. `version` is a digest of everything that a verdict depends on."""

    id: str
    version: str
    name: str
    limits: Limits
    tests: tuple[TestCase, ...]
    statements: tuple[Statement, ...]

    def __post_init__(self) -> None:
        if not self.tests:
            raise ValueError("a problem has at least one test")
