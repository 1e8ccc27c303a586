"""What reading a package yields, and the report that its reader writes on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias

from assay.domain.jury import DataRef, JuryFile, JuryProgram
from assay.domain.problem import Credit, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import Finding
from assay.problems.expectations import ANYTHING, Expectation


class PackageFormat(StrEnum):
    """What a package is written in. The first two are dialects of the ICPC/Kattis problem package format;
    `legacy-icpc` is a subset of `legacy` and read as such. What else there is, is converted on reading."""

    LEGACY = "legacy"
    STANDARD_2025_09 = "2025-09"
    POLYGON = "polygon"  # problem.xml
    DMOJ = "dmoj"  # init.yml
    PLAIN = "plain"  # nothing but pairs of .in and .out (or .ans) files


@dataclass(frozen=True, kw_only=True)
class PackageSubmission:
    """One of the jury's submissions.

    `path` is relative to the package: a file or, for several files, a folder. `language_id` is None when no
    known language fits, and ANSWERS where the problem takes answers instead of programs. `expectation` comes
    from its folder, a remark or submissions.yaml. `is_model`: it may be published as the solution.
    """

    path: str
    files: tuple[SourceFile, ...]
    language_id: str | None
    expectation: Expectation = ANYTHING
    authors: tuple[Credit, ...] = ()
    is_model: bool = False

    @property
    def expected(self) -> tuple[Verdict, ...]:
        """The verdicts that fit."""
        return self.expectation.verdicts

    def expects(self, verdict: Verdict) -> bool:
        """Whether the verdict is as expected. Without an expectation all are, but for our own fault."""
        return self.expectation.admits(verdict)


@dataclass(frozen=True, kw_only=True)
class InputArguments:
    """Arguments for input validators: `for_all` the same or, where `by_name` is given, each one's own."""

    for_all: tuple[str, ...] = ()
    by_name: Mapping[str, tuple[str, ...]] | None = None

    def of(self, name: str) -> tuple[str, ...]:
        """The arguments of the validator with this name, with or without its ending."""
        if self.by_name is None:
            return self.for_all
        return self.by_name.get(name) or self.by_name.get(name.rpartition(".")[0]) or ()


class InputValidatorKind(StrEnum):
    """What an input validator is written in."""

    PROGRAM = "program"
    CHECKTESTDATA = "ctd"
    VIVA = "viva"


@dataclass(frozen=True, kw_only=True)
class InputValidator:
    """Says whether an input (or, if `of_answers`, an answer) is such as the statement promises.

    It has no say in a verdict: it is for whoever prepares the problem. `program` is None for a grammar.
    """

    name: str
    kind: InputValidatorKind
    file: JuryFile | None = None
    program: JuryProgram | None = None
    of_answers: bool = False


class CaseKind(StrEnum):
    """What is to become of a validation case."""

    INVALID_INPUT = "invalid_input"  # some input validator refuses the input
    INVALID_OUTPUT = "invalid_output"  # the output validator refuses the output
    VALID_OUTPUT = "valid_output"  # it accepts it


@dataclass(frozen=True, kw_only=True)
class ValidationCase:
    """A test of the validators, not of submissions. `output` is None for an invalid input, whose `test` has
    no answer of its own either."""

    kind: CaseKind
    test: TestCase
    output: DataRef | None = None


class PackageFiles(Protocol):
    """Opens a package's files, for as long as whoever reads the package keeps them."""

    def open(self, ref: DataRef) -> int:
        """A read-only descriptor, never through a link. The caller closes it. Raises OSError."""
        ...


@dataclass(frozen=True, kw_only=True)
class MadeInput:
    """An input that a generator prints, or writes to the file `from_file` of its working folder (Polygon).

    With `answer`, it prints that on standard error (DMOJ). `stdin` is what it is given to read. `is_text`:
    the line ends of both become single newlines, and the last line gets one (DMOJ, but for binary data).
    """

    input: DataRef
    generator: JuryProgram
    args: tuple[str, ...]
    answer: DataRef | None = None
    stdin: DataRef | None = None
    from_file: str | None = None
    is_text: bool = False


@dataclass(frozen=True, kw_only=True)
class MadeAnswer:
    """An answer that the model solution prints when it is given the input."""

    answer: DataRef
    input: DataRef
    solution: JuryProgram


@dataclass(frozen=True, kw_only=True)
class MeasuredTimeLimit:
    """A time limit that is to be computed from the jury's submissions (package format, "Problem timing").

    The smallest multiple of `resolution_ms` that is at least `accepted_factor` times the slowest run that
    must be in time; `too_slow_factor` times it must not be more than the fastest that must be too slow.
    """

    accepted_factor: float
    too_slow_factor: float
    resolution_ms: int


FORMAT_TIMING = MeasuredTimeLimit(accepted_factor=2.0, too_slow_factor=1.5, resolution_ms=1000)
"""The package format's defaults."""

Making: TypeAlias = MadeInput | MadeAnswer | MeasuredTimeLimit


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package without faults. The problem's DataRefs are names that `files` can open.

    `warnings` are deviations from the specification that no verdict depends on, and limits left to us.
    `unmade`: what is still to be done in the sandbox (see making.py), in this order, before the problem can
    be imported; until then its version is `UNMADE`. `input_args` are by the names of tests and validation
    cases. `timing` says how a time limit would be measured, also where one is given.
    """

    path: Path
    format: PackageFormat
    problem: Problem
    submissions: tuple[PackageSubmission, ...]
    warnings: tuple[Finding, ...]
    files: PackageFiles
    unmade: tuple[Making, ...] = ()
    input_validators: tuple[InputValidator, ...] = ()
    input_args: Mapping[str, InputArguments] = field(default_factory=dict)
    validation_cases: tuple[ValidationCase, ...] = ()
    timing: MeasuredTimeLimit = FORMAT_TIMING

    def __post_init__(self) -> None:
        if (self.problem.version == UNMADE) is not bool(self.unmade):
            raise ValueError("a problem has a version as soon as nothing is left to make")


UNMADE = "unmade"


class Report:
    """Collects everything that one pass over a package finds. `errors` make it invalid, `warnings` do not."""

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    def error(self, path: str, message: str, *, field: str | None = None, line: int | None = None) -> None:
        self.errors.append(Finding(path=path, field=field, message=message, line=line))

    def warn(self, path: str, message: str, *, field: str | None = None, line: int | None = None) -> None:
        self.warnings.append(Finding(path=path, field=field, message=message, line=line))
