"""The doctor on machines that lack something: each finding says what brings it."""

from collections.abc import Callable
import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assay.cli import doctor
from assay.cli.checks import Check
from assay.cli.doctor import check_cell, check_data_dir, check_toolchain, check_warm
from assay.errors import Unavailable
from assay.languages import load_catalogue
from assay.languages.warm import Manifest, file_digest, warm_folder, write_manifest
from assay.operate.privileges import Identity
from assay.settings import read_settings
from tests.conftest import needs_root

SELF = Identity(name="me", uid=os.geteuid(), gid=os.getegid())


def program(folder: Path, output: str) -> Path:
    path = folder / "cell"
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\n")
    path.chmod(0o755)
    return path


def test_the_cell_s_findings_are_passed_on(tmp_path: Path) -> None:
    findings = [
        {"name": "kernel", "ok": True, "found": "6.1", "remedy": ""},
        {"name": "seccomp", "ok": False, "found": "none", "remedy": "another kernel"},
    ]
    checks = check_cell(program(tmp_path, json.dumps({"ok": False, "checks": findings})))
    assert [(check.name, check.ok, check.remedy) for check in checks] == [
        ("cell", True, ""),
        ("kernel", True, ""),
        ("seccomp", False, "another kernel"),
    ]


@pytest.mark.parametrize("output", ["", "not JSON", "[]", '{"checks": [1]}', '{"checks": [{}]}'])
def test_a_cell_that_talks_nonsense_is_a_finding(tmp_path: Path, output: str) -> None:
    (check,) = check_cell(program(tmp_path, output))
    assert (check.name, check.ok) == ("cell", False)
    assert check.remedy


def test_a_missing_cell_is_a_finding(tmp_path: Path) -> None:
    (check,) = check_cell(tmp_path / "none")
    assert not check.ok
    assert "make setup" in check.remedy


def test_data_dir(tmp_path: Path) -> None:
    assert check_data_dir(tmp_path, SELF).ok
    to_be_made = check_data_dir(tmp_path / "a/b", SELF)
    assert to_be_made.ok
    assert "first use" in to_be_made.found
    stranger = check_data_dir(tmp_path, Identity(name="ann", uid=12345, gid=12345))
    assert (stranger.ok, stranger.remedy) == (False, f"chown -R ann {tmp_path}")
    (tmp_path / "file").touch()
    assert not check_data_dir(tmp_path / "file", SELF).ok
    assert not check_data_dir(tmp_path / "file/below", SELF).ok


@needs_root
def test_a_data_dir_behind_a_closed_folder_is_a_finding(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    os.seteuid(65534)
    try:
        check = check_data_dir(tmp_path / "data", SELF)
    finally:
        os.seteuid(0)
    assert (check.ok, check.remedy) == (False, "run with sudo, or name another folder with --data-dir")


def test_a_full_disk_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_BYTES_MIN", 1 << 60)
    check = check_data_dir(tmp_path, SELF)
    assert not check.ok
    assert "room" in check.remedy


def test_toolchains(monkeypatch: pytest.MonkeyPatch) -> None:
    bash = load_catalogue().get("bash")
    assert check_toolchain(bash).ok
    monkeypatch.setattr(doctor, "is_available", lambda language: False)
    missing = check_toolchain(bash)
    assert (missing.name, missing.ok, missing.remedy) == ("toolchain_bash", False, "apt-get install bash")


def test_missing_warm_files_are_a_warning(tmp_path: Path) -> None:
    check = check_warm(load_catalogue().get("cpp"), tmp_path)
    assert (check.name, check.ok) == ("warm_cpp", True)
    assert "slower" in check.found
    assert "assay warm" in check.remedy


def test_whole_warm_files_are_well(tmp_path: Path) -> None:
    cpp = load_catalogue().get("cpp")
    folder = warm_folder(cpp, tmp_path)
    assert folder is not None
    folder.mkdir()
    (folder / "file").touch()
    write_manifest(folder, Manifest(files={"file": (0, file_digest(folder / "file"))}, folders=()))
    assert (check_warm(cpp, tmp_path).found, check_warm(cpp, tmp_path).remedy) == (str(folder), "")


def test_a_warning_is_shown_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    warning = Check(name="warm_cpp", ok=True, found="not made", remedy="assay warm")
    monkeypatch.setattr(doctor, "examine", lambda settings: iter([warning]))
    app = typer.Typer()
    app.command()(doctor.doctor)
    shown = CliRunner().invoke(app, [])
    assert shown.exit_code == 0
    assert "note" in shown.stdout
    assert "remedy: assay warm" in shown.stdout


def test_a_toolchain_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(language: object) -> str:
        raise Unavailable("it hangs")

    monkeypatch.setattr(doctor, "version", silent)
    check = check_toolchain(load_catalogue().get("bash"))
    assert (check.ok, check.found, check.remedy) == (False, "it hangs", "apt-get install --reinstall bash")


@pytest.fixture
def examine(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    def set_fitness(ok: bool) -> None:
        remedy = "" if ok else "[b]do this[/b]"
        checks = [Check(name="kernel", ok=ok, found="6.1", remedy=remedy)]
        monkeypatch.setattr(doctor, "examine", lambda settings: iter(checks))

    return set_fitness


@pytest.mark.parametrize(("ok", "exit_code"), [(True, 0), (False, 3)])
def test_the_exit_code_says_whether_it_can_judge(
    examine: Callable[[bool], None], ok: bool, exit_code: int
) -> None:
    examine(ok)
    app = typer.Typer()
    app.command()(doctor.doctor)
    as_json = CliRunner().invoke(app, ["--json"])
    as_text = CliRunner().invoke(app, [])
    assert as_json.exit_code == as_text.exit_code == exit_code
    assert json.loads(as_json.stdout)["ok"] is ok
    assert ("[b]do this[/b]" in as_text.stdout) is not ok


def test_a_user_that_does_not_exist_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(environment: object, user: object) -> Identity:
        raise Unavailable("there is no user 'assay'")

    monkeypatch.setattr(doctor, "choose_identity", nobody)
    settings = read_settings({"ASSAY_CELL": str(tmp_path / "none"), "ASSAY_DATA_DIR": str(tmp_path)})
    checks = {check.name: check for check in doctor.examine(settings)}
    assert (checks["user"].ok, checks["user"].found) == (False, "there is no user 'assay'")
    assert "ASSAY_USER" in checks["user"].remedy
    assert checks["data_dir"].ok
