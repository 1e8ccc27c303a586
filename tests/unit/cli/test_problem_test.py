"""`assay problem test`: submissions of the package and from elsewhere."""

from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.errors import UsageError
from assay.sandbox import Command
from tests.unit.cli.preparing_commands import Cli
from tests.unit.cli.pretended import SUBMISSIONS, answer, source


def test_test_all_submissions_on_all_tests(problem: Cli, package: Path) -> None:
    result = problem("test", package, "--all", "--json")
    assert result.exit_code == 0
    submissions = answer(result)["packages"][0]["submissions"]
    assert [each["path"] for each in submissions] == sorted(f"submissions/{path}" for path in SUBMISSIONS)
    assert all(len(each["runs"]) == 2 for each in submissions)
    lazily = answer(problem("test", package, "--all", "--lazy", "--json"))["packages"][0]["submissions"]
    assert [len(each["runs"]) for each in lazily] == [2, 1, 1]
    text = problem("test", package, "--all").stdout
    assert "sample/1" in text
    assert "secret/1" in text
    assert "1 right.sh" in text


def test_test_a_file_from_elsewhere(problem: Cli, package: Path, tmp_path: Path) -> None:
    right, wrong = source(tmp_path), source(tmp_path, "echo wrong\n", "wrong.sh")
    assert problem("test", package, right).exit_code == 0
    result = problem("test", package, right, wrong, "accepted", "--json")
    assert result.exit_code == 1
    submissions = answer(result)["packages"][0]["submissions"]
    assert [(Path(each["path"]).name, each["verdict"]) for each in submissions] == [
        ("two words.sh", "AC"),
        ("wrong.sh", "WA"),
        ("right.sh", "AC"),
    ]


def test_a_path_into_the_package_is_the_package_s_submission(problem: Cli, package: Path) -> None:
    result = problem("test", package, package / "submissions/wrong_answer/wrong.sh", "--json")
    assert result.exit_code == 0, "it is expected to be wrong"
    (submission,) = answer(result)["packages"][0]["submissions"]
    assert submission["path"] == "submissions/wrong_answer/wrong.sh"


def test_a_folder_from_elsewhere_is_one_submission(problem: Cli, package: Path, tmp_path: Path) -> None:
    folder = tmp_path / "several"
    for name in ("main.sh", "inner/other.sh", ".hidden/x.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("echo right\n")
    (submission,) = answer(problem("test", package, folder, "--json"))["packages"][0]["submissions"]
    assert (submission["verdict"], submission["language"]) == ("AC", "bash")


@pytest.mark.parametrize("arguments", [[], ["accepted", "--all"], ["nothing"], ["accepted/wrong.sh"]])
def test_test_wants_submissions_that_are_there(problem: Cli, package: Path, arguments: list[str]) -> None:
    assert isinstance(problem("test", package, *arguments).exception, UsageError)


def test_test_shows_the_reason_and_the_compiler_s_words(problem: Cli, package: Path, tmp_path: Path) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending(exit_code=1, stderr=b"[bold]line 1[/]: error\n")

    wrong = source(tmp_path, "echo wrong\n")
    assert "sample/1: line 1: expected 2, got 0" in problem("test", package, wrong).stdout
    compiled = problem("test", package, wrong, program=broken)
    assert compiled.exit_code == 1
    assert "[bold]line 1[/]: error" in compiled.stdout


def test_a_failure_of_ours(problem: Cli, package: Path, tmp_path: Path) -> None:
    assert problem("test", package, source(tmp_path, "echo ours\n")).exit_code == 3
