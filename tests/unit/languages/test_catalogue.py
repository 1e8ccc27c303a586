"""The shipped languages are whole, and a wrong data file is refused by file and field."""

from pathlib import Path
import shutil

import pytest

from assay.domain.language import Language
from assay.errors import UnknownLanguage
from assay.languages import views
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.tables import DataFileError
from assay.languages.views import data_folder, load_views

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = load_catalogue().all()
CORE = ["bash", "c", "cpp", "go", "java", "javascript", "lua", "perl", "php", "python3", "ruby", "rust"]


@pytest.fixture(scope="module")
def catalogue() -> LanguageCatalogue:
    return load_catalogue()


def test_the_twelve_core_languages_are_there(catalogue: LanguageCatalogue) -> None:
    assert [language.id for language in catalogue.all() if language.is_core] == CORE


def test_there_are_thirty_six_languages_and_more_besides_other_versions(catalogue: LanguageCatalogue) -> None:
    assert len([language for language in catalogue.all() if language.base is None]) >= 36


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_every_language_is_usable(catalogue: LanguageCatalogue, language: Language) -> None:
    known = load_views()
    assert language.compile is not None or language.id == "sqlite", "a syntax error must be a compile error"
    for step in (language.compile or language.run, language.run):
        assert step.view in known
        assert step.argv[0].startswith("/usr/") or step.argv[0] == "/box/.program"
        assert step.env["LC_ALL"] == "C.UTF-8"
        assert step.env["HOME"] == "/tmp"
    by_name = catalogue.for_file_name(language.source_name)
    assert by_name is not None
    assert by_name.id == (language.base or language.id)
    assert language.self_test.stdout == "42\n"


def test_what_a_version_does_not_say_is_its_base_s(catalogue: LanguageCatalogue) -> None:
    cpp, cpp17 = catalogue.get("cpp"), catalogue.get("cpp17")
    assert cpp.compile is not None
    assert cpp17.compile is not None
    assert "-std=gnu++17" in cpp17.compile.argv
    assert cpp17.compile.env == cpp.compile.env
    assert (cpp17.run, cpp17.extensions, cpp17.apt_packages) == (cpp.run, cpp.extensions, cpp.apt_packages)
    assert (cpp17.is_core, cpp.is_core) == (False, True)
    assert catalogue.get("c11").base == "c"


def test_warm_files_are_inherited_only_where_a_version_says_so(catalogue: LanguageCatalogue) -> None:
    java, java11 = catalogue.get("java"), catalogue.get("java11")
    assert java11.warm == java.warm
    assert java11.warm is not None
    cpp, cpp17 = catalogue.get("cpp").warm, catalogue.get("cpp17").warm
    assert cpp is not None
    assert cpp17 is not None
    assert (cpp17.sources, cpp17.compile_options) == (cpp.sources, cpp.compile_options)
    assert cpp17.steps != cpp.steps
    assert catalogue.get("pypy3").warm is None


def test_a_runtime_in_a_versioned_folder_is_found_by_its_variables(tmp_path: Path) -> None:
    for version in ("9", "13"):
        (tmp_path / f"erts-{version}").mkdir()
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    text = (folder / "lua.toml").read_text()
    (folder / "lua.toml").write_text(text.replace("LUA_PATH =", f'BINDIR = "{tmp_path}/erts-*"\nLUA_PATH ='))
    assert load_catalogue(folder).get("lua").run.env["BINDIR"] == f"{tmp_path}/erts-13"


