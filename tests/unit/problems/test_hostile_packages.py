"""Packages that mean harm: links, devices, names, sheer numbers. All are refused; nothing is followed."""

import os
from pathlib import Path

import pytest

from assay.problems import folder
from tests.unit.problems.packages import STANDARD, findings_of, make


@pytest.mark.parametrize(
    ("place", "target"),
    [
        ("problem.yaml", "/etc/passwd"),
        ("statement/problem.sv.md", "problem.en.md"),
        ("data/secret/02.in", "/etc/passwd"),
        ("data/secret/group", "/etc"),
        ("data/secret/loop", "."),
        ("data/secret/dangling", "/nowhere"),
        ("submissions/accepted/link.py", "good.py"),
        ("submissions/wrong_answer", "accepted"),
        ("attachments", "/root"),
    ],
)
def test_a_symbolic_link_is_refused_wherever_it_is(tmp_path: Path, place: str, target: str) -> None:
    package = make(tmp_path, STANDARD)
    (package / place).unlink(missing_ok=True)
    (package / place).symlink_to(target)
    findings = findings_of(package)
    assert (place, "is a symbolic link; put a copy of the file in its place") in [
        (finding.path, finding.message) for finding in findings
    ]


def test_a_fifo_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD, {"data/secret/01.in": None})
    os.mkfifo(package / "data/secret/01.in")
    assert "is neither a file nor a folder; remove it" in [
        finding.message for finding in findings_of(package)
    ]


@pytest.mark.parametrize("name", ["bad\nname.in", "bad\x1b[31m.py", "bad\udcff.md"])
def test_a_name_with_control_characters_is_refused_and_shown_harmlessly(tmp_path: Path, name: str) -> None:
    package = make(tmp_path, STANDARD)
    (package / "submissions/accepted" / name).touch()
    (finding,) = findings_of(package)
    assert finding.message.startswith("the name has control characters")
    assert finding.path.isprintable()
    assert finding.path.startswith("submissions/accepted/bad\\x")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "ENTRIES_MAX", 30)
    changes = {f"data/secret/{number}.in": "" for number in range(40)}
    findings = findings_of(make(tmp_path, STANDARD, changes))
    assert "more than 30 files and folders in the package" in [finding.message for finding in findings]


def test_too_deep_folders_are_refused(tmp_path: Path) -> None:
    deep = "data/secret" + "/x" * folder.DEPTH_MAX
    findings = findings_of(make(tmp_path, STANDARD, {f"{deep}/1.in": ""}))
    assert f"folders are nested more than {folder.DEPTH_MAX} deep" in [
        finding.message for finding in findings
    ]


@pytest.mark.parametrize("name", ["two words", "-x", ".hidden", "ümlaut", "a\nb"])
def test_a_folder_name_that_cannot_be_an_id(tmp_path: Path, name: str) -> None:
    package = make(tmp_path, STANDARD).rename(tmp_path / name)
    (finding,) = findings_of(package)
    assert (finding.path, finding.field) == (".", "short name")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "gone"):
        (finding,) = findings_of(path)
        assert finding.message.startswith("is no folder")
