"""A problem as the judge needs it: limits, tests, how outputs are validated and scored, and the statement."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assay.domain.grading import Scored, Scoring, TestGroup
from assay.domain.jury import DataRef, JuryFile, JuryProgram, Validation
from assay.domain.limits import Limits

__all__ = [
    "About",
    "ComparisonMethod",
    "Credit",
    "DataRef",
    "FileWriting",
    "Included",
    "OutputComparison",
    "Problem",
    "ShownSample",
    "Source",
    "Statement",
    "StatementFormat",
    "TestCase",
]


class ComparisonMethod(StrEnum):
    """What is compared. `TOKENS` is the package format's; the others are DMOJ's standard checkers."""

    TOKENS = "tokens"
    LINES_OF_TOKENS = "lines_of_tokens"  # standard, floats: line by line, without empty ones
    IDENTICAL = "identical"  # every byte; equal but for white space is PE
    CHARACTERS = "characters"  # easy: how often each character occurs, white space and letter case aside
    SORTED_LINES = "sorted_lines"  # sorted: the lines in whatever order
    SORTED_TOKENS = "sorted_tokens"
    LINE_SHARE = "line_share"  # linecount: the share of lines that are right


@dataclass(frozen=True, kw_only=True)
class OutputComparison:
    """How an output is compared with the answer; the flags of the ICPC/Kattis problem package format.

    Tolerances are non-negative; `None` means that numbers are compared as text.
    """

    method: ComparisonMethod = ComparisonMethod.TOKENS
    case_sensitive: bool = False
    space_change_sensitive: bool = False
    float_absolute_tolerance: float | None = None
    float_relative_tolerance: float | None = None

    @property
    def compares_floats(self) -> bool:
        return self.float_absolute_tolerance is not None or self.float_relative_tolerance is not None


@dataclass(frozen=True, kw_only=True)
class TestCase:
    """One test. The answer never comes near the candidate's program; only the input does.

    `args` are for the program, `validator_args` for the setter's output validators, of which `checkers` names
    those that judge this test (None: all). `files` are in the program's working folder (their names are
    relative). `shown` replaces texts of a sample for people. With `accept_score` None an accepted test has no
    score of its own (see `scored`).
    """

    __test__ = False  # pytest collects classes named Test*; this one is a noun

    name: str  # "sample/1", "secret/02-large": path below data/ without the ending
    input: DataRef
    answer: DataRef
    is_sample: bool
    comparison: OutputComparison
    args: tuple[str, ...] = ()
    validator_args: tuple[str, ...] = ()
    checkers: tuple[str, ...] | None = (
        None  # `JuryProgram.name`s (legacy: output_validator_flags with a name)
    )
    files: tuple[JuryFile, ...] = ()
    scored: Scored = Scored.NO
    accept_score: float | None = None
    reject_score: float = 0.0
    full_feedback: bool = False  # shown to whoever fails it
    hint: str = ""
    description: str = ""  # for the jury
    shown: "ShownSample | None" = None

    @property
    def is_open(self) -> bool:
        """Whether whoever fails it may see all of it. Source: package format, "Samples and full feedback"."""
        return self.is_sample or self.full_feedback


@dataclass(frozen=True, kw_only=True)
class ShownSample:
    """What people see of a sample, where that is not its input and answer.

    `interaction` is a log: lines that begin with "<" come from the judge, with ">" from the program, "---"
    separates passes.
    """

    input: DataRef | None = None
    output: DataRef | None = None
    interaction: DataRef | None = None
    input_download: DataRef | None = None
    output_download: DataRef | None = None


class StatementFormat(StrEnum):
    MARKDOWN = "markdown"
    TEX = "tex"
    PDF = "pdf"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The problem's text in one natural language (`language` is a BCP 47 tag such as "en")."""

    language: str
    format: StatementFormat
    text: str  # "" for a PDF
    file: DataRef | None = None  # the PDF


class FileWriting(StrEnum):
    """Whether a program may create, change and delete files in its working folder. Nothing that it leaves is
    there for another run of it. (Its scratch folder, /tmp, is its own anyway.)

    Source: package format 2025-09, "Allow file writing".
    """

    SCRATCH = "scratch"  # formats that do not say: it works in /tmp unless there are files beside it
    NO = "no"
    YES = "yes"


@dataclass(frozen=True, kw_only=True)
class Included:
    """Files that are added to every submission in a language, before it is compiled.

    `language_id` is None for those of all languages; a language's own replace these by name. `prefix` is
    text that is put before each of the submission's own sources, a line or more (DMOJ's signature grader: its
    header, and a `#define` that gives a `main` another name).
    """

    language_id: str | None
    files: tuple[JuryFile, ...]
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Credit:
    """One who is thanked. `role` is the format's word: authors, testers, translators …"""

    role: str
    name: str
    email: str = ""
    language: str = ""  # of a translator
    orcid: str = ""
    kattis: str = ""  # a user name there


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the problem was first used. `url` may be ""."""

    name: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class About:
    """What nobody's verdict depends on."""

    uuid: str = ""
    revision: str = ""  # the package's `version`
    credits: tuple[Credit, ...] = ()
    sources: tuple[Source, ...] = ()
    license: str = "unknown"
    rights_owner: str = ""
    keywords: tuple[str, ...] = ()
    embargo_until: str = ""  # ISO 8601, UTC


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An immutable version of a problem. `version` is a digest of everything that a verdict depends on.

    `name` is the one to show where nobody's language is known, `names` are by language tag. With `grading`
    None every test must be accepted. `scoring` is None for a pass-fail problem. `languages` are the ids that
    may be used, None for all. With `takes_answers` a submission is not a program but the answers themselves
    (the format's submit-answer). `model_solution` may be asked what it would answer.
    """

    id: str
    version: str
    name: str
    limits: Limits
    tests: tuple[TestCase, ...]
    statements: tuple[Statement, ...]
    names: tuple[tuple[str, str], ...] = ()
    validation: Validation | None = None  # None: the default validator, and nothing but
    grading: TestGroup | None = None
    scoring: Scoring | None = None
    static_validator: JuryProgram | None = None
    included: tuple[Included, ...] = ()
    languages: tuple[str, ...] | None = None
    takes_answers: bool = False
    output_file: str = ""  # read instead of standard output, from the program's working folder
    file_writing: FileWriting = FileWriting.SCRATCH
    unbuffered: bool = False  # programs need not flush what they print, as far as their runtimes allow that
    model_solution: JuryProgram | None = None
    statement_files: tuple[JuryFile, ...] = ()  # images, by the name that the text uses
    more_samples: tuple[ShownSample, ...] = ()  # that are no tests: interactions, shown after the others
    attachments: tuple[JuryFile, ...] = ()
    about: About = About()

    def __post_init__(self) -> None:
        if not self.tests:
            raise ValueError("a problem has at least one test")
        if self.grading is not None and sorted(self.grading.tests()) != sorted(
            test.name for test in self.tests
        ):
            raise ValueError("the groups do not hold each test once")

    @property
    def judged_by(self) -> Iterator[JuryProgram]:
        """Every program of the setter's that has a say in a verdict."""
        if self.validation is not None:
            yield from self.validation.checkers
            if self.validation.interactor is not None:
                yield self.validation.interactor
        if self.static_validator is not None:
            yield self.static_validator
        if self.scoring is not None and self.scoring.grader is not None:
            yield self.scoring.grader

    def name_in(self, language: str) -> str:
        """The name in a language (a BCP 47 tag), else the one for everybody."""
        return dict(self.names).get(language, self.name)
