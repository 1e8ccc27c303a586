"""Packages that mean harm: links, devices, names, sheer numbers. All are refused; nothing leads outside."""

import os
from pathlib import Path

import pytest

from assay.domain.jury import DataRef
from assay.problems import folder
from assay.problems.package import Package
from assay.problems.reading import read_package
from tests.unit.problems.packages import STANDARD, findings_of, make

OUTSIDE = "is a symbolic link out of the package; put a copy of the file in its place"
NOWHERE = "is a symbolic link to nothing; remove it or put the file in its place"
CIRCLE = "is a symbolic link to a folder around it; put a copy in its place"
ENDLESS = "is a symbolic link that leads to ever more links; put a copy of the file in its place"
HIDDEN = "is a symbolic link to a hidden file, which the format leaves out"
DEVICE = "leads to what is neither a file nor a folder; remove it"


@pytest.mark.parametrize(
    ("place", "target", "message"),
    [
        ("problem.yaml", "/etc/passwd", OUTSIDE),
        ("data/secret/02.in", "/etc/passwd", OUTSIDE),
        ("data/secret/group", "/etc", OUTSIDE),
        ("attachments", "/root", OUTSIDE),
        ("attachments", "../../..", OUTSIDE),
        ("data/secret/02.in", "../../../outside", OUTSIDE),
        ("data/secret/02.in", "../secret/../../../double/data/secret/01.in", OUTSIDE),
        ("data/secret/dangling", "nowhere", NOWHERE),
        ("data/secret/02.in", "01.in/x", NOWHERE),
        ("data/secret/loop", ".", CIRCLE),
        ("data/secret/loop", "../..", CIRCLE),
        ("data/secret/02.in", "02.in", ENDLESS),
        ("data/secret/02.in", "../../.hidden/x", HIDDEN),
        ("data/secret/02.in", "../../.hidden/fifo", HIDDEN),
        ("data/secret/02.in", "03.in", DEVICE),
    ],
)
def test_a_symbolic_link_that_leads_astray_is_refused(
    tmp_path: Path, place: str, target: str, message: str
) -> None:
    (tmp_path / "outside").write_text("1\n")
    package = make(tmp_path, STANDARD, {".hidden/x": "1\n"})
    os.mkfifo(package / ".hidden/fifo")
    os.mkfifo(package / "data/secret/03.in")
    (package / place).unlink(missing_ok=True)
    (package / place).symlink_to(target)
    findings = findings_of(package)
    assert (place, message) in [(finding.path, finding.message) for finding in findings]


def content_of(package: Package, ref: DataRef) -> bytes:
    with os.fdopen(package.files.open(ref), "rb") as file:
        return file.read()


def test_links_within_the_package_are_what_they_lead_to(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD, {"data/secret/shared/5.in": "5\n", "data/secret/shared/5.ans": "10\n"})
    links = {
        "data/secret/02.in": "../sample/1.in",
        "data/secret/02.ans": "./../../data/sample/1.ans",
        "data/secret/again": "shared",
        "data/secret/03.in": "again/5.in",  # a link on the way to the target of a link
        "data/secret/03.ans": "again/../shared/5.ans",
        "submissions/wrong_answer": "accepted",
        "statement/problem.sv.md": "problem.en.md",
    }
    for place, target in links.items():
        (package / place).symlink_to(target)
    found = read_package(package)
    refs = {test.name: test.input for test in found.problem.tests}
    assert list(refs) == [
        "sample/1", "secret/01", "secret/02", "secret/03", "secret/again/5", "secret/shared/5",
    ]  # fmt: skip
    contents = {name: content_of(found, ref) for name, ref in refs.items()}
    assert (contents["secret/02"], contents["secret/03"], contents["secret/again/5"]) == (
        b"1\n",
        b"5\n",
        b"5\n",
    )
    assert [each.path for each in found.submissions] == [
        "submissions/accepted/good.py",
        "submissions/wrong_answer/good.py",
    ]
    assert [each.language for each in found.problem.statements] == ["en", "sv"]


def test_a_link_that_leads_outside_by_the_time_it_is_opened_is_not_followed(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD)
    (package / "data/secret/02.in").symlink_to("01.in")
    (package / "data/secret/02.ans").symlink_to("01.ans")
    found = read_package(package)
    (tmp_path / "outside").write_text("secret of another")
    (package / "data/secret/01.in").unlink()
    (package / "data/secret/01.in").symlink_to("../../../outside")
    with pytest.raises(OSError, match="leads out of the package"):
        found.files.open(found.problem.tests[-1].input)


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
