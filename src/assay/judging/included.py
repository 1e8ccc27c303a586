"""Files that the setter adds to every submission (package format, "Included files")."""

from collections.abc import Sequence
from dataclasses import replace

from assay.domain.language import Language
from assay.domain.problem import Included, Problem
from assay.domain.submission import SourceFile
from assay.judging.jury import read_files
from assay.judging.ports import TestData
from assay.languages.commands import source_files


def with_included(
    files: Sequence[SourceFile], problem: Problem, language: Language, data: TestData
) -> list[SourceFile]:
    """The submission with what belongs to its language, which replaces what is in its way. Blocking.

    Raises `JuryFault` when that is too much, and OSError.
    """
    own = list(files)
    for included in _for_language(problem.included, language):
        added = read_files(included.files, data)
        own = [file for file in own if not any(is_in_the_way(file.name, each.name) for each in added)]
        if included.prefix:
            sources = source_files(language, own)
            prefix = included.prefix.encode()
            own = [replace(file, content=prefix + file.content) if file in sources else file for file in own]
        own += added
    return own


def is_in_the_way(name: str, of: str) -> bool:
    """Whether there cannot be both files: they are the same, or one would have to be the other's folder."""
    return name == of or name.startswith(f"{of}/") or of.startswith(f"{name}/")


def _for_language(included: Sequence[Included], language: Language) -> list[Included]:
    """Those of all languages first, so that the language's own replace them."""
    return [each for wanted in (None, language.id) for each in included if each.language_id == wanted]
