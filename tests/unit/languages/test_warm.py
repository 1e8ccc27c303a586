"""Warm files are used when they are whole and of this very toolchain; else it is as if there were none."""

from collections.abc import Callable
from dataclasses import replace
import os
from pathlib import Path
import shutil

import pytest

from assay.domain.language import CompileStep, Language, WarmFiles
from assay.domain.submission import SourceFile
from assay.languages.catalogue import load_catalogue
from assay.languages.tables import DataFileError
from assay.languages.views import data_folder
from assay.languages.warm import (
    MANIFEST,
    Manifest,
    WarmCatalogue,
    file_digest,
    find_warm,
    is_intact,
    is_whole,
    show_warm,
    toolchain_digest,
    warm_folder,
    warmed,
    write_manifest,
)
from tests.conftest import needs_root


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """A toolchain: a program, a link to it, and a folder of headers."""
    folder = tmp_path / "toolchain"
    (folder / "include/sub").mkdir(parents=True)
    (folder / "cc-12").write_text("compiler")
    (folder / "cc").symlink_to("cc-12")
    (folder / "include/sub/vector").write_text("header")
    (folder / "include/gone").symlink_to("nowhere")
    return folder


@pytest.fixture
def language(tool: Path) -> Language:
    shell = load_catalogue().get("bash")
    return replace(
        shell,
        id="toy",
        compile=CompileStep(
            argv=("/bin/toyc", "{sources}"), env={"V": "1", "W": "2"}, view="tools", artefacts=()
        ),
        toolchain_paths=(f"{tool}/cc", f"{tool}/include", f"{tool}/nothing-*"),
        warm=WarmFiles(
            sources={},
            steps=(("/bin/toyc", "-o", "{warm}/x"),),
            compile_options=("-w{warm}/x", "-q"),
            compile_env={"W": "{warm}/y"},
        ),
    )


def make(folder: Path) -> Path:
    """Warm files, as `assay warm` leaves them."""
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/file").write_bytes(b"warm")
    (folder / "empty").mkdir()
    files = {"sub/file": (4, file_digest(folder / "sub/file"))}
    write_manifest(folder, Manifest(files=files, folders=("empty", "sub")))
    return folder


def rewrite_within_the_same_instant(file: Path, text: str) -> None:
    status = file.stat()
    file.write_text(text)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def place(language: Language, root: Path) -> Path:
    folder = warm_folder(language, root)
    assert folder is not None
    return folder


@pytest.mark.parametrize(
    "change",
    [
        lambda tool: (tool / "cc-12").write_text("compiler 2"),
        lambda tool: os.utime(tool / "cc-12", (1, 1)),
        lambda tool: rewrite_within_the_same_instant(tool / "cc-12", "a larger compiler"),
        lambda tool: os.utime(tool / "include/sub/vector", (1, 1)),
        lambda tool: (tool / "include/sub/more").touch(),
        lambda tool: (tool / "include/sub/vector").unlink(),
        lambda tool: (tool / "nothing-2").touch(),
    ],
)
def test_another_state_of_the_toolchain_has_another_folder(
    tmp_path: Path, tool: Path, language: Language, change: Callable[[Path], object]
) -> None:
    before = toolchain_digest(language), place(language, tmp_path)
    assert (toolchain_digest(language), place(language, tmp_path)) == before
    change(tool)
    assert toolchain_digest(language) != before[0]
    assert place(language, tmp_path) != before[1]


def test_files_made_in_another_way_have_another_folder(tmp_path: Path, language: Language) -> None:
    assert language.warm is not None
    other = replace(language, warm=replace(language.warm, steps=(("/bin/toyc", "-O2", "-o", "{warm}/x"),)))
    assert place(other, tmp_path) != place(language, tmp_path)
    assert warm_folder(replace(language, warm=None), tmp_path) is None


def test_whole_files_are_found_and_used(tmp_path: Path, language: Language) -> None:
    assert find_warm([language], tmp_path) == {}
    folder = make(place(language, tmp_path))
    assert find_warm([language], tmp_path) == {"toy": folder}
    step = warmed(language, folder).compile
    assert step is not None
    assert step.argv == ("/bin/toyc", f"-w{folder}/x", "-q", "{sources}")
    assert step.env == {"V": "1", "W": f"{folder}/y"}
    views = show_warm({"tools": (Path("/usr/bin"),), "native": ()}, [language], {"toy": folder})
    assert views == {"tools": (Path("/usr/bin"), tmp_path), "native": ()}
    assert show_warm(views, [language], {"toy": folder}) == views
    assert show_warm({"tools": (tmp_path,)}, [language], {"toy": folder}) == {"tools": (tmp_path,)}


def test_switched_off_nothing_is_found(tmp_path: Path, language: Language) -> None:
    make(place(language, tmp_path))
    assert find_warm([language], None) == {}
    assert WarmCatalogue([language], None).get("toy") == language


