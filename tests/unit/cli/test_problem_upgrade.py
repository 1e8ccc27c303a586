"""`assay problem upgrade`: in place, elsewhere, and not at all."""

from pathlib import Path
import shutil

import pytest

from assay.errors import PackageInvalid, UsageError
from tests.unit.cli.preparing_commands import Cli
from tests.unit.cli.pretended import SUBMISSIONS, answer, write_package


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
