"""`assay problem export`: any package, or an imported problem, in the package format."""

import os
from pathlib import Path
import zipfile

import pytest

from assay.errors import NotFound, PackageInvalid, UsageError
from assay.problems import Package, read_package
from tests.unit.cli.bringing import PAIRS, Cli, type_commands, write_files
from tests.unit.cli.pretended import SUBMISSIONS, answer, write_package


@pytest.fixture
def problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return type_commands(monkeypatch)


@pytest.fixture
def double(tmp_path: Path) -> Path:
    package = write_package(tmp_path / "double", SUBMISSIONS)
    validator = package / "output_validator"
    validator.mkdir()
    for name in ("build", "run"):
        (validator / name).write_text("#!/bin/sh\n")
        (validator / name).chmod(0o755)
    return package


def same_problem(one: Package, other: Package) -> bool:
    return (one.problem, one.submissions) == (other.problem, other.submissions)


def test_into_a_folder_with_the_problem_s_name(problem: Cli, double: Path) -> None:
    exported = answer(problem("export", double, "--json"))
    assert (exported["id"], exported["path"], exported["format"]) == ("double", "double", "icpc-2025-09")
    assert exported["losses"] == []
    assert same_problem(read_package(Path("double")), read_package(double))
    assert os.access("double/output_validator/run", os.X_OK)
    assert not os.access("double/problem.yaml", os.X_OK)


def test_into_a_folder_of_another_name(problem: Cli, double: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for target in (empty, tmp_path / "new"):
        assert problem("export", double, "--to", target).stdout.splitlines()[0] == str(target)
        package = read_package(target)
        assert package.problem.id == target.name
        assert package.problem.tests == read_package(double).problem.tests


def test_as_a_zip(problem: Cli, tmp_path: Path, double: Path) -> None:
    options = ("--zip", tmp_path / "out.zip", "--id", "twice", "--format", "legacy")
    assert answer(problem("export", double, *options, "--json"))["id"] == "twice"
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = archive.namelist()
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes["twice/problem.yaml"] == 0o644
    (run,) = (name for name in names if name.startswith("twice/output_validators/") and name.endswith("run"))
    assert modes[run] == 0o755
    assert all(name.startswith("twice/") for name in names)
    assert list(Path().iterdir()) == []


def test_what_is_lost_is_told(problem: Cli, double: Path) -> None:
    yaml = double / "problem.yaml"
    yaml.write_text(yaml.read_text() + "keywords: [one, two words]\n")
    result = problem("export", double, "--format", "legacy")
    assert result.exit_code == 0
    assert "not carried as it is:" in result.stdout
    assert "keywords" in result.stdout


def test_plain_files_become_a_package(problem: Cli, tmp_path: Path) -> None:
    pairs = write_files(tmp_path / "pairs", PAIRS)
    options = ("--from", "plain", "--time-limit-ms", "2500", "--memory-mib", "64")
    assert answer(problem("export", pairs, *options, "--json"))["warnings"] == []
    limits = read_package(Path("pairs")).problem.limits
    assert (limits.cpu_time_ms, limits.memory_bytes) == (2500, 64 << 20)


def test_an_imported_problem(problem: Cli, tmp_path: Path, double: Path) -> None:
    data = ("--data-dir", tmp_path / "data")
    assert problem("import", double, *data).exit_code == 0
    losses = answer(problem("export", "double", *data, "--json"))["losses"]
    assert [loss["what"] for loss in losses] == ["submissions", "input validators"]
    package = read_package(Path("double"))
    assert package.problem == read_package(double).problem
    assert package.submissions == ()


def test_nothing_is_written_over(problem: Cli, double: Path, tmp_path: Path) -> None:
    Path("double").mkdir()
    Path("double/mine").write_text("precious")
    Path("link").symlink_to(tmp_path)
    (tmp_path / "out.zip").write_text("precious")
    for options in (
        (),
        ("--to", "double"),
        ("--to", "link/double"),
        ("--to", "double/mine"),
        ("--to", "link"),
        ("--zip", tmp_path / "out.zip"),
        ("--to", "nowhere/deep"),
        ("--to", "x", "--zip", "y"),
        ("--to", "x", "--id", "y"),
    ):
        assert isinstance(problem("export", double, *options).exception, UsageError), options
    assert Path("double/mine").read_text() == (tmp_path / "out.zip").read_text() == "precious"
    assert sorted(path.name for path in Path().iterdir()) == ["double", "link"]


def test_what_is_not_there(problem: Cli, tmp_path: Path) -> None:
    assert isinstance(problem("export", "nowhere/at/all").exception, UsageError)
    error = problem("export", "unknown", "--data-dir", tmp_path / "data").exception
    assert isinstance(error, NotFound)
    assert "unknown" in error.message


def test_a_broken_package_leaves_nothing(problem: Cli, double: Path) -> None:
    (double / "data/secret/1.ans").unlink()
    assert isinstance(problem("export", double).exception, PackageInvalid)
    assert list(Path().iterdir()) == []
