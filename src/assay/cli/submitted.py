"""What a command that judges one submission locally is given: a program, or answers, and a package."""

from pathlib import Path
import sys

from assay.cli.answers import read_answers
from assay.cli.source import choose_language, read_program
from assay.cli.source_folder import read_program_folder
from assay.domain.answers import ENDINGS
from assay.domain.events import Progress
from assay.domain.language import Language
from assay.domain.limits import MILLISECONDS_PER_SECOND
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.errors import UsageError
from assay.intake.answers import answers_for
from assay.intake.rules import check_language
from assay.languages import LanguageCatalogue
from assay.problems import Package

_MAYBE_ANSWERS = frozenset({*ENDINGS, ".zip"})


def check_language_name(file: Path, language_id: str | None, catalogue: LanguageCatalogue) -> None:
    """A wrong command line is told before anything is started, unless these may be answers. Raises
    `UsageError`."""
    if language_id is not None or not (file.is_dir() or file.suffix.lower() in _MAYBE_ANSWERS):
        choose_language(file, language_id, catalogue)


def read_submission(
    file: Path, language_id: str | None, problem: Problem, catalogue: LanguageCatalogue
) -> tuple[tuple[SourceFile, ...], Language | None]:
    """The files, the main one first, and their language unless they are answers.

    Raises `UsageError` and `InvalidInput`.
    """
    if problem.takes_answers:
        if language_id is not None:
            raise UsageError("--language: this problem takes the answers themselves, and no programs")
        return answers_for(problem, read_answers(file)), None
    read = read_program_folder if file.is_dir() else read_program
    program = read(
        file,
        language_id=language_id,
        catalogue=catalogue,
        source_bytes_max=problem.limits.source_bytes,
    )
    check_language(program.language, problem)
    return program.files, program.language


def tell_of_time_limit(folder: Path, package: Package) -> None:
    """A time limit that is left to be measured is not measured for one verdict: say what is used."""
    if package.unmade:
        seconds = package.problem.limits.cpu_time_ms / MILLISECONDS_PER_SECOND
        print(
            f"{folder.name}: no time limit is given; {seconds:g} s of CPU time are used. "
            "'assay problem time-limit --write' finds one",
            file=sys.stderr,
        )


async def tell_nobody(progress: Progress) -> None:
    """A local verdict has no followers."""


def keep_quiet(what: str, done: int, total: int) -> None:
    """What a package leaves to be made is made without a word: there is one verdict to come."""
