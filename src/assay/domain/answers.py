"""Submit-answer problems: a submission is the answers themselves, one file a test. Pure.

A test's answer is the file with the test's name (`secret/01`) or the last part of it (`01`), with one of the
endings below. For a problem with one test any single file will do.
"""

from collections.abc import Iterator, Mapping, Sequence

from assay.domain.problem import Problem, TestCase

ANSWERS = "answers"
"""Stands where a language's id would."""

ENDINGS = ("", ".out", ".ans", ".txt")


def names_of_answer(test: TestCase) -> Iterator[str]:
    """The names that a test's answer may have, the preferred one first."""
    for name in dict.fromkeys((test.name, test.name.rpartition("/")[2])):
        for ending in ENDINGS:
            yield name + ending


def tests_by_answer_name(problem: Problem) -> Mapping[str, Sequence[TestCase]]:
    """For every name that an answer may have the tests that are meant: several where it is unclear."""
    meant: dict[str, list[TestCase]] = {}
    for test in problem.tests:
        for name in names_of_answer(test):
            meant.setdefault(name, []).append(test)
    return meant
