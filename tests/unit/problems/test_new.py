"""A new package: every type, in every language, is whole and valid as it is."""

from pathlib import Path
from uuid import UUID

import pytest

from assay.domain.verdict import Verdict
from assay.problems import PackageFormat
from assay.problems.new import NewProblem, ProblemType, new_package
from assay.problems.reading import read_package
from tests.unit.problems.packages import Files, make

UUID_ = str(UUID(int=7))


def wanted(kind: ProblemType, *languages: str) -> NewProblem:
    return NewProblem(id="double", name='A "sum": #1', type=kind, languages=languages or ("en",), uuid=UUID_)


@pytest.mark.parametrize("kind", list(ProblemType))
@pytest.mark.parametrize("languages", [("en",), ("de",), ("en", "de", "fr")])
def test_a_new_package_is_read_without_a_word(
    tmp_path: Path, kind: ProblemType, languages: tuple[str, ...]
) -> None:
    files: Files = new_package(wanted(kind, *languages))
    package = read_package(make(tmp_path, files))
    assert package.warnings == ()
    assert package.format is PackageFormat.STANDARD_2025_09
    assert package.problem.name == 'A "sum": #1'
    assert package.problem.about.uuid == UUID_
    assert [each.language for each in package.problem.statements] == sorted(languages)
    assert package.input_validators
    assert package.validation_cases


@pytest.mark.parametrize("kind", list(ProblemType))
def test_a_new_package_has_right_and_wrong_submissions(tmp_path: Path, kind: ProblemType) -> None:
    package = read_package(make(tmp_path, new_package(wanted(kind))))
    problem = package.problem
    expected = [submission.expected for submission in package.submissions]
    assert (Verdict.AC,) in expected
    assert any(Verdict.AC not in verdicts for verdicts in expected)
    ids = {submission.language_id for submission in package.submissions}
    assert ids == ({"answers"} if kind is ProblemType.SUBMIT_ANSWER else {"cpp", "python3"})
    assert (problem.model_solution is None) is (kind is ProblemType.SUBMIT_ANSWER)
    interactor = None if problem.validation is None else problem.validation.interactor
    assert (interactor is not None) is (kind is ProblemType.INTERACTIVE)
    assert (problem.scoring is not None) is (kind is ProblemType.SCORING)


def test_a_statement_in_another_language_begins_as_the_english_one() -> None:
    files = new_package(wanted(ProblemType.PASS_FAIL, "en", "de", "sv"))
    english, german, swedish = (files[f"statement/problem.{tag}.md"] for tag in ("en", "de", "sv"))
    assert english == swedish != german


@pytest.mark.parametrize("name", ["Two", "two-sums", "zwei_summen", "", "größe"])
def test_an_id_that_the_format_forbids(name: str) -> None:
    with pytest.raises(ValueError, match="lower-case letters and digits"):
        NewProblem(id=name, name="x", type=ProblemType.SCORING, languages=("en",), uuid=UUID_)


@pytest.mark.parametrize("languages", [(), ("english",), ("en", "..")])
def test_what_is_no_language(languages: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no language such as en"):
        NewProblem(id="x", name="x", type=ProblemType.SCORING, languages=languages, uuid=UUID_)
