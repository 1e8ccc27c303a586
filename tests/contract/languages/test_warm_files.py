"""Warm files in the real cell: they are made, taken, and change nothing but the time. The core languages',
and those of all with ASSAY_TEST_LANGUAGES=all (`make test-languages`)."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
import os
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest

from assay.domain.language import Language
from assay.languages import expand_views, load_catalogue, load_views
from assay.languages.warm import MANIFEST, find_warm, is_intact, show_warm, warmed
from assay.operate.warm import BOX_BYTES, Made, make_warm_files
from assay.sandbox import Cell, Status
from tests.contract.languages.cells import Outcome, program, start_cell

pytestmark = pytest.mark.needs_root

ALL = os.environ.get("ASSAY_TEST_LANGUAGES") == "all"
LANGUAGES = [each for each in load_catalogue().all() if each.warm is not None and (each.is_core or ALL)]
PROGRAM_BYTES_MAX = 16 << 20

MAIN = (
    "int main() { std::vector<int> v; for (int x; std::cin >> x;) v.push_back(2 * x); std::cout << v[0]; }\n"
)
CPP_SOURCES: dict[str, dict[str, str]] = {
    "the header first": {"main.cpp": "#include <bits/stdc++.h>\n" + MAIN},
    "in quotes": {"main.cpp": '#include "bits/stdc++.h"\n' + MAIN},
    "another header first": {"main.cpp": "#include <cassert>\n#include <bits/stdc++.h>\n" + MAIN},
    "code first": {"main.cpp": "int early = 1;\n#include <bits/stdc++.h>\n" + MAIN},
    "options first": {"main.cpp": '#pragma GCC optimize("O3")\n#include <bits/stdc++.h>\n' + MAIN},
    "a macro that changes the header": {
        "main.cpp": "#define _GLIBCXX_DEBUG\n#include <bits/stdc++.h>\n" + MAIN
    },
    "a macro that checks": {"main.cpp": "#define _GLIBCXX_ASSERTIONS 1\n#include <bits/stdc++.h>\n" + MAIN},
    "a macro that changes nothing": {"main.cpp": "#define LOCAL 1\n#include <bits/stdc++.h>\n" + MAIN},
    "other headers": {"main.cpp": "#include <iostream>\n#include <vector>\n" + MAIN},
    "twice": {"main.cpp": "#include <bits/stdc++.h>\n#include <bits/stdc++.h>\n" + MAIN},
    "both ways": {"main.cpp": '#include <bits/stdc++.h>\n#include "bits/stdc++.h"\n' + MAIN},
    "from a header of one's own": {
        "main.cpp": '#include "mine.h"\n' + MAIN,
        "mine.h": "#pragma once\n#include <bits/stdc++.h>\n",
    },
    "two sources": {
        "main.cpp": "#include <bits/stdc++.h>\nstd::string twice(std::string);\n"
        "int main() { std::string s; std::cin >> s; std::cout << twice(s); }\n",
        "twice.cpp": "#include <bits/stdc++.h>\nstd::string twice(std::string s) { return s + s; }\n",
    },
    "a header of one's own": {
        "main.cpp": '#include "bits/stdc++.h"\nint main() { std::cout << 2 * MINE; }\n',
        "bits/stdc++.h": "#pragma once\n#include <iostream>\n#define MINE 21\n",
    },
}
JAVA_SOURCES = {
    "Main.java": "import java.util.*;\npublic class Main { record P(int a) {} interface F { int f(int x); }\n"
    "public static void main(String[] a) { F f = x -> 2 * x;\n"
    "System.out.println(f.f(new Scanner(System.in).nextInt()) + new P(1).toString()); } }\n"
}


@dataclass(frozen=True, kw_only=True)
class Warm:
    """A cell whose compilers see warm files, and the languages with and without them."""

    socket: Path
    cold: Mapping[str, Language]
    warm: Mapping[str, Language]
    folders: Mapping[str, Path]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder for warm files where a compiler can see it: a run's /tmp is another."""
    with TemporaryDirectory(prefix="assay-test-", dir="/usr/lib") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "warm"


