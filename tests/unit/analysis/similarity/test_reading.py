"""Submissions out of folders, whatever is in them."""

import os
from pathlib import Path

import pytest

from assay.analysis.similarity import reading
from assay.analysis.similarity.reading import FILE_BYTES_MAX, FILES_MAX, Found, Reader
from assay.errors import UnknownLanguage, UsageError
from assay.languages import load_catalogue
from tests.unit.analysis.similarity.made import COUNTING


def read(folder: Path, language: str | None = None) -> Found:
    return Reader(load_catalogue(), language=language).folder(folder, prefix="")


def reasons(found: Found) -> dict[str, str]:
    return {skip.name: skip.reason for skip in found.skipped}


def test_each_file_and_folder_is_a_submission(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(COUNTING)
    (tmp_path / "team/lib").mkdir(parents=True)
    (tmp_path / "team/main.cpp").write_text("int main() {}")
    (tmp_path / "team/lib/help.h").write_text("int help();")
    (tmp_path / "team/notes.txt").write_text("notes")
    (tmp_path / ".git").mkdir()
    found = read(tmp_path)
    assert [(each.name, [file.name for file in each.files]) for each in found.submissions] == [
        ("b.py", ["b.py"]),
        ("team", ["main.cpp", "lib/help.h"]),
    ]
    assert found.skipped == ()


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    (tmp_path / "nul.py").write_bytes(b"a\0b")
    (tmp_path / "empty.py").write_text(" \n")
    (tmp_path / "large.py").write_text("a" * (FILE_BYTES_MAX + 1))
    (tmp_path / "unknown.xyz").write_text("a")
    (tmp_path / "secret").write_text("x")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.py")
    found = read(tmp_path)
    assert found.submissions == ()
    told = reasons(found)
    assert told["nul.py"] == "has a NUL byte (at 1): it is not a source text"
    assert told["empty.py"] == "is empty"
    assert told["large.py"] == "is larger than 1048576 bytes"
    assert told["unknown.xyz"].startswith("is in no language that similarity reads (python, ")
    assert told["link.py"] == "is a link, which is not followed"
    assert told["pipe.py"] == "is no regular file"


def test_links_inside_a_submission_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "own.py").write_text(COUNTING)
    (folder / "theirs.py").symlink_to("/etc/passwd")
    (folder / "all").symlink_to("/")
    found = read(tmp_path)
    assert [file.name for file in found.submissions[0].files] == ["own.py"]
    assert reasons(found) == {"team/theirs.py": "is a link, which is not followed"}


def test_one_language_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(COUNTING)
    (tmp_path / "b.java").write_text("class A {}")
    (tmp_path / "plain").write_text(COUNTING)
    found = read(tmp_path, "python3")
    assert [each.name for each in found.submissions] == ["a.py", "plain"]
    assert reasons(found) == {"b.java": "is no python source"}


def test_languages_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(UsageError, match="similarity cannot read haskell"):
        Reader(load_catalogue(), language="haskell")
    with pytest.raises(UnknownLanguage):
        Reader(load_catalogue(), language="klingon")


def test_more_than_can_be_compared_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        (tmp_path / f"{number}.py").write_text(COUNTING)
    monkeypatch.setattr(reading, "TOTAL_BYTES_MAX", 3 * len(COUNTING))
    with pytest.raises(UsageError, match="compare parts of them"):
        read(tmp_path)
    monkeypatch.setattr(reading, "SUBMISSIONS_MAX", 3)
    with pytest.raises(UsageError, match="more than 3 submissions"):
        read(tmp_path)


def test_a_submission_with_too_many_files_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "team"
    folder.mkdir()
    for number in range(FILES_MAX + 1):
        (folder / f"{number}.py").write_text("a = 1")
    found = read(tmp_path)
    assert found.submissions == ()
    assert reasons(found)["team"].startswith("has more than 500 sources")