def test_an_operator_s_languages_and_views_are_known_beside_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "views.toml").write_text('own = ["/opt/own"]\n')
    (tmp_path / "own_lua.toml").write_text(
        'id = "own_lua"\nbase = "lua"\nname = "Our Lua"\n'
        '[run]\nargv = ["/opt/own/lua", "{main}"]\nview = "own"\n'
    )
    monkeypatch.setattr(views, "OPERATOR_FOLDER", tmp_path)
    ours = load_catalogue().get("own_lua")
    assert (ours.run.argv[0], ours.run.view, ours.source_name) == ("/opt/own/lua", "own", "main.lua")
    assert load_catalogue().get("lua").name == "Lua"
    assert {"own", "native"} <= set(load_views())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('id = "x"\nbase = "nothing"\n', "x.toml: base: 'nothing' must be a language"),
        ('id = "x"\nbase = "cpp17"\n', "x.toml: base: 'cpp17' must be a language that has no base"),
        ('id = "x"\nbase = "lua"\nextensions = ["x"]\n', "x.toml: base: and extensions or detection"),
        ('id = "x"\nbase = "lua"\n[detection]\ntelltales = ["x"]\n', "x.toml: base: and extensions"),
        ('id = "x"\nbase = "lua"\nnoise = 1\n', "x.toml: noise: is not a known field"),
    ],
)
def test_a_wrong_version_is_named_with_its_field(tmp_path: Path, text: str, message: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    (folder / "x.toml").write_text(text)
    with pytest.raises(DataFileError) as refusal:
        load_catalogue(folder)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("detection", "message"),
    [
        ('telltales = ["("]', "ada.toml: detection.telltales: '(' is no regular expression"),
        ('shared_extensions = ["x"]\ntelltales = ["x"]', "shared_extensions: must be some of the extensions"),
        (
            'shared_extensions = ["adb", "ads"]\ntelltales = ["x"]',
            "shared_extensions: must be some of the extensions",
        ),
        ("words = []", "ada.toml: detection.words: is not a known field"),
    ],
)
def test_a_wrong_detection_is_named_with_its_field(tmp_path: Path, detection: str, message: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    text = (folder / "ada.toml").read_text()
    (folder / "ada.toml").write_text(f"{text}\n[detection]\n{detection}\n")
    with pytest.raises(DataFileError) as refusal:
        load_catalogue(folder)
    assert message in str(refusal.value)


def test_what_set_up_installs_is_what_the_languages_ask_for(catalogue: LanguageCatalogue) -> None:
    """deploy/apt has each package with the languages that need it, deploy/toolchains what Debian has not."""
    core, others = (_packages(ROOT / "deploy" / "apt" / name) for name in ("core.txt", "languages.txt"))
    wanted: dict[str, set[str]] = {}
    for language in catalogue.all():
        base = None if language.base is None else catalogue.get(language.base)
        is_as_base = base is not None and base.apt_packages == language.apt_packages
        for package in () if is_as_base else language.apt_packages:
            if package not in core:
                wanted.setdefault(package, set()).add(language.id)
    assert others == wanted
    own = {path.name.split(".")[0] for path in (ROOT / "deploy" / "toolchains").iterdir()}
    assert own == {language.id for language in catalogue.all() if not language.apt_packages}


def test_every_language_is_in_the_documentation(catalogue: LanguageCatalogue) -> None:
    text = (ROOT / "docs" / "how-to" / "languages.md").read_text(encoding="utf-8")
    for language in catalogue.all():
        marked = f"**`{language.id}`**" if language.is_core else f"`{language.id}`"
        assert f"\n| {marked} | {language.name} | " in text


def _packages(path: Path) -> dict[str, set[str]]:
    lines = (line.partition("#") for line in path.read_text().splitlines())
    return {name.strip(): set(ids.split()) for name, _, ids in lines if name.strip()}


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
        ("x.pro", "prolog"),
        ("x.kt", "kotlin"),
        ("x.R", "r"),
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
        catalogue.get("malbolge")
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
        ('name = "Lua"', 'name = "Lua"\nfile_stems = "["', "file_stems: '[' is no regular expression"),
        ('name = "Lua"', 'name = "Lua"\nfile_stems = "[0-9]+"', "file_stems: must match that of source_name"),
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
        ('"/usr/bin/lua5.4", "{main}"', '"/usr/bin/lua5.4", "{source}"', "run.argv: unknown placeholder"),
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
