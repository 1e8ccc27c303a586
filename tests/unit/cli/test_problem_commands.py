"""`assay problem new`, `validate` and `generate`: from the command line to the exit code."""

from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.errors import UsageError
from assay.sandbox import Command
from tests.unit.cli.preparing_commands import Cli, obey_or_validate
from tests.unit.cli.pretended import SUBMISSIONS, answer, write_package

# --- new --------------------------------------------------------------------------------------------------


def test_new_says_what_to_do_next(problem: Cli, tmp_path: Path) -> None:
    result = problem("new", tmp_path / "deep/sums", "--language", "en, de", "--title", "Sums & more")
    assert result.exit_code == 0
    assert (tmp_path / "deep/sums/statement/problem.de.md").is_file()
    assert 'en: "Sums & more"' in (tmp_path / "deep/sums/problem.yaml").read_text()
    for word in ("validate", "verify", "fuzz", "time-limit", "statement/problem.de.md"):
        assert word in result.stdout


def test_new_as_json(problem: Cli, tmp_path: Path) -> None:
    made = answer(problem("new", tmp_path / "talk", "--type", "interactive", "--json"))
    assert made["path"] == str(tmp_path / "talk")
    assert "output_validator/validate.py" in made["files"]
    assert all((tmp_path / "talk" / name).is_file() for name in made["files"])


def test_new_leaves_what_is_there_alone(problem: Cli, tmp_path: Path) -> None:
    (tmp_path / "sums").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("sums", "dangling"):
        error = problem("new", tmp_path / name).exception
        assert isinstance(error, UsageError)
        assert "is there already" in error.message
    assert list((tmp_path / "sums").iterdir()) == []


@pytest.mark.parametrize("arguments", [["Big-Sums"], ["sums", "--language", "english"]])
def test_new_says_what_a_name_may_be(problem: Cli, tmp_path: Path, arguments: list[str]) -> None:
    error = problem("new", tmp_path / arguments[0], *arguments[1:]).exception
    assert isinstance(error, UsageError)
    assert list(tmp_path.iterdir()) == []


# --- validate ---------------------------------------------------------------------------------------------


def test_validate_a_right_package(problem: Cli, package: Path) -> None:
    result = problem("validate", package, "--json")
    found = answer(result)
    assert result.exit_code == 0
    assert (found["valid"], found["total"]) == (1, 1)
    checks = {check["name"]: check["count"] for check in found["packages"][0]["checks"]}
    assert checks["input_validators/validate.sh"] == checks["answers as outputs"] == 2
    assert "1 of 1 packages are valid" in problem("validate", package).stdout


def test_validate_needs_no_time_limit(problem: Cli, package: Path) -> None:
    def only_validators(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        assert "validate.sh" in files, "no submission is run to measure one"
        return obey_or_validate(command, files, stdin)

    text = (package / "problem.yaml").read_text()
    (package / "problem.yaml").write_text(text.replace("  time_limit: 1\n", ""))
    assert problem("validate", package, program=only_validators).exit_code == 0


def test_validate_names_what_is_wrong(problem: Cli, package: Path, tmp_path: Path) -> None:
    (package / "data/secret/1.in").write_text("two\n")
    broken = write_package(tmp_path / "broken", SUBMISSIONS)
    (broken / "data/secret/1.ans").unlink()
    result = problem("validate", package)
    assert result.exit_code == 1
    assert "data/secret/1.in: is not valid for input_validators/validate.sh: no digits" in result.stdout
    both = problem("validate", package, broken, "--json")
    assert both.exit_code == 2
    found = answer(both)
    assert (found["valid"], found["total"]) == (0, 2)
    assert [each["checks"] == [] for each in found["packages"]] == [False, True]
    assert all(each["problems"] for each in found["packages"])


# --- generate ---------------------------------------------------------------------------------------------


def test_generate_writes_what_is_new_and_leaves_what_differs(problem: Cli, package: Path) -> None:
    (package / "generators").mkdir()
    (package / "generators/generators.yaml").write_text(
        "data:\n  secret:\n    data:\n      '1': {in: '3', ans: '6'}\n      '2': {in: '4'}\n"
    )
    result = problem("generate", package, "--json")
    outcome = answer(result)
    assert result.exit_code == 1
    assert outcome["left"] == ["data/secret/1.ans", "data/secret/1.in"]
    assert [each["path"] for each in outcome["written"]] == ["data/secret/2.ans", "data/secret/2.in"]
    assert (package / "data/secret/1.in").read_text() == "2\n"
    assert (package / "data/secret/2.ans").read_text() == "8\n"
    assert "--force replaces it" in problem("generate", package).stdout
    forced = problem("generate", package, "--force")
    assert forced.exit_code == 0
    assert "changed  data/secret/1.in" in forced.stdout
    assert (package / "data/secret/1.in").read_text() == "3\n"
    again = answer(problem("generate", package, "--json"))
    assert (again["written"], again["left"], again["same"]) == ([], [], 4)


def test_generate_for_another_format_needs_a_place(problem: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "pairs"
    folder.mkdir()
    (folder / "1.in").write_text("1\n")
    (folder / "1.out").write_text("2\n")
    error = problem("generate", folder).exception
    assert isinstance(error, UsageError)
    assert "--to" in error.message
    assert problem("generate", folder, "--to", tmp_path / "tests").exit_code == 0
    assert (tmp_path / "tests/secret/1.ans").read_text() == "2\n"


def test_every_command_explains_itself(problem: Cli) -> None:
    for name in ("new", "verify", "validate", "test", "time-limit", "fuzz", "generate", "upgrade"):
        result = problem(name, "--help")
        assert result.exit_code == 0
        assert len(result.stdout.splitlines()) > 8
