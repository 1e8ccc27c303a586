"""A folder on the command line is the program of several files that a judge would be sent."""

from pathlib import Path

import pytest

from assay.cli.source_folder import read_program_folder
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
