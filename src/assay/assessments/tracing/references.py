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
    """Those that must be accepted: first the ones in the program's language, then the others by their paths.

    `language` gives a language by its id and raises `UnknownLanguage`; `is_available` says whether its
    toolchain is there.
    """
    found: list[Program] = []
    accepted = [each for each in submissions if each.expected == (Verdict.AC,)]
    for submission in sorted(accepted, key=lambda each: (each.language_id != language_id, each.path)):
        theirs = _known(submission.language_id, language)
        if theirs is None or not is_available(theirs):
            continue
        files = tuple(
            SourceFile(name=file.name, content=normalise_source(file.content)) for file in submission.files
        )
        found.append(Program(name=submission.path, files=files, language=theirs))
        if len(found) == REFERENCES_MAX:
            break
    return tuple(found)


def _known(language_id: str | None, language: Callable[[str], Language]) -> Language | None:
    if language_id is None:
        return None
    try:
        return language(language_id)
    except UnknownLanguage:
        return None
