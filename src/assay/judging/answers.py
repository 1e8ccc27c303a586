"""Submit-answer problems: which of the files that were sent in answers a test. Pure."""

from collections.abc import Sequence

from assay.domain.answers import names_of_answer
from assay.domain.problem import Problem, TestCase
from assay.domain.submission import SourceFile


def answer_for(test: TestCase, files: Sequence[SourceFile], problem: Problem) -> bytes | None:
    """The answer that was sent in for a test (see domain/answers.py), None when there is none."""
    by_name = {file.name: file.content for file in files}
    for name in names_of_answer(test):
        if name in by_name:
            return by_name[name]
    if len(files) == 1 and len(problem.tests) == 1:
        return files[0].content
    return None
