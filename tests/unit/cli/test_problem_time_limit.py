"""`assay problem time-limit`: what is measured is shown, and written where that is wanted."""

from pathlib import Path

from tests.unit.cli.preparing_commands import Cli
from tests.unit.cli.pretended import SUBMISSIONS, answer, write_package


def test_time_limit_measures_and_writes(problem: Cli, package: Path) -> None:
    result = problem("time-limit", package, "--json")
    found = answer(result)
    assert (result.exit_code, found["written"]) == (0, None)
    assert (found["given_ms"], found["time_limit_ms"], found["problems"]) == (1000, 1000, [])
    assert [each["path"] for each in found["submissions"]] == [
        "submissions/accepted/right.sh",
        "submissions/run_time_error/crash.sh",
        "submissions/wrong_answer/wrong.sh",
    ]
    assert {(each["use"], each["count"]) for each in found["submissions"]} == {("lower", 6)}
    assert [each["language"] for each in found["languages"]] == ["bash"]
    text = (package / "problem.yaml").read_text()
    (package / "problem.yaml").write_text(text.replace("  time_limit: 1\n", "  # measure me\n"))
    written = problem("time-limit", package, "--runs", "2", "--write")
    assert written.exit_code == 0
    assert "time limit: 1 s" in written.stdout
    assert "limits:\n  time_limit: 1\n  # measure me\n" in (package / "problem.yaml").read_text()


def test_time_limit_of_a_legacy_package(problem: Cli, tmp_path: Path) -> None:
    folder = write_package(tmp_path / "old", SUBMISSIONS, problem_yaml="name: Old\n")
    assert problem("time-limit", folder, "--runs", "1", "--write").exit_code == 0
    assert (folder / ".timelimit").read_text() == "1\n"


def test_no_time_limit_without_accepted_submissions(problem: Cli, tmp_path: Path) -> None:
    folder = write_package(tmp_path / "none", {"time_limit_exceeded/slow.sh": "right"})
    result = problem("time-limit", folder, "--write")
    assert result.exit_code == 1
    assert "no submission must be in time" in result.stdout
    assert "no time limit keeps the submissions apart" in result.stdout
