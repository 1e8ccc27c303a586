"""What the demo counts as a surprise, and what it takes for a package."""

from pathlib import Path

import pytest

from assay.cli.demo import Row, package_folders
from assay.domain.verdict import Verdict
from assay.errors import UsageError
from assay.problems import PackageSubmission
from assay.problems.expectations import Expectation


def row(expected: tuple[Verdict, ...], verdict: Verdict | None) -> Row:
    submission = PackageSubmission(
        path="submissions/mixed/a.py",
        files=(),
        language_id="python3",
        expectation=Expectation(verdicts=expected),
    )
    return Row(problem_id="p", submission=submission, verdict=verdict, cpu_time_ms=1, memory_bytes=1)


@pytest.mark.parametrize(
    ("expected", "verdict", "as_expected"),
    [
        ((Verdict.AC,), Verdict.AC, True),
        ((Verdict.AC,), Verdict.WA, False),
        ((Verdict.AC,), None, True),
        ((), Verdict.WA, True),
        ((), Verdict.JE, False),
    ],
)
def test_a_surprise(expected: tuple[Verdict, ...], verdict: Verdict | None, as_expected: bool) -> None:
    assert row(expected, verdict).as_expected is as_expected


def test_packages_are_found_as_themselves_or_one_folder_down(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "problem.yaml").touch()
    assert package_folders([tmp_path]) == [tmp_path / "a", tmp_path / "b"]
    assert package_folders([tmp_path / "b"]) == [tmp_path / "b"]


def test_no_package_at_all_is_refused_instead_of_an_empty_success(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"problem\.yaml"):
        package_folders([tmp_path])
