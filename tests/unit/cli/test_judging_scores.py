"""`assay judge`: all tests, scores and groups, and answers instead of a program."""

from collections.abc import Callable
from pathlib import Path
import zipfile

import pytest
from typer.testing import Result

from assay.adapters.memory.sandbox import Ending
from assay.errors import InvalidInput, UsageError
from assay.sandbox import Command
from tests.unit.cli.pretended import SUBMISSIONS, answer, source, write_package

SCORING = (
    "problem_format_version: 2025-09\nname: Double\ntype: scoring\nlicense: cc0\n"
    "uuid: 5c3b1f7e-0000-4000-8000-000000000000\nlimits:\n  time_limit: 1\n  memory: 64\n"
)
ANSWERS = SCORING.replace("scoring", "submit-answer")


def only_small(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """Doubles what is less than 3."""
    if command.box_writable:
        return Ending()
    return Ending(stdout=b"%d\n" % (2 * int(stdin) if int(stdin) < 3 else 0))


@pytest.fixture
def scoring(tmp_path: Path) -> Path:
    """A group of 30 points with one test, and one of 70 with two."""
    package = write_package(tmp_path / "double", SUBMISSIONS)
    (package / "problem.yaml").write_text(SCORING)
    secret = package / "data" / "secret"
    for name in ("1.in", "1.ans"):
        (secret / name).unlink()
    (secret / "test_group.yaml").write_text("max_score: 100\nscore_aggregation: sum\n")
    for group, points, numbers in (("a", 30, [2]), ("b", 70, [4, 1])):
        (secret / group).mkdir()
        (secret / group / "test_group.yaml").write_text(f"max_score: {points}\nscore_aggregation: min\n")
        for at, number in enumerate(numbers, 1):
            (secret / group / f"{at}.in").write_text(f"{number}\n")
            (secret / group / f"{at}.ans").write_text(f"{2 * number}\n")
    return package


def test_scores_and_groups(cli: Callable[..., Result], tmp_path: Path, scoring: Path) -> None:
    result = cli("judge", source(tmp_path), "--problem", scoring, "--json", program=only_small)
    decision = answer(result)
    assert (decision["score"], decision["verdict"]) == (30.0, "WA")
    by_name = {group["name"]: (group["score"], group["max_score"]) for group in decision["groups"]}
    assert by_name["secret/a"] == (30.0, 30.0)
    assert by_name["secret/b"] == (0.0, 70.0)
    text = cli("judge", source(tmp_path), "--problem", scoring, program=only_small).stdout
    assert "30 of 100 points" in text
    assert "0 of 70 points" in text


def test_all_tests_are_run_when_asked_for(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS)
    file = source(tmp_path, "echo wrong\n")
    lazy = answer(cli("judge", file, "--problem", package, "--json"))
    every = answer(cli("judge", file, "--problem", package, "--all-tests", "--json"))
    assert (len(lazy["runs"]), len(every["runs"])) == (1, 2)
    assert lazy["verdict"] == every["verdict"] == "WA"


@pytest.fixture
def answers_package(tmp_path: Path) -> Path:
    package = write_package(tmp_path / "answers", {})
    (package / "problem.yaml").write_text(ANSWERS)
    (package / "submissions").mkdir(exist_ok=True)
    return package


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize(("second", "verdict"), [("4", "AC"), ("5", "WA")])
def test_answers_are_judged(
    cli: Callable[..., Result], tmp_path: Path, answers_package: Path, *, form: str, second: str, verdict: str
) -> None:
    mine = tmp_path / "mine"
    (mine / "sample").mkdir(parents=True)
    (mine / "secret").mkdir()
    (mine / "sample" / "1.out").write_text("2\n")
    (mine / "secret" / "1.out").write_text(f"{second}\n")
    if form == "zip":
        packed = tmp_path / "mine.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(mine.rglob("*.out")):
                archive.write(path, path.relative_to(tmp_path))
        mine = packed
    decision = answer(cli("judge", mine, "--problem", answers_package, "--json"))
    assert (decision["verdict"], decision["test_count"]) == (verdict, 2)


def test_a_language_means_a_program(
    cli: Callable[..., Result], tmp_path: Path, answers_package: Path
) -> None:
    result = cli("judge", source(tmp_path), "--problem", answers_package, "--language", "bash")
    assert isinstance(result.exception, UsageError)
    assert "answers" in result.exception.message


def test_answers_to_no_test(cli: Callable[..., Result], tmp_path: Path, answers_package: Path) -> None:
    (tmp_path / "9.out").write_text("1\n")
    result = cli("judge", tmp_path / "9.out", "--problem", answers_package)
    assert isinstance(result.exception, InvalidInput)
    assert "9.out" in result.exception.message


def test_a_folder_without_files(cli: Callable[..., Result], tmp_path: Path, answers_package: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = cli("judge", tmp_path / "empty", "--problem", answers_package)
    assert isinstance(result.exception, UsageError)
    assert "no files" in result.exception.message
