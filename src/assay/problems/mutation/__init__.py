"""Small faults put into right programs, and small changes of right inputs: what tests must notice. Pure.

    changes.py    a change of a source text, and the mutant that it makes
    python.py     Python: places found in the syntax tree
    tokens.py     C, C++, Java and their like: a lexer;  operators.py: what is changed among its tokens
    inputs.py     inputs: numbers, tokens and lines

Source of the idea: R. DeMillo, R. Lipton, F. Sayward, "Hints on Test Data Selection" (1978). The operators
are those that A. Offutt et al., "An Experimental Determination of Sufficient Mutant Operators" (1996), found
to be enough (relations, logic, arithmetic, constants), with what goes wrong in contests: narrow types, ends
of ranges, forgotten statements.
"""

from collections.abc import Iterator, Sequence

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.languages.commands import source_files
from assay.problems.mutation.changes import Mutant, Operator
from assay.problems.mutation.operators import DIALECTS, mutate_tokens
from assay.problems.mutation.python import mutate_python

__all__ = ["Mutant", "Operator", "can_mutate", "mutants_of"]

_PYTHON = ("python3", "pypy3")


def can_mutate(language: Language) -> bool:
    """Whether there are mutants of programs in the language."""
    return _base(language) in (*_PYTHON, *DIALECTS)


def mutants_of(path: str, files: Sequence[SourceFile], language: Language) -> Iterator[Mutant]:
    """All mutants of a submission, in the order of its text. What cannot be read as a program has none."""
    sources = source_files(language, files)
    for file in files:
        if file not in sources:
            continue
        try:
            text = file.content.decode()
        except UnicodeDecodeError:
            continue
        base = _base(language)
        changes = mutate_python(text) if base in _PYTHON else mutate_tokens(text, DIALECTS[base])
        for change in changes:
            yield Mutant(
                path=path, language_id=language.id, files=tuple(files), file=file.name, change=change
            )


def _base(language: Language) -> str:
    return language.base or language.id
