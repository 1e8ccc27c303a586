"""Submit-answer problems: a submission is the answers, one file a test. Pure.

A test's answer is the file with its name (`secret/01.out`) or with the last part of it (`01.out`); with the
endings .out, .ans, .txt or none. For a problem with one test any single file will do.
"""

from collections.abc import Sequence

from assay.domain.problem import Problem, TestCase
from assay.domain.submission import SourceFile

ANSWERS = "answers"  # stands where a language's id would
_ENDINGS = ("", ".out", ".ans", ".txt")


def answer_for(test: TestCase, files: Sequence[SourceFile], problem: Problem) -> bytes | None:
    """The answer that was sent in for a test, None when there is none."""
    by_name = {file.name: file.content for file in files}
    for name in (test.name, test.name.rpartition("/")[2]):
        for ending in _ENDINGS:
            if name + ending in by_name:
                return by_name[name + ending]
    if len(files) == 1 and len(problem.tests) == 1:
        return files[0].content
    return None
