"""What submitted answers must be (submit-answer problems). Pure.

They are data and no source text: any bytes will do, and nothing about them is changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assay.domain.answers import tests_by_answer_name
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.errors import SourceTooLarge, SubmissionInvalid

ANSWERS_BYTES_MAX = 16 << 20  # of all answers: twice the package format's default limit of one output
ANSWER_FILES_MAX = 1000  # as many tests as the largest packages have


def answers_for(problem: Problem, files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """The answers, named as their tests want it: without the folders that they are packed in.

    Each file answers one test, and no test is answered twice. Tests may go without an answer. Raises
    `SubmissionInvalid` or `SourceTooLarge`, naming the field.
    """
    if len(files) == 1 and len(problem.tests) == 1:
        _check_bytes(files[0], problem, 0)
        return tuple(files)
    meant = tests_by_answer_name(problem)
    answered: dict[str, str] = {}
    named: list[SourceFile] = []
    for position, file in enumerate(files):
        _check_bytes(file, problem, position)
        field = f"files.{position}.name"
        name = next((end for end in _ends_of(file.name) if end in meant), file.name)
        named.append(replace(file, name=name))
        tests = meant.get(name, ())
        if not tests:
            raise SubmissionInvalid(
                f"no test is named {file.name!r}; an answer is named as its test is, such as "
                f"{problem.tests[0].name}.out",
                field=field,
            )
        if len(tests) > 1:
            both = " and ".join(repr(test.name) for test in tests[:2])
            raise SubmissionInvalid(
                f"{file.name!r} could answer {both}; give the test's whole name", field=field
            )
        earlier = answered.setdefault(tests[0].name, file.name)
        if earlier != file.name:
            raise SubmissionInvalid(
                f"{file.name!r} and {earlier!r} both answer the test {tests[0].name!r}", field=field
            )
    return tuple(named)


def _ends_of(name: str) -> Iterator[str]:
    """The name, then without its first folder, and so on."""
    while name:
        yield name
        name = name.partition("/")[2]


def _check_bytes(file: SourceFile, problem: Problem, position: int) -> None:
    if len(file.content) > problem.limits.output_bytes:
        raise SourceTooLarge(
            f"the answer {file.name!r} has {len(file.content)} bytes; "
            f"at most {problem.limits.output_bytes} are taken",
            field=f"files.{position}.content",
        )
