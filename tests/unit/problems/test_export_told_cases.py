"""An exported checker of DMOJ's knows its tests where the format has no arguments for them."""

from pathlib import Path
import subprocess
import sys

import pytest

from assay.problems import read_package
from assay.problems.dmoj import read_dmoj
from assay.problems.export import export_package
from assay.problems.export.losses import Loss
from assay.problems.package import PackageFormat
from tests.unit.problems import foreign
from tests.unit.problems.packages import Files

CHECKER = """
from dmoj.result import CheckerResult

def check(process_output, judge_output, judge_input, point_value, case_position, **kwargs):
    given = int(process_output)
    return CheckerResult(given == int(judge_output), point_value / 2, f"test {case_position}")
"""
INIT = """
checker: c.py
test_cases:
- {in: 1.in, out: 1.out, points: 30}
- {in: 2.in, out: 2.out, points: 70}
"""


def export(root: Path, second_input: str) -> tuple[Path, tuple[Loss, ...]]:
    files: Files = {
        "init.yml": INIT,
        "c.py": CHECKER,
        "1.in": "4\n",
        "1.out": "8\n",
        "2.in": second_input,
        "2.out": "8\n",
    }
    package = foreign.read(read_dmoj, root, files)
    into = root / "double"
    into.mkdir()
    losses = export_package(package, into, dialect=PackageFormat.LEGACY, languages=foreign.languages())
    return into, losses


@pytest.mark.parametrize(("number", "points"), [(1, 15.0), (2, 35.0)])
def test_each_test_is_found_by_its_files(tmp_path: Path, number: int, points: float) -> None:
    into, losses = export(tmp_path, "3\n")
    assert not any("output_validator_flags" in loss.what for loss in losses)
    assert all(test.validator_args == () for test in read_package(into).problem.tests)
    given = sorted(into.glob("data/secret/**/*.in"))[number - 1]
    (validator,) = (into / "output_validators").iterdir()
    feedback = tmp_path / "feedback"
    feedback.mkdir()
    done = subprocess.run(
        [sys.executable, validator / "__main__.py", given, given.with_suffix(".ans"), f"{feedback}/"],
        input=b"8\n",
        check=False,
        timeout=60,
    )
    assert done.returncode == 42
    assert float((feedback / "score.txt").read_text()) == points
    assert (feedback / "teammessage.txt").read_text() == f"test {number - 1}"


def test_tests_that_nobody_can_tell_apart_are_told(tmp_path: Path) -> None:
    _, losses = export(tmp_path, "4\n")
    assert any("has the same files as an earlier one" in loss.why for loss in losses)
