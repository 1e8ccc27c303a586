"""Which of a problem's accepted submissions a program is compared with. Pure but for what is installed."""

from collections.abc import Callable, Sequence

from assay.assessments.tracing.taking import Program
from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import UnknownLanguage
from assay.intake.rules import normalise_source
from assay.problems import PackageSubmission

REFERENCES_MAX = 3  # each is judged on all tests; past a few they say nothing new


def choose_references(
    submissions: Sequence[PackageSubmission],
    language_id: str,
    *,
    language: Callable[[str], Language],
    is_available: Callable[[Language], bool],
) -> tuple[Program, ...]:
    """Those that must be accepted, by their paths: in the program's language if any are, else others.

    Like is compared with like: a ratio between languages says more of these than of programs, and is only
    better than none. `language` gives a language by its id and raises `UnknownLanguage`; `is_available` says
    whether its toolchain is there.
    """
    usable: list[tuple[PackageSubmission, Language]] = []
    for submission in sorted(submissions, key=lambda each: each.path):
        theirs = _known(submission.language_id, language)
        if submission.expected == (Verdict.AC,) and theirs is not None and is_available(theirs):
            usable.append((submission, theirs))
    same = [pair for pair in usable if pair[1].id == language_id]
    return tuple(_program(submission, theirs) for submission, theirs in (same or usable)[:REFERENCES_MAX])


def _program(submission: PackageSubmission, language: Language) -> Program:
    """As it would be judged: with its line ends normalised."""
    files = tuple(
        SourceFile(name=file.name, content=normalise_source(file.content)) for file in submission.files
    )
    return Program(name=submission.path, files=files, language=language)


def _known(language_id: str | None, language: Callable[[str], Language]) -> Language | None:
    if language_id is None:
        return None
    try:
        return language(language_id)
    except UnknownLanguage:
        return None