@pytest.fixture(scope="module")
def root(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where warm files have been made."""
    cell = start_cell(tmp_path_factory.mktemp("cell"), box_bytes=BOX_BYTES)

    async def connect() -> Cell:
        return await Cell.connect(cell.socket_path)

    try:
        outcomes = asyncio.run(make_warm_files(LANGUAGES, place, connect))
    finally:
        cell.stop()
    assert [(each.language_id, each.made) for each in outcomes] == [
        (language.id, Made.MADE) for language in LANGUAGES
    ], outcomes
    return place


@pytest.fixture(scope="module")
def warm(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    folders = find_warm(LANGUAGES, root)
    cell = start_cell(
        tmp_path_factory.mktemp("cell"), views=show_warm(expand_views(load_views()), LANGUAGES, folders)
    )
    try:
        yield Warm(
            socket=cell.socket_path,
            cold={language.id: language for language in LANGUAGES},
            warm={language.id: warmed(language, folders[language.id]) for language in LANGUAGES},
            folders=folders,
        )
    finally:
        cell.stop()


def with_options(language: Language, *options: str) -> Language:
    """The compiler, told to say more."""
    assert language.compile is not None
    argv = (*language.compile.argv[:1], *options, *language.compile.argv[1:])
    return replace(language, compile=replace(language.compile, argv=argv))


async def build(
    socket: Path, language: Language, sources: Mapping[str, str], *artefacts: str
) -> tuple[Outcome, list[bytes]]:
    """Compile; the artefacts if that went well."""
    async with program(socket, language, sources) as submission:
        outcome = await submission.compile()
        if outcome.facts.exit_code != 0:
            return outcome, []
        return outcome, [await take(submission.slot.get, name) for name in artefacts]


async def take(get: object, name: str) -> bytes:
    assert callable(get)
    memory = os.memfd_create("artefact")
    try:
        await get(name, memory, bytes_max=PROGRAM_BYTES_MAX)
        return os.pread(memory, PROGRAM_BYTES_MAX, 0)
    finally:
        os.close(memory)


def test_what_was_made_is_intact_and_for_all_to_read(root: Path) -> None:
    folders = find_warm(LANGUAGES, root)
    assert sorted(folders) == sorted(language.id for language in LANGUAGES)
    for folder in folders.values():
        assert is_intact(folder)
        for path in (folder, *folder.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)
    assert sorted(path.name for path in root.iterdir()) == sorted(path.name for path in folders.values())


def test_what_is_there_is_not_made_again(root: Path) -> None:
    async def refuse() -> Cell:
        raise AssertionError("there is nothing to make")

    outcomes = asyncio.run(make_warm_files(LANGUAGES, root, refuse))
    assert [each.made for each in outcomes] == [Made.THERE] * len(LANGUAGES)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo broken >&2; exit 3", "/usr/bin/sh: exited 3: broken"),
        ("kill -9 $$", "/usr/bin/sh: signalled 9"),
        ("mkdir -p {warm}/empty", "the steps made no files"),
        ("mkdir {warm}; ln -s /etc/passwd {warm}/file", "the steps made no files"),
        ("mkdir {warm}; echo > {warm}/.manifest.json", "the steps made a file called '.manifest.json'"),
    ],
)
async def test_steps_that_fail_are_said_and_leave_nothing(
    warm: Warm, place: Path, script: str, words: str
) -> None:
    root = place.parent / "failing"
    (root / ".making-by-one-who-was-killed").mkdir(parents=True)
    language = warm.cold["cpp"]
    assert language.warm is not None
    steps = (("/usr/bin/sh", "-c", script),)
    failing = replace(language, warm=replace(language.warm, steps=steps, sources={}))
    [outcome] = await make_warm_files([failing], root, partial(Cell.connect, warm.socket))
    assert (outcome.made, outcome.folder) == (Made.FAILED, None)
    assert outcome.detail.startswith(words)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("name", CPP_SOURCES)
async def test_a_cpp_program_is_the_same_to_the_byte(warm: Warm, name: str) -> None:
    sources = CPP_SOURCES[name]
    cold, [cold_program] = await build(warm.socket, warm.cold["cpp"], sources, ".program")
    hot, [hot_program] = await build(warm.socket, warm.warm["cpp"], sources, ".program")
    assert hot_program == cold_program
    assert (hot.stdout, hot.stderr) == (cold.stdout, cold.stderr)


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("the header first", True),
        ("in quotes", True),
        ("a macro that changes nothing", True),
        ("a macro that changes the header", False),
        ("a macro that checks", False),
        ("another header first", False),
        ("options first", False),
        ("a header of one's own", False),
        ("other headers", False),
    ],
)
async def test_the_precompiled_header_is_taken_where_it_fits(warm: Warm, name: str, is_taken: bool) -> None:
    talkative = with_options(warm.warm["cpp"], "-H")  # marks a precompiled header that is used with '!'
    outcome, _ = await build(warm.socket, talkative, CPP_SOURCES[name])
    taken = [line for line in outcome.stderr.splitlines() if line.startswith("! ")]
    assert taken == [f"! {warm.folders['cpp']}/bits/stdc++.h.gch"] * is_taken


async def test_errors_are_the_same_but_for_the_way_to_a_header(warm: Warm) -> None:
    source = {
        "main.cpp": "#include <bits/stdc++.h>\n"
        'int main() { std::sort(1, 2); std::vector<int> v = "x"; return unknown; }\n'
    }
    cold, _ = await build(warm.socket, warm.cold["cpp"], source)
    hot, _ = await build(warm.socket, warm.warm["cpp"], source)
    assert (
        (hot.facts.status, hot.facts.exit_code)
        == (cold.facts.status, cold.facts.exit_code)
        == (Status.EXITED, 1)
    )

    def told(outcome: Outcome) -> list[str]:
        return [
            line
            for line in outcome.stderr.splitlines()
            if "stdc++.h:" not in line and " from /box" not in line
        ]

    assert told(hot) == told(cold)
    assert any("unknown" in line and "not declared" in line for line in told(hot))


async def test_a_java_program_is_the_same_to_the_byte(warm: Warm) -> None:
    names = (".classes/Main.class", ".classes/Main$P.class", ".classes/Main$F.class")
    cold, cold_classes = await build(warm.socket, warm.cold["java"], JAVA_SOURCES, *names)
    hot, hot_classes = await build(warm.socket, warm.warm["java"], JAVA_SOURCES, *names)
    assert len(hot_classes) == len(names)
    assert hot_classes == cold_classes
    assert (hot.stdout, hot.stderr) == (cold.stdout, cold.stderr) == ("", "")


@pytest.mark.parametrize("is_warm", [True, False])
async def test_javac_takes_its_classes_from_the_warm_file(warm: Warm, is_warm: bool) -> None:
    language = (warm.warm if is_warm else warm.cold)["java"]
    outcome, _ = await build(warm.socket, with_options(language, "-J-Xlog:class+load"), JAVA_SOURCES)
    lines = [line for line in outcome.stdout.splitlines() if "com.sun.tools.javac.comp.Attr " in line]
    assert len(lines) == 1
    assert ("shared objects file (top)" in lines[0]) == is_warm


async def test_a_go_program_is_the_same_to_the_byte(warm: Warm) -> None:
    language = warm.cold["go"]
    sources = {language.source_name: language.self_test.source}
    cold, [cold_program] = await build(warm.socket, language, sources, ".program")
    hot, [hot_program] = await build(warm.socket, warm.warm["go"], sources, ".program")
    assert hot_program == cold_program
    assert (hot.stdout, hot.stderr) == (cold.stdout, cold.stderr) == ("", "")


async def test_a_go_package_that_was_not_made_ahead_is_compiled(warm: Warm) -> None:
    rare = 'package main\nimport "text/template/parse"\nfunc main() { println(parse.NodeText) }\n'
    outcome, _ = await build(warm.socket, warm.warm["go"], {"main.go": rare})
    assert (outcome.facts.exit_code, outcome.stdout, outcome.stderr) == (0, "", "")


USING_THEM = {"cpp": CPP_SOURCES["the header first"], "java": JAVA_SOURCES}


@pytest.mark.parametrize("content", [b"", b"no such thing\n" * 1000], ids=["empty", "rubbish"])
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
async def test_warm_files_that_do_not_fit_are_passed_over(
    warm: Warm, place: Path, language: Language, content: bytes
) -> None:
    """As after an upgrade of the toolchain under a running judge."""
    folder = place.parent / f"unfit-{language.id}"
    copytree(warm.folders[language.id], folder, dirs_exist_ok=True)
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST]
    max(files, key=lambda path: path.stat().st_size).write_bytes(content)
    source = USING_THEM.get(language.id) or {language.source_name: language.self_test.source}
    outcome, _ = await build(warm.socket, warmed(language, folder), source)
    assert (outcome.facts.exit_code, outcome.stdout, outcome.stderr) == (0, "", "")
