"""`assay problem new, validate, test, …`: from the command line to the exit code, on a pretended sandbox."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
import shutil

import pytest
import typer
from typer.testing import CliRunner, Result

from assay.adapters.memory.sandbox import Ending, Program
from assay.cli.preparing import add_commands, fuzz, generate, time_limit, trying, upgrade, validate
from assay.errors import PackageInvalid, UsageError
from assay.preparing.fuzz_report import Fuzzing
from assay.sandbox import Command
from tests.unit.cli.pretended import SUBMISSIONS, FakeCell, answer, obey, source, write_package

Cli = Callable[..., Result]


def obey_or_validate(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """A validator accepts digits; all else does what its source says."""
    if "validate.sh" in files and "-n" not in command.argv:
        return Ending(exit_code=42 if stdin.strip().isdigit() else 43, stdout=b"no digits")
    return obey(command, files, stdin)


@pytest.fixture
def problem(monkeypatch: pytest.MonkeyPatch) -> Cli:
    def type_command(*arguments: str | Path, program: Program = obey_or_validate) -> Result:
        @asynccontextmanager
        async def fake(*, slots: int, readable: Sequence[Path]) -> AsyncIterator[FakeCell]:
            assert all(path.is_absolute() and path.exists() for path in readable)
            yield FakeCell(program)

        monkeypatch.setattr(upgrade, "settle_in", lambda settings, *, readable, keeps_data: None)
        for module in (validate, trying, time_limit, fuzz, generate):
            monkeypatch.setattr(module, "local_sandbox", fake)
        app = typer.Typer()
        add_commands(app)
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return type_command


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = write_package(tmp_path / "double", SUBMISSIONS)
    validator = folder / "input_validators/validate.sh"
    validator.parent.mkdir()
    validator.write_text("validates\n")
    return folder


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


# --- test -------------------------------------------------------------------------------------------------


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


# --- time-limit -------------------------------------------------------------------------------------------


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


# --- fuzz -------------------------------------------------------------------------------------------------

DOUBLE_PY = "print(int(input()) * 2)\n"


def doubles(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """As `obey_or_validate`; and of Python, the program above and its mutants as far as this test has them:
    it doubles up to 99, and `* 2` is what makes it right."""
    source = files.get("double.py")
    if source is None:
        return obey_or_validate(command, files, stdin)
    if not stdin:
        return Ending()
    return Ending(stdout=b"%d\n" % (2 * min(int(stdin), 99)) if b"* 2" in source else b"7\n")


@pytest.fixture
def doubling(package: Path) -> Path:
    (package / "submissions/accepted/double.py").write_text(DOUBLE_PY)
    return package


def test_fuzz_shows_and_saves_what_tells(problem: Cli, doubling: Path, tmp_path: Path) -> None:
    saved = tmp_path / "deep/saved"
    result = problem("fuzz", doubling, "--inputs", "20", "--save", saved, "--json", program=doubles)
    found = answer(result)
    assert result.exit_code == 1, "the two accepted submissions do not agree beyond 99"
    assert (found["is_complete"], found["score"], found["survived"]) == (True, 1.0, 0)
    assert found["killed"] == len(found["mutants"]) > 0
    assert {each["place"] for each in found["mutants"]} == {"submissions/accepted/double.py:1"}
    assert all(int(each["content"]) > 99 for each in found["disagreements"])
    inputs = sorted(path.name for path in saved.iterdir())
    assert len(inputs) == 2 * len(found["disagreements"])
    first = found["disagreements"][0]
    name = first["input"].rpartition("/")[2]
    assert (saved / f"{name}.in").read_text() == first["content"]
    assert "right is what submissions/accepted/double.py prints" in (saved / f"{name}.txt").read_text()
    text = problem("fuzz", doubling, "--inputs", "20", program=doubles).stdout
    assert "submissions/accepted/right.sh gets WA" in text
    assert "100% killed" in text


def test_fuzz_shows_survivors_as_a_diff(problem: Cli, doubling: Path) -> None:
    def same(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        ending = doubles(command, files, stdin)
        return Ending(stdout=b"%d\n" % (2 * int(stdin))) if ending.stdout == b"7\n" else ending

    result = problem("fuzz", doubling, "--inputs", "0", program=same)
    assert result.exit_code == 0
    assert "survived: submissions/accepted/double.py:1 (constant)" in result.stdout
    assert "-print(int(input()) * 2)" in result.stdout
    assert "a survivor may be as right as its original" in result.stdout


def test_fuzz_broken_off_shows_what_is_known(
    problem: Cli, doubling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken_off(job: Fuzzing) -> None:
        job.report.note("submissions", "so far")
        raise KeyboardInterrupt

    monkeypatch.setattr(fuzz, "fuzz_package", broken_off)
    result = problem("fuzz", doubling)
    assert result.exit_code == 130
    assert "so far" in result.stdout
    assert "broken off" in result.stdout


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


# --- upgrade ----------------------------------------------------------------------------------------------


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    folder = write_package(tmp_path / "old", SUBMISSIONS, problem_yaml="name: Old\nvalidator_flags: x\n")
    (folder / "problem.yaml").write_text("name: Old\nvalidator_flags: case_sensitive\n")
    shutil.rmtree(folder / "statement")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("mine\n")
    return folder


def test_upgrade_in_place_keeps_what_it_replaces(problem: Cli, legacy: Path) -> None:
    before = {path.relative_to(legacy): path.read_bytes() for path in legacy.rglob("*") if path.is_file()}
    outcome = answer(problem("upgrade", legacy, "--json"))
    backup = legacy.with_name("old.legacy")
    assert outcome["backup"] == str(backup)
    assert "problem_format_version: 2025-09" in (legacy / "problem.yaml").read_text()
    assert (legacy / "statement/problem.en.md").read_text() == "Double it."
    assert not (legacy / "problem_statement").exists()
    assert (legacy / ".git/config").read_text() == "mine\n"
    kept = {path.relative_to(backup): path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    assert kept.items() <= before.items()
    assert {"problem.yaml", "problem_statement/problem.en.md"} == {path.as_posix() for path in kept}
    again = problem("upgrade", legacy).exception
    assert isinstance(again, UsageError)
    assert "an earlier upgrade left it" in again.message
    assert problem("verify", legacy, "--help").exit_code == 0


def test_upgrade_to_another_folder_leaves_the_package_alone(
    problem: Cli, legacy: Path, tmp_path: Path
) -> None:
    before = sorted(path for path in legacy.rglob("*"))
    result = problem("upgrade", legacy, "--to", tmp_path / "new")
    assert result.exit_code == 0
    assert "files written in 2025-09" in result.stdout
    assert sorted(path for path in legacy.rglob("*")) == before
    assert (tmp_path / "new/problem.yaml").is_file()
    once_more = problem("upgrade", tmp_path / "new").exception
    assert isinstance(once_more, UsageError)
    assert "is in 2025-09 already" in once_more.message
    assert "is there already" in str(problem("upgrade", legacy, "--to", tmp_path / "new").exception)


def test_upgrade_refuses_links_in_place_and_other_formats(problem: Cli, legacy: Path, tmp_path: Path) -> None:
    (legacy / "data/secret/2.in").symlink_to("1.in")
    (legacy / "data/secret/2.ans").symlink_to("1.ans")
    error = problem("upgrade", legacy).exception
    assert isinstance(error, UsageError)
    assert "symbolic link" in error.message
    assert problem("upgrade", legacy, "--to", tmp_path / "new").exit_code == 0
    pairs = tmp_path / "pairs"
    pairs.mkdir()
    for name in ("1.in", "1.out"):
        (pairs / name).write_text("1\n")
    assert "problem export" in str(problem("upgrade", pairs).exception)
    (legacy / "data/secret/1.ans").unlink()
    assert isinstance(problem("upgrade", legacy, "--to", tmp_path / "x").exception, PackageInvalid)
    assert not (tmp_path / "x").exists()


def test_every_command_explains_itself(problem: Cli) -> None:
    for name in ("new", "verify", "validate", "test", "time-limit", "fuzz", "generate", "upgrade"):
        result = problem(name, "--help")
        assert result.exit_code == 0
        assert len(result.stdout.splitlines()) > 8
