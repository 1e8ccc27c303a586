"""The setter's own programs: output validators (checkers), interactors, input and static validators, graders.

They are trusted to say what is right, and with nothing else: they run in the sandbox, like a candidate's.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

DataRef = NewType("DataRef", str)
"""Names one immutable file in the store that the problem came from: the SHA-256 (hex) of a blob once
imported, a path relative to the package while it is still a folder. Only that store can open it."""


class Dialect(StrEnum):
    """How a jury's program is called, and what its exit code means: anything else than below is JE.

    | dialect | output validator                           | interactor           | right | wrong       |
    |---------|--------------------------------------------|----------------------|-------|-------------|
    | icpc    | input answer feedback/ args < output       | the same, with pipes | 42    | 43          |
    | testlib | input output answer args                   | input output answer  | 0     | 1; 2, 8: PE |
    | dmoj    | input output answer args                   | input answer         | 0     | 1           |
    | coci    | as dmoj                                    | as dmoj              | 0     | 1; 2: PE    |
    | peg     | answer output input args                   | as dmoj              | 0     | 1           |

    Points: testlib's exit code 7 with "points X" on standard error, or 16 and more for a percentage; coci's 7
    with a line "partial X/Y" there; peg's X and Y on lines of their own on standard output.
    Sources: the package format's "Reporting a judgement"; testlib.h (its `*_EXIT_CODE`s); DMOJ's
    documentation of the bridged checker, and its judge's modules for coci and peg.
    """

    ICPC = "icpc"
    TESTLIB = "testlib"
    DMOJ = "dmoj"
    COCI = "coci"
    PEG = "peg"


@dataclass(frozen=True, kw_only=True)
class JuryFile:
    """One file of a program: a relative name with `/` between folders."""

    name: str
    content: DataRef
    executable: bool = False


@dataclass(frozen=True, kw_only=True)
class JuryProgram:
    """A program of the setter's.

    `name` is its path in the package, for messages. Without a `language_id` it brings a `build` script, a
    `run` program, or both (package format, "Other programs"). `main` is the file that an interpreter is
    given. `args` come before those of a test. `unbuffered`: it need not flush what it prints, as far as its
    runtime allows that.
    """

    name: str
    files: tuple[JuryFile, ...]
    language_id: str | None
    main: str | None = None
    dialect: Dialect = Dialect.ICPC
    args: tuple[str, ...] = ()
    unbuffered: bool = False

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError(f"the program {self.name} has no files")


@dataclass(frozen=True, kw_only=True)
class ValidationLimits:
    """What the sandbox gives each run of a validator. `output_bytes` is of outputs and feedback together."""

    cpu_time_ms: int
    memory_bytes: int
    output_bytes: int

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name} must be positive, not {value}")


@dataclass(frozen=True, kw_only=True)
class Validation:
    """Who says whether an output is right.

    Without `checkers` and `interactor`: the default output validator (`TestCase.comparison`). Several
    checkers must all accept (legacy format). An `interactor` talks with the program while both run; if there
    are checkers too, they judge what it wrote to its output file (Polygon). `passes_max` is more than 1 for
    a multi-pass problem.
    """

    checkers: tuple[JuryProgram, ...] = ()
    interactor: JuryProgram | None = None
    passes_max: int = 1
    limits: ValidationLimits

    def __post_init__(self) -> None:
        if self.passes_max < 1:
            raise ValueError("a run has at least one pass")

    @property
    def is_default(self) -> bool:
        """Whether no program of the setter's has a say."""
        return not self.checkers and self.interactor is None
