"""Whatever a dialect can have is read back as it was, without a loss."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
import pytest

from assay.domain.problem import (
    Problem,
)
from assay.problems.package import PackageFormat
from assay.problems.reading import read_package
from tests.unit.problems.exported_legacy_problems import legacy_problems
from tests.unit.problems.exported_problems import standard_problems
from tests.unit.problems.exports import LANGUAGES, export, package_of


def round_trip(problem: Problem, dialect: PackageFormat, folder: Path) -> None:
    into, losses = export(folder, package_of(problem), dialect)
    assert losses == ()
    reread = read_package(into, languages=LANGUAGES).problem
    assert len(reread.tests) == len(problem.tests)
    assert [test.name for test in reread.tests] == [test.name for test in problem.tests]
    assert reread.limits == problem.limits
    assert reread.grading == problem.grading
    assert reread.scoring == problem.scoring
    assert reread.about == problem.about


relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(problem=standard_problems())
def test_a_problem_of_2025_09_is_read_back_as_it_was(
    problem: Problem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    round_trip(problem, PackageFormat.STANDARD_2025_09, tmp_path_factory.mktemp("x"))


@relaxed
@given(problem=legacy_problems())
def test_a_legacy_problem_is_read_back_as_it_was(
    problem: Problem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    round_trip(problem, PackageFormat.LEGACY, tmp_path_factory.mktemp("x"))