def test_which_language_a_file_is_in_is_told_without_a_look_at_warm_files(
    tmp_path: Path, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(place(language, tmp_path))
    catalogue = WarmCatalogue([language], tmp_path)
    looks: list[Path] = []

    def look(folder: Path) -> bool:
        looks.append(folder)
        return True

    monkeypatch.setattr("assay.languages.warm.is_whole", look)
    files = [SourceFile(name=f"{number}.sh", content=b"x\n") for number in range(100)]
    assert catalogue.all_for_files(files) == (catalogue.get("toy"),)
    assert len(looks) == 2, "one for the language that is given out, whichever way"


def test_a_catalogue_uses_files_as_long_as_they_are_there(tmp_path: Path, language: Language) -> None:
    folder = make(place(language, tmp_path))
    catalogue = WarmCatalogue([language], tmp_path)

    def known() -> list[Language | None]:
        return [catalogue.get("toy"), *catalogue.all(), catalogue.for_file_name("x.sh")]

    assert known() == [warmed(language, folder)] * 3
    assert catalogue.for_file_name("x.unknown") is None
    (folder / "sub/file").unlink()
    assert known() == [language] * 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "sub/file").write_bytes(
            b"war"
        ),  # a JVM dies of an archive that was cut short
        lambda folder: (folder / "sub/file").unlink(),
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_text("{"),
        lambda folder: (folder / MANIFEST).write_bytes(b"\xff"),
        lambda folder: (folder / MANIFEST).write_text("[]"),
        lambda folder: (folder / MANIFEST).write_text("{}"),
        lambda folder: (folder / MANIFEST).write_text('{"files": {}, "folders": []}'),
        lambda folder: (folder / MANIFEST).write_text('{"files": {"sub/file": 4}, "folders": []}'),
        lambda folder: (folder / MANIFEST).write_text('{"files": {"sub/file": ["x", "y"]}, "folders": []}'),
        lambda folder: (folder / "empty").rmdir(),  # go does not start without its cache's folders
        lambda folder: folder.chmod(0o777),  # anybody might have put anything there
        shutil.rmtree,
        lambda folder: folder.rename(folder.with_name("x")) and folder.symlink_to("x"),
    ],
)
def test_damaged_files_are_none(tmp_path: Path, language: Language, damage: Callable[[Path], object]) -> None:
    folder = make(place(language, tmp_path))
    damage(folder)
    assert not is_whole(folder)
    assert not is_intact(folder)
    assert find_warm([language], tmp_path) == {}


@needs_root  # to give a folder away
def test_another_user_s_files_are_none(tmp_path: Path, language: Language) -> None:
    folder = make(place(language, tmp_path))
    os.chown(folder, 12_345, 12_345)
    assert not is_whole(folder)


def test_a_flipped_byte_is_seen_by_those_who_look_closely(tmp_path: Path, language: Language) -> None:
    folder = make(place(language, tmp_path))
    assert is_intact(folder)
    (folder / "sub/file").write_bytes(b"wart")
    assert is_whole(folder)
    assert not is_intact(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("compile_options = [", "options = [", "cpp.toml: warm.options: is not a known field"),
        (
            '["-isystem", "{warm}"]',
            '["-isystem", "{cold}"]',
            "warm.compile_options: unknown placeholder {cold}",
        ),
        ("[[warm.steps]]\nargv", "[[warm.steps]]\nargs", "cpp.toml: warm.steps.0.argv: is missing"),
        ("[[warm.steps]]\nargv", '[[warm.steps]]\nenv = "x"\nargv', "warm.steps.0.env: is not a known field"),
        (
            '"/usr/bin/g++", "-x", "c++-h',
            '"g++", "-x", "c++-h',
            "warm.steps.0.argv: the program 'g++' must be an absolute",
        ),
        ("[[warm.steps]]", "[[warm.stops]]", "cpp.toml: warm.steps: is missing"),
        ("toolchain_paths = [", "paths = [", "cpp.toml: paths: is not a known field"),
        ('"/usr/lib/gcc/*/*"', '"usr/lib/gcc/*/*"', "cpp.toml: toolchain_paths: 'usr/lib/gcc/*/*' must be"),
        (
            'artefacts = [".program"]',
            'artefacts = ["/etc/passwd"]',
            "compile.artefacts: '/etc/passwd' must be",
        ),
        ('artefacts = [".program"]', 'artefacts = ["a/../../b"]', "compile.artefacts: 'a/../../b' must be"),
        ('artefacts = [".program"]', 'artefacts = ["/"]', "compile.artefacts: '/' must be"),
        ('artefacts = [".program"]', "artefacts = [1]", "compile.artefacts: must be a non-empty list"),
    ],
)
def test_a_wrong_data_file_is_named_with_its_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    text = (folder / "cpp.toml").read_text()
    assert old in text
    (folder / "cpp.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(DataFileError) as refusal:
        load_catalogue(folder)
    assert message in str(refusal.value)


def test_what_is_kept_has_a_toolchain(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    lines = (folder / "lua.toml").read_text().splitlines(keepends=True)
    (folder / "lua.toml").write_text("".join(line for line in lines if "toolchain_paths" not in line))
    with pytest.raises(DataFileError, match="toolchain_paths: is missing"):
        load_catalogue(folder)
