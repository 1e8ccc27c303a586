"""The shipped languages are whole, and a wrong data file is refused by file and field."""

from pathlib import Path
import shutil

import pytest

from assay.errors import UnknownLanguage
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.tables import DataFileError
from assay.languages.views import data_folder, load_views

CORE = ["bash", "c", "cpp", "go", "java", "javascript", "lua", "perl", "php", "python3", "ruby", "rust"]


@pytest.fixture(scope="module")
def catalogue() -> LanguageCatalogue:
    return load_catalogue()


def test_the_twelve_core_languages_are_there(catalogue: LanguageCatalogue) -> None:
    assert [language.id for language in catalogue.all()] == CORE


@pytest.mark.parametrize("language_id", CORE)
def test_every_language_is_usable(catalogue: LanguageCatalogue, language_id: str) -> None:
    language = catalogue.get(language_id)
    views = load_views()
    assert language.run.view in views
    assert language.compile is not None, "a syntax error must be a compile error in every language"
    assert language.compile.view in views
    for step in (language.compile, language.run):
        assert step.argv[0].startswith("/usr/") or step.argv[0] == "/box/.program"
        assert step.env["LC_ALL"] == "C.UTF-8"
        assert step.env["HOME"] == "/tmp"
    assert catalogue.for_file_name(language.source_name) is language
    assert language.self_test.stdout == "42\n"


@pytest.mark.parametrize(
    ("name", "language_id"),
    [
        ("main.c", "c"),
        ("a/b/main.cpp", "cpp"),
        ("x.cc", "cpp"),
        ("x.C", "cpp"),
        ("x.CPP", "cpp"),
        ("x.PY", "python3"),
        ("two words.py", "python3"),
        ("x.tar.go", "go"),
        ("x.pl", "perl"),
        ("x.h", None),
        ("Makefile", None),
        (".py", None),
        ("folder.py/readme", None),
        ("", None),
    ],
)
def test_a_file_name_says_its_language(
    catalogue: LanguageCatalogue, name: str, language_id: str | None
) -> None:
    found = catalogue.for_file_name(name)
    assert (found.id if found else None) == language_id


def test_an_unknown_language_is_refused_with_the_known_ones(catalogue: LanguageCatalogue) -> None:
    with pytest.raises(UnknownLanguage) as refusal:
        catalogue.get("cobol")
    assert refusal.value.field == "language"
    assert "python3" in refusal.value.message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "lua"', 'id = "moon"', "lua.toml: id: must be the file's name"),
        ('name = "Lua"', "", "lua.toml: name: is missing"),
        ('name = "Lua"', "name = 5", "lua.toml: name: must be a non-empty string"),
        ('extensions = ["lua"]', "extensions = []", "lua.toml: extensions: must be a non-empty list"),
        ('extensions = ["lua"]', 'extensions = ["moon"]', "lua.toml: source_name: must have one of"),
        ("cpu_time_multiplier = 1.0", "cpu_time_multiplier = 0", "cpu_time_multiplier: must be a positive"),
        (
            "cpu_time_multiplier = 1.0",
            "cpu_time_multiplier = true",
            "cpu_time_multiplier: must be a positive",
        ),
        ("processes = 100", "processes = -1", "lua.toml: run.processes: must be a positive integer"),
        ("processes = 100", "processes = 100\nthreads = 1", "lua.toml: run.threads: is not a known field"),
        ('view = "lua"', 'view = "moon"', "lua.toml: compile.view: 'moon' is not in views.toml"),
        ('"-p", "{main}"', '"-p", "{source}"', "compile.argv: unknown placeholder {source}"),
        ('"/usr/bin/lua5.4", "{main}"', '"lua5.4", "{main}"', "run.argv: the program 'lua5.4' must be"),
        ('"/usr/bin/lua5.4", "{main}"', '"/usr/bin/lua5.4", "{sources}"', "run.argv: unknown placeholder"),
        ('required_paths = ["/usr/bin/lua5.4"', 'required_paths = ["lua"', "lua.toml: required_paths: 'lua'"),
        ("[self_test]", "[self_tests]", "lua.toml: self_test: is missing"),
        ("[self_test]", "[self_test", "lua.toml: file: "),
        ("LUA_PATH =", "LUA_PATH = 1\nX =", "lua.toml: run.env: must be a table of strings"),
    ],
)
def test_a_wrong_data_file_is_named_with_its_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    text = (folder / "lua.toml").read_text()
    assert old in text
    (folder / "lua.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(DataFileError) as refusal:
        load_catalogue(folder)
    assert message in str(refusal.value)


def test_two_languages_cannot_claim_one_ending(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    text = (folder / "lua.toml").read_text()
    (folder / "lua.toml").write_text(text.replace('extensions = ["lua"]', 'extensions = ["lua", "py"]'))
    with pytest.raises(ValueError, match=r"both claim \.py"):
        load_catalogue(folder)
