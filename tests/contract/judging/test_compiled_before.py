"""Judging twice on the real cell: the second time nothing is compiled, and the verdict is the same."""

from collections.abc import Mapping
from dataclasses import replace
import os
from pathlib import Path
from typing import Any

import pytest

from assay.adapters.disk.compilations import DiskCompileCache
from assay.cli.local import describe_decision
from assay.domain.judgement import Decision
from assay.domain.language import CompileStep, Language
from assay.domain.limits import Limits
from assay.domain.problem import DataRef, OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging import compilation
from assay.judging.compile_cache import Memory
from assay.judging.host import read_host_facts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.ports import SandboxSlot
from assay.judging.toolchains import ToolchainVersions, version_and_digest
from assay.languages import load_catalogue
from assay.sandbox import Cell, Command
from tests.conftest import needs_root

pytestmark = needs_root

MIB = 1 << 20
LIMITS = Limits(
    cpu_time_ms=3000,
    memory_bytes=512 * MIB,
    output_bytes=8 * MIB,
    source_bytes=1 << 16,
    compile_time_ms=20_000,
    compile_memory_bytes=1024 * MIB,
)
SOURCES: dict[str, dict[str, str]] = {
    language.id: {language.source_name: language.self_test.source} for language in load_catalogue().all()
}
SOURCES["java"] = {
    "Main.java": "public class Main { record Twice(int of) { int it() { return 2 * of; } }\n"
    "public static void main(String[] a) { Runnable r = new Runnable() { public void run() {\n"
    "System.out.println(new Twice(new java.util.Scanner(System.in).nextInt()).it()); } }; r.run(); } }\n"
}
SOURCES["c"] = {  # with a warning
    "main.c": "#include <stdio.h>\n"
    'int main(void) { int n, unused = "x"; scanf("%d", &n); printf("%d\\n", 2 * n); }\n'
}
KEPT = [
    language.id
    for language in load_catalogue().all()
    if language.is_core and language.compile and language.compile.artefacts is not None
]


class Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, ref: DataRef) -> int:
        return os.open(self._path / ref, os.O_RDONLY | os.O_CLOEXEC)


class Judge:
    """One judge with one cache, for several submitters."""

    def __init__(self, socket: Path, folder: Path) -> None:
        self._socket = socket
        self.root = folder / "compiled"
        self._cache = DiskCompileCache(self.root, bytes_max=256 * MIB)
        self._folder = folder
        self._toolchain, self._state = ToolchainVersions(), ToolchainVersions(version_and_digest)
        self.compilers_run = 0
        (folder / "in").write_bytes(b"21\n")
        (folder / "ans").write_bytes(b"42\n")

    async def decide(self, language: Language, sources: Mapping[str, str], *, scope: str = "ada") -> Decision:
        cell = await Cell.connect(self._socket)
        host = read_host_facts(await cell.info())
        test = TestCase(
            name="secret/1",
            input=DataRef("in"),
            answer=DataRef("ans"),
            is_sample=False,
            comparison=OutputComparison(),
        )
        return await judge(
            [SourceFile(name=name, content=text.encode()) for name, text in sources.items()],
            Problem(id="twice", version="1", name="Twice", limits=LIMITS, tests=(test,), statements=()),
            language,
            sandbox=cell,
            data=Folder(self._folder),
            toolchain=self._toolchain,
            host=host,
            tell=tell_nobody,
            jury=JuryTools(language=load_catalogue().get),
            memory=Memory(cache=self._cache, scope=scope, toolchain=self._state, sandbox=host.sandbox),
        )

    async def compiles(self, language: Language, sources: Mapping[str, str], *, scope: str = "ada") -> bool:
        """Whether judging it runs the compiler."""
        before = self.compilers_run
        await self.decide(language, sources, scope=scope)
        return self.compilers_run > before

    def entries(self) -> list[Path]:
        return list(self.root.glob("??/*"))


async def tell_nobody(progress: object) -> None:
    pass


