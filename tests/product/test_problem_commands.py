"""A setter's day, as typed: a new problem is verified, validated, tested, timed, fuzzed, generated again."""

from collections.abc import Iterator
import json
from pathlib import Path
import shutil
import signal
import subprocess
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest

from assay.problems.new import NewProblem, ProblemType, new_package
from tests.conftest import needs_root
from tests.product.running import ASSAY, EXAMPLES, assay

TYPES = {kind: kind.value.replace("-", "") for kind in ProblemType}


@pytest.fixture(scope="module")
def problems() -> Iterator[Path]:
    """A folder with a new problem of each type, where an ordinary user may read."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for kind, name in TYPES.items():
            new = NewProblem(id=name, name="New", type=kind, languages=("en", "de"), uuid=str(uuid4()))
            for path, text in new_package(new).items():
                file = Path(folder) / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        yield Path(folder)


@pytest.fixture
def sums(problems: Path, tmp_path: Path) -> Path:
    """A pass-fail problem of one's own, whose programs are all in Python: nothing here is about compilers."""
    tmp_path.chmod(0o755)
    package = tmp_path / "sums"
    shutil.copytree(problems / TYPES[ProblemType.PASS_FAIL], package, ignore=shutil.ignore_patterns("*.cpp"))
    return package


def as_json(result: "subprocess.CompletedProcess[str]") -> Any:
    assert "Traceback" not in result.stderr, result.stderr
    return json.loads(result.stdout)


def test_a_new_problem_is_written_as_typed(problems: Path, tmp_path: Path) -> None:
    name = TYPES[ProblemType.SCORING]
    typed = ("--type", "scoring", "--language", "en,de", "--title", "New")
    made = assay("problem", "new", tmp_path / name, *typed, "--json")
    assert made.returncode == 0, made.stderr
    for path in as_json(made)["files"]:
        if path != "problem.yaml":  # has an id of its own
            assert (tmp_path / name / path).read_bytes() == (problems / name / path).read_bytes()


@needs_root
def test_new_problems_verify_as_they_are(problems: Path) -> None:
    report = as_json(assay("problem", "verify", *(problems / name for name in TYPES.values()), "--json"))
    assert report["skipped"] == 0
    assert report["as_expected"] == report["total"] == 14
    assert all(not package["warnings"] and not package["problems"] for package in report["packages"])


@needs_root
def test_new_problems_and_examples_are_valid(problems: Path) -> None:
    examples = sorted(path.parent for path in EXAMPLES.glob("*/problem.yaml"))
    report = as_json(
        assay("problem", "validate", *(problems / name for name in TYPES.values()), *examples, "--json")
    )
    assert [package["path"] for package in report["packages"] if not package["is_valid"]] == []
    checks = [check for package in report["packages"] for check in package["checks"]]
    assert sum(check["count"] for check in checks if check["name"] == "data/invalid_input") >= 7
    assert all(check["failed"] == 0 for check in checks if check["name"] != "test data as text")


@needs_root
def test_an_invalid_test_and_a_validator_that_lets_all_pass(sums: Path) -> None:
    (sums / "data/secret/01-one.in").write_text("2\n-7\n")
    wrong = as_json(assay("problem", "validate", sums, "--json"))
    (problem,) = wrong["packages"][0]["problems"]
    assert problem["path"] == "data/secret/01-one.in"
    assert "there are 1 numbers, not 2" in problem["message"]
    (sums / "input_validators/validate.py").write_text("exit(42)\n")
    lax = assay("problem", "validate", sums)
    assert lax.returncode == 1
    assert lax.stdout.count("should be refused by some input validator") == 2


@needs_root
def test_submissions_from_elsewhere_are_tested(sums: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("print(0)\n")
    result = assay("problem", "test", sums, mine, "accepted/sum.py", "--json")
    assert result.returncode == 1
    own, theirs = as_json(result)["packages"][0]["submissions"]
    assert (own["verdict"], theirs["verdict"]) == ("WA", "AC")
    assert [run["verdict"] for run in own["runs"]] == ["WA", "AC", "WA", "WA", "WA"]


@needs_root
def test_a_time_limit_is_measured_and_written_where_only_root_may_write(sums: Path) -> None:
    slow = sums / "submissions/time_limit_exceeded/slow.py"
    slow.parent.mkdir()
    slow.write_text("while True:\n    pass\n")
    result = assay("problem", "time-limit", sums, "--runs", "6", "--write", "--json")
    report = as_json(result)
    assert result.returncode == 0, report
    assert report["time_limit_ms"] == 1000
    assert report["written"] == "problem.yaml"
    assert "  time_limit: 1\n" in (sums / "problem.yaml").read_text()
    timed = {each["path"]: each for each in report["submissions"]}
    assert timed["submissions/accepted/sum.py"]["count"] == 6
    assert timed["submissions/accepted/sum.py"]["confidence"] > 0.95
    assert timed["submissions/time_limit_exceeded/slow.py"]["is_at_least"]


@needs_root
def test_generators_make_the_same_tests_again(sums: Path) -> None:
    again = as_json(assay("problem", "generate", sums, "--json"))
    assert (again["written"], again["left"], again["unplanned"]) == ([], [], [])
    before = (sums / "data/secret/03-random.in").read_text()
    (sums / "data/secret/03-random.in").unlink()
    made = as_json(assay("problem", "generate", sums, "--json"))
    assert made["written"] == [{"path": "data/secret/03-random.in", "state": "new"}]
    assert (sums / "data/secret/03-random.in").read_text() == before


@needs_root
def test_fuzzing_shows_what_no_test_notices(sums: Path) -> None:
    lines = ["count = int(input())", "total = 0", "for _ in range(0, count):", "    total += int(input())"]
    (sums / "submissions/accepted/sum.py").write_text("\n".join([*lines, "print(total)", ""]))
    report = as_json(
        assay("problem", "fuzz", sums, "--mutants", "4", "--inputs", "4", "--seconds", "200", "--json")
    )
    assert report["is_complete"]
    assert report["killed"] >= 1
    assert report["killed"] + report["survived"] + report["stillborn"] == len(report["mutants"]) == 4
    assert report["inputs"]["valid"] == 4
    assert report["disagreements"] == []


@needs_root
def test_fuzzing_that_is_broken_off_shows_what_is_known(sums: Path) -> None:
    solution = sums / "submissions/accepted/sum.py"
    solution.write_text(f"for _ in range(10**7):\n    pass\n{solution.read_text()}")  # some minutes in all
    process = subprocess.Popen(
        [*ASSAY, "problem", "fuzz", str(sums), "--mutants", "5000", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=15)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in stderr, stderr
    assert process.returncode == 130
    assert json.loads(stdout)["is_complete"] is False


@needs_root
def test_an_upgraded_package_verifies(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    legacy = tmp_path / "mirrorlettering"
    slow_ones = shutil.ignore_patterns("*.c", "*.java", "*.rs", "*.rb")
    shutil.copytree(EXAMPLES / "mirrorlettering", legacy, ignore=slow_ones)
    upgraded = assay("problem", "upgrade", legacy, "--to", tmp_path / "mirror", "--json")
    assert as_json(upgraded)["losses"] == []
    report = as_json(assay("verify", tmp_path / "mirror", "--json"))
    assert report["as_expected"] == report["total"] > 0
