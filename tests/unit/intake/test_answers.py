"""Submitted answers: one file a test, named so that nobody has to guess, bounded, and otherwise any bytes."""

from dataclasses import replace

import pytest

from assay.domain.answers import ANSWERS
from assay.domain.problem import DataRef, OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.errors import InvalidInput, SourceTooLarge, SubmissionInvalid
from assay.intake.answers import ANSWER_FILES_MAX, ANSWERS_BYTES_MAX, answers_for
from assay.intake.ports import Draft
from assay.intake.rules import check_draft
from tests.contract.houses import problem


def with_tests(*names: str) -> Problem:
    ref = DataRef("0" * 64)
    return replace(
        problem(),
        takes_answers=True,
        tests=tuple(
            TestCase(name=name, input=ref, answer=ref, is_sample=False, comparison=OutputComparison())
            for name in names
        ),
    )


def answers(*names: str, content: bytes = b"\x00 any bytes \xff") -> list[SourceFile]:
    return [SourceFile(name=name, content=content) for name in names]


def draft(files: list[SourceFile]) -> Draft:
    return Draft(
        problem_id="sum",
        language_id=ANSWERS,
        files=tuple(files),
        user_id=None,
        tenant=None,
        idempotency_key=None,
        request_sha256="r",
    )


PROBLEM = with_tests("sample/1", "secret/a/01", "secret/b/01", "secret/b/02")


@pytest.mark.parametrize(
    "names",
    [
        ["sample/1"],
        ["1.out"],
        ["1.ans", "02.txt"],
        ["secret/a/01", "secret/b/01.out", "secret/b/02.ans", "sample/1.txt"],
    ],
)
def test_what_is_named_as_its_test_is_taken_whatever_is_in_it(names: list[str]) -> None:
    check_draft(draft(answers(*names)))
    check_draft(draft(answers(*names, content=b"")))
    answers_for(PROBLEM, answers(*names))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("sample/1.out", "sample/1.out"),
        ("my answers/sample/1.out", "sample/1.out"),
        ("x/secret/b/02", "secret/b/02"),
        ("a/b/c/02.ans", "02.ans"),
    ],
)
def test_the_folders_that_answers_are_packed_in_do_not_count(sent: str, kept: str) -> None:
    (answer,) = answers_for(PROBLEM, answers(sent))
    assert answer.name == kept


def test_where_there_is_one_test_any_name_will_do() -> None:
    answers_for(with_tests("secret/1"), answers("whatever.csv"))


@pytest.mark.parametrize(
    ("names", "field", "words"),
    [
        (["2.out"], "files.0.name", "no test"),
        (["1.out", "1.in"], "files.1.name", "no test"),
        (["01.out"], "files.0.name", "'secret/a/01' and 'secret/b/01'"),
        (["a/1.out", "b/1.out"], "files.1.name", "both answer"),
        (["1.out", "sample/1.ans"], "files.1.name", "both answer the test 'sample/1'"),
    ],
)
def test_a_name_that_is_nobodys_or_unclear_is_refused(names: list[str], field: str, words: str) -> None:
    with pytest.raises(SubmissionInvalid, match=words) as refused:
        answers_for(PROBLEM, answers(*names))
    assert refused.value.field == field


@pytest.mark.parametrize("tests", [["secret/1"], ["secret/1", "secret/2"]])
def test_no_answer_is_larger_than_an_output_may_be(tests: list[str]) -> None:
    most = PROBLEM.limits.output_bytes
    answers_for(with_tests(*tests), answers("1.out", content=b"x" * most))
    with pytest.raises(SourceTooLarge) as refused:
        answers_for(with_tests(*tests), answers("1.out", content=b"x" * (most + 1)))
    assert refused.value.field == "files.0.content"


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ([], SubmissionInvalid),
        (answers("../1.out"), SubmissionInvalid),
        (answers("1.out", "1.out"), SubmissionInvalid),
        (answers("1.out", content=b"x" * (ANSWERS_BYTES_MAX + 1)), SourceTooLarge),
        (answers(*(str(n) for n in range(ANSWER_FILES_MAX + 1))), SubmissionInvalid),
    ],
    ids=["none", "outside", "twice", "large", "many"],
)
def test_what_no_problem_takes_is_refused_before_it_is_known(
    files: list[SourceFile], kind: type[InvalidInput]
) -> None:
    with pytest.raises(kind):
        check_draft(draft(files))