@pytest.fixture
def judge_twice(cell_socket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    judge_of_all = Judge(cell_socket, tmp_path)
    compile_ = compilation._compile

    async def counted(slot: SandboxSlot, command: Command) -> compilation.Compilation:
        judge_of_all.compilers_run += 1
        return await compile_(slot, command)

    monkeypatch.setattr(compilation, "_compile", counted)
    return judge_of_all


def grounds(decision: Decision) -> dict[str, Any]:
    """A judgement without its times and memory."""
    whole = describe_decision(decision)
    for each in (whole, *whole["runs"]):
        for figure in ("cpu_time_ms", "wall_time_ms", "memory_bytes"):
            each.pop(figure, None)
    return whole


@pytest.mark.parametrize("language_id", KEPT)
async def test_the_second_time_is_the_same_without_compiling(judge_twice: Judge, language_id: str) -> None:
    language = load_catalogue().get(language_id)
    first = await judge_twice.decide(language, SOURCES[language_id])
    second = await judge_twice.decide(language, SOURCES[language_id])
    assert first.verdict is Verdict.AC, first
    assert grounds(second) == grounds(first)
    assert first.evidence.compilation.startswith("sha256:")
    assert judge_twice.compilers_run == 1
    assert len(judge_twice.entries()) == 1


async def test_a_warning_is_told_again(judge_twice: Judge) -> None:
    language = load_catalogue().get("c")
    for _ in range(2):
        decision = await judge_twice.decide(language, SOURCES["c"])
        assert "warning: initialization" in decision.compile_output


async def test_perl_is_compiled_every_time(judge_twice: Judge) -> None:
    """Its syntax check runs BEGIN blocks, which may leave anything: here, what the program then reads."""
    source = {
        "main.pl": "BEGIN { open(my $f, '>', '/box/left') if $^C; }\n"
        "print -e '/box/left' ? 42 : 0, \"\\n\";\n"
    }
    for _ in range(2):
        decision = await judge_twice.decide(load_catalogue().get("perl"), source)
        assert (decision.verdict, decision.evidence.compilation) == (Verdict.AC, "")
    assert judge_twice.compilers_run == 2


async def test_another_submitter_waits_for_the_compiler(judge_twice: Judge) -> None:
    language = load_catalogue().get("c")
    for scope in ("ada", "bob"):
        assert await judge_twice.compiles(language, SOURCES["c"], scope=scope)
    assert len(judge_twice.entries()) == 2


async def test_a_poisoned_entry_is_not_believed(judge_twice: Judge) -> None:
    language = load_catalogue().get("c")
    first = await judge_twice.decide(language, SOURCES["c"])
    [entry] = judge_twice.entries()
    content = bytearray(entry.read_bytes())
    content[content.index(b"\x7fELF") + 5000] ^= 1
    entry.write_bytes(content)
    second = await judge_twice.decide(language, SOURCES["c"])
    assert (grounds(second), judge_twice.compilers_run) == (grounds(first), 2)
    assert not await judge_twice.compiles(language, SOURCES["c"])


async def test_a_changed_source_is_compiled(judge_twice: Judge) -> None:
    language = load_catalogue().get("c")
    await judge_twice.decide(language, SOURCES["c"])
    wrong = {"main.c": SOURCES["c"]["main.c"].replace("2 * n", "3 * n")}
    decision = await judge_twice.decide(language, wrong)
    assert (decision.verdict, judge_twice.compilers_run) == (Verdict.WA, 2)


async def entries_after(judge_twice: Judge, script: str, *, artefact: str) -> list[Path]:
    """What is kept after a compiler has done what the shell script does, and was to make `artefact`."""
    language = replace(
        load_catalogue().get("c"),
        compile=CompileStep(
            argv=("/usr/bin/sh", "-c", script),
            env={"PATH": "/usr/bin"},
            view="toolchain",
            artefacts=(artefact,),
        ),
    )
    decision = await judge_twice.decide(language, SOURCES["c"])
    assert (decision.evidence.compilation, judge_twice.compilers_run) == ("", 1)
    return judge_twice.entries()


HOSTILE = {
    "a link to a file of the host": "ln -s /usr/bin/cat /box/.program",
    "a link to another file of the box": "echo x > /box/x; ln -s x /box/.program",
    "a FIFO": "/usr/bin/mkfifo /box/.program",
    "a folder": "mkdir /box/.program",
    "a huge file with nothing in it": "truncate -s 200G /box/.program || truncate -s 100M /box/.program",
    "nothing": "true",
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE)
async def test_a_compiler_that_was_got_the_better_of_leaves_nothing_to_keep(
    judge_twice: Judge, script: str
) -> None:
    assert await entries_after(judge_twice, script, artefact=".program") == []


@pytest.mark.parametrize(
    "script",
    [
        "mkdir /box/.classes; ln -s /etc/passwd /box/.classes/A.class",
        "mkdir /box/.classes; /usr/bin/mkfifo /box/.classes/A.class",
        "ln -s /etc /box/.classes",
        "mkdir -p /box/.classes; ln -s /etc /box/.classes/etc",
    ],
)
async def test_nothing_in_a_folder_of_artefacts_is_followed(judge_twice: Judge, script: str) -> None:
    assert await entries_after(judge_twice, script, artefact=".classes/") == []
