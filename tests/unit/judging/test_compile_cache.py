"""What is compiled twice and what is not, on a fake sandbox."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assay.adapters.memory.compilations import MemoryCompileCache
from assay.adapters.memory.sandbox import Ending, MemorySlot
from assay.domain.language import CompileStep, Language
from assay.domain.submission import SourceFile, Submission
from assay.domain.verdict import Verdict
from assay.judging.compilation import Compilation, prepare
from assay.judging.compile_cache import (
    ARTEFACT_BYTES_MAX,
    ARTEFACTS_MAX,
    Memory,
    cache_key,
    put_back,
    scope_of,
)
from assay.languages import load_catalogue
from assay.sandbox import BoxError, Command, Policy, RunLimits, Status

LIMITS = RunLimits(
    cpu_time_ms=1000,
    wall_time_ms=3000,
    memory_bytes=64 << 20,
    processes=8,
    open_files=64,
    scratch_bytes=1 << 20,
    scratch_inodes=64,
    stdout_bytes=1000,
    stderr_bytes=1000,
    cores=1,
)
STEP = CompileStep(argv=("/bin/toyc", "{sources}"), env={"A": "1"}, view="tools", artefacts=(".program",))
FILES = (SourceFile(name="main.toy", content=b"double it"),)
PROGRAM = {".program": b"\x7fELF"}


def toy(step: CompileStep | None = STEP) -> Language:
    return replace(load_catalogue().get("c"), id="toy", extensions=("toy",), compile=step)


class Compiler:
    """Compiles as it is told; counts."""

    def __init__(self, leaves: Mapping[str, bytes] = PROGRAM, ending: Ending | None = None) -> None:
        self.ending = replace(ending or Ending(stdout=b"warning"), leaves=leaves)
        self.count = 0
        self.listings: list[Command] = []

    def __call__(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.argv[0] == "/usr/bin/find":
            self.listings.append(command)
            folder = command.argv[1].removeprefix("/box/") + "/"
            names = [name.removeprefix(folder) for name in files if name.startswith(folder)]
            return Ending(stdout="".join(f"{name}\0" for name in names).encode(errors="surrogateescape"))
        self.count += 1
        return self.ending


def memory(cache: MemoryCompileCache, scope: str = "ada", toolchain: str = "toyc 1") -> Memory:
    return Memory(cache=cache, scope=scope, toolchain=lambda language: toolchain, sandbox="cell 1")


@pytest.fixture
def cache() -> MemoryCompileCache:
    return MemoryCompileCache(bytes_max=100_000_000)


async def compile_once(
    compiler: Compiler, remembered: Memory | None, *, language: Language | None = None
) -> tuple[Compilation, dict[str, bytes]]:
    """In a slot of its own; the box as the program will see it."""
    slot = MemorySlot(compiler)
    compilation = await prepare(slot, FILES, language or toy(), LIMITS, memory=remembered)
    return compilation, slot.files


async def test_the_same_again_is_not_compiled(cache: MemoryCompileCache) -> None:
    compiler = Compiler()
    first, first_box = await compile_once(compiler, memory(cache))
    second, second_box = await compile_once(compiler, memory(cache))
    assert compiler.count == 1
    assert second_box == first_box == {"main.toy": b"double it", ".program": b"\x7fELF"}
    assert second.ruling == first.ruling
    assert second.output == first.output == b"warning"
    assert first.digest == second.digest
    assert first.digest.startswith("sha256:")


async def test_another_submitter_s_is_compiled_anew(cache: MemoryCompileCache) -> None:
    compiler = Compiler()
    await compile_once(compiler, memory(cache, "ada"))
    compilation, _ = await compile_once(compiler, memory(cache, "bob"))
    assert compiler.count == 2
    assert compilation.facts is not None


async def test_another_toolchain_compiles_anew(cache: MemoryCompileCache) -> None:
    compiler = Compiler()
    await compile_once(compiler, memory(cache))
    await compile_once(compiler, memory(cache, toolchain="toyc 2"))
    assert compiler.count == 2


async def test_without_memory_every_time_is_the_first() -> None:
    compiler = Compiler()
    for _ in range(2):
        compilation, _ = await compile_once(compiler, None)
        assert compilation.digest == ""
    assert compiler.count == 2


async def test_a_language_whose_artefacts_nobody_knows_is_never_kept(cache: MemoryCompileCache) -> None:
    compiler = Compiler()
    for _ in range(2):
        await compile_once(compiler, memory(cache), language=toy(replace(STEP, artefacts=None)))
    assert compiler.count == 2


async def test_a_check_is_kept_too(cache: MemoryCompileCache) -> None:
    compiler = Compiler(leaves={})
    for _ in range(2):
        compilation, box = await compile_once(
            compiler, memory(cache), language=toy(replace(STEP, artefacts=()))
        )
        assert box == {"main.toy": b"double it"}
        assert compilation.ruling.verdict is None
    assert compiler.count == 1


@pytest.mark.parametrize(
    "ending",
    [
        Ending(exit_code=1),
        Ending(status=Status.CPU_TIME, exit_code=None),
        Ending(status=Status.MEMORY, exit_code=None),
        Ending(status=Status.INTERNAL, exit_code=None),
        Ending(status=Status.FORBIDDEN, exit_code=None),
    ],
)
async def test_only_success_is_kept(cache: MemoryCompileCache, ending: Ending) -> None:
    compiler = Compiler(ending=ending)
    for _ in range(2):
        compilation, _ = await compile_once(compiler, memory(cache))
        assert compilation.ruling.verdict in (Verdict.CE, Verdict.JE, Verdict.SV)
        assert compilation.digest == ""
    assert compiler.count == 2


async def test_a_folder_of_artefacts_is_kept_whole(cache: MemoryCompileCache) -> None:
    language = toy(replace(STEP, artefacts=(".classes/",)))
    compiler = Compiler({".classes/A.class": b"a", ".classes/p/B$1.class": b"b", "other": b"o"})
    await compile_once(compiler, memory(cache), language=language)
    _, box = await compile_once(compiler, memory(cache), language=language)
    assert compiler.count == 1
    assert set(box) == {"main.toy", ".classes/A.class", ".classes/p/B$1.class"}
    assert {command.policy for command in compiler.listings} == {Policy.MANAGED}


@pytest.mark.parametrize(
    "leaves",
    [
        {},  # what should be there is not
        {".program": b"x" * (ARTEFACT_BYTES_MAX + 1)},
    ],
    ids=["nothing", "too large"],
)
async def test_what_cannot_be_taken_out_is_not_kept(
    cache: MemoryCompileCache, leaves: dict[str, bytes]
) -> None:
    compiler = Compiler(leaves)
    for _ in range(2):
        compilation, _ = await compile_once(compiler, memory(cache))
        assert (compilation.ruling.verdict, compilation.digest) == (None, "")
    assert compiler.count == 2


@pytest.mark.parametrize(
    "leaves",
    [
        {f".classes/{number}": b"" for number in range(ARTEFACTS_MAX + 1)},
        {".classes/a": b"x" * (ARTEFACT_BYTES_MAX // 2), ".classes/b": b"x" * (ARTEFACT_BYTES_MAX // 2 + 1)},
        {".classes/\udcff": b"a name that is no text"},
    ],
    ids=["too many", "too large together", "a strange name"],
)
async def test_too_much_in_a_folder_is_not_kept(cache: MemoryCompileCache, leaves: dict[str, bytes]) -> None:
    compiler, language = Compiler(leaves), toy(replace(STEP, artefacts=(".classes/",)))
    for _ in range(2):
        await compile_once(compiler, memory(cache), language=language)
    assert compiler.count == 2


async def test_what_cannot_be_put_back_is_compiled(cache: MemoryCompileCache) -> None:
    class FullSlot(MemorySlot):
        async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
            if name == ".program":
                raise BoxError("no room")
            await super().put(name, source, executable=executable)

    compiler = Compiler()
    await compile_once(compiler, memory(cache))
    compilation = await prepare(FullSlot(compiler), FILES, toy(), LIMITS, memory=memory(cache))
    assert compiler.count == 2
    assert compilation.facts is not None


async def test_programs_come_back_executable_and_classes_do_not(cache: MemoryCompileCache) -> None:
    class ModesSlot(MemorySlot):
        async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
            modes[name] = executable

    modes: dict[str, bool] = {}
    step = replace(STEP, artefacts=(".program", ".classes/"))
    compiler = Compiler({**PROGRAM, ".classes/A": b"a"})
    remembered = memory(cache)
    await compile_once(compiler, remembered, language=toy(step))
    [kept] = cache._entries.values()
    assert await put_back(ModesSlot(compiler), kept)
    assert modes == {".program": True, ".classes/A": False}


COMMAND = Command(
    argv=("/bin/toyc", "/box/main.toy"),
    env={"A": "1"},
    view="tools",
    limits=LIMITS,
    policy=Policy.TOOLCHAIN,
    box_writable=True,
)


def key(
    files: tuple[SourceFile, ...] = FILES,
    command: Command = COMMAND,
    *,
    scope: str = "s",
    language_id: str = "toy",
    artefacts: tuple[str, ...] = (".program",),
    toolchain: str = "t",
    sandbox: str = "b",
) -> str:
    return cache_key(
        files,
        command,
        scope=scope,
        language_id=language_id,
        artefacts=artefacts,
        toolchain=toolchain,
        sandbox=sandbox,
    )


OTHERS: list[Callable[[], str]] = [
    lambda: key((SourceFile(name="main.toy", content=b"double  it"),)),
    lambda: key((SourceFile(name="Main.toy", content=b"double it"),)),
    lambda: key((*FILES, SourceFile(name="unused.txt", content=b""))),
    lambda: key(command=replace(COMMAND, argv=("/bin/toyc", "-O2", "/box/main.toy"))),
    lambda: key(command=replace(COMMAND, argv=("/bin/toyc /box/main.toy",))),
    lambda: key(command=replace(COMMAND, env={"A": "2"})),
    lambda: key(command=replace(COMMAND, view="other")),
    lambda: key(command=replace(COMMAND, policy=Policy.SHELL)),
    lambda: key(command=replace(COMMAND, limits=replace(LIMITS, memory_bytes=1))),
    lambda: key(command=replace(COMMAND, limits=replace(LIMITS, cpu_time_ms=1))),
    lambda: key(scope="t"),
    lambda: key(language_id="c"),
    lambda: key(artefacts=()),
    lambda: key(toolchain="t2"),
    lambda: key(sandbox="b2"),
]


def test_everything_that_matters_is_in_the_key() -> None:
    assert len({key(), *(other() for other in OTHERS)}) == 1 + len(OTHERS)


def test_the_order_of_files_and_variables_does_not_matter() -> None:
    two = (*FILES, SourceFile(name="a.toy", content=b""))
    assert key(two) == key(two[::-1])
    command = replace(COMMAND, env={"A": "1", "B": "2"})
    assert key(command=command) == key(command=replace(command, env={"B": "2", "A": "1"}))


def submission(id_: str, *, tenant: str | None, user: str | None) -> Submission:
    return Submission(
        id=id_,
        problem_id="p",
        problem_version="1",
        language_id="toy",
        files=FILES,
        user_id=user,
        tenant=tenant,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_a_user_has_a_scope_and_nobody_has_none() -> None:
    whose = [
        scope_of(submission("1", tenant=tenant, user=user))
        for tenant in (None, "t", "u")
        for user in (None, "t", "u")
    ]
    assert len(set(whose)) == len(whose)
    assert scope_of(submission("2", tenant="t", user="u")) == scope_of(submission("3", tenant="t", user="u"))
    assert scope_of(submission("2", tenant=None, user=None)) != scope_of(
        submission("3", tenant=None, user=None)
    )
    assert scope_of(submission("2", tenant=None, user=None)) == scope_of(
        submission("2", tenant=None, user=None)
    )
