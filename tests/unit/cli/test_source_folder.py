"""A folder on the command line is the program of several files that a judge would be sent."""

import os
from pathlib import Path

import pytest

from assay.cli import source_folder
from assay.cli.source_folder import DEPTH_MAX, read_program_folder
from assay.errors import UsageError
from assay.languages import LanguageCatalogue, load_catalogue

BYTES_MAX = 1000


@pytest.fixture(scope="module")
def catalogue() -> LanguageCatalogue:
    return load_catalogue()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_the_main_file_comes_first_and_hidden_and_linked_ones_are_left_out(
    tmp_path: Path, catalogue: LanguageCatalogue
) -> None:
    (tmp_path / "outside.py").write_text("secret\n")
    folder = write(
        tmp_path / "program",
        {
            "a.py": b"x = 1\r\n",
            "lib/__init__.py": b"",
            "lib/words.txt": b"one\n",
            "main.py": b"\xef\xbb\xbfimport a\n",
            ".git/config": b"\xff",
            ".env": b"TOKEN=1\n",
        },
    )
    (folder / "linked.py").symlink_to(tmp_path / "outside.py")
    (folder / "folder").symlink_to(tmp_path)
    program = read_program_folder(folder, language_id=None, catalogue=catalogue, source_bytes_max=BYTES_MAX)
    assert program.language.id == "python3"
    assert [(file.name, file.content) for file in program.files] == [
        ("main.py", b"import a\n"),
        ("a.py", b"x = 1\n"),
        ("lib/__init__.py", b""),
        ("lib/words.txt", b"one\n"),
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "has no source in it"),
        ({"main.py": b" \n"}, "has no source in it"),
        ({"main.py": b"x\n", "image.png": b"\x89PNG\r\n"}, "image.png: not UTF-8"),
        ({"main.py": b"x\n", "data.bin": b"a\0b"}, "data.bin: has a NUL byte"),
        ({"main.py": b"x" * 600, "b.py": b"x" * 600}, "program: larger than 1000 bytes"),
        ({"main.py": b"x\n", "b.java": b"class B {}\n"}, "name one with --language (java, python3)"),
        ({"notes.txt": b"x\n"}, "nothing says which language"),
        ({f"f{number}.py": b"x\n" for number in range(65)}, "more than 64 files"),
        ({"main.py": b"x\n", "a\\b.py": b"x\n"}, "backslash"),
    ],
)
def test_what_no_judge_takes_is_refused(
    tmp_path: Path, catalogue: LanguageCatalogue, files: dict[str, bytes], words: str
) -> None:
    folder = write(tmp_path / "program", files)
    folder.mkdir(exist_ok=True)
    with pytest.raises(UsageError) as caught:
        read_program_folder(folder, language_id=None, catalogue=catalogue, source_bytes_max=BYTES_MAX)
    assert words in caught.value.message


def test_a_named_language_decides(tmp_path: Path, catalogue: LanguageCatalogue) -> None:
    folder = write(tmp_path / "program", {"main.py": b"x\n", "b.sh": b"x\n"})
    program = read_program_folder(
        folder, language_id="python3", catalogue=catalogue, source_bytes_max=BYTES_MAX
    )
    assert program.language.id == "python3"
    with pytest.raises(UsageError, match="--language"):
        read_program_folder(folder, language_id="klingon", catalogue=catalogue, source_bytes_max=BYTES_MAX)


def refusal(folder: Path, catalogue: LanguageCatalogue) -> str:
    with pytest.raises(UsageError) as caught:
        read_program_folder(folder, language_id=None, catalogue=catalogue, source_bytes_max=BYTES_MAX)
    return caught.value.message


def test_folders_are_gone_through_to_some_depth(tmp_path: Path, catalogue: LanguageCatalogue) -> None:
    deepest = tmp_path
    for _ in range(DEPTH_MAX - 1):
        deepest = deepest / "f"
    write(deepest, {"main.py": b"x\n"})
    (deepest / "f").mkdir()
    program = read_program_folder(tmp_path, language_id=None, catalogue=catalogue, source_bytes_max=BYTES_MAX)
    assert program.files[0].name == "f/" * (DEPTH_MAX - 1) + "main.py"
    (deepest / "f/f").mkdir()
    assert f"more than {DEPTH_MAX} deep" in refusal(tmp_path, catalogue)


def test_folders_deeper_than_an_interpreter_can_call_are_refused(
    tmp_path: Path, catalogue: LanguageCatalogue
) -> None:
    (tmp_path / "main.py").write_text("x\n")
    before = Path.cwd()
    os.chdir(tmp_path)  # such a path is too long to be named at once
    for _ in range(1_200):
        Path("f").mkdir()
        os.chdir("f")
    try:
        assert "deep" in refusal(tmp_path, catalogue)
    finally:  # what tidies up after tests calls itself for each
        for _ in range(1_200):
            os.chdir("..")
            Path("f").rmdir()
        os.chdir(before)


def test_a_folder_of_anything_at_all_is_not_read_to_its_end(
    tmp_path: Path, catalogue: LanguageCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_folder, "ENTRIES_MAX", 10)
    write(tmp_path, {"a/main.py": b"x\n"})
    for number in range(4):
        (tmp_path / "b" / f"empty{number}").mkdir(parents=True)
        (tmp_path / f".hidden{number}").mkdir()
    assert "more than 10 files and folders" in refusal(tmp_path, catalogue)
    (tmp_path / ".hidden0").rmdir()
    read_program_folder(tmp_path, language_id=None, catalogue=catalogue, source_bytes_max=BYTES_MAX)


def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, catalogue: LanguageCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"main.py": b"x\n"})
    monkeypatch.setattr(os, "scandir", raise_denied)
    assert refusal(tmp_path, catalogue) == f"{tmp_path}: permission denied"


def raise_denied(where: Path) -> None:
    raise PermissionError(13, "Permission denied", str(where))
