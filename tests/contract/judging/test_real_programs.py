"""judge() on the real cell: real compilers, real programs, one for each way to end."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
import os
from pathlib import Path

import pytest

from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.limits import Limits
from assay.domain.problem import DataRef, OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.host import read_host_facts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.toolchains import ToolchainVersions
from assay.languages import load_catalogue
from assay.sandbox import Cell
from tests.conftest import needs_root

pytestmark = needs_root

MIB = 1 << 20
LIMITS = Limits(
    cpu_time_ms=300,
    memory_bytes=64 * MIB,
    output_bytes=8 * MIB,
    source_bytes=1 << 16,
    compile_time_ms=20_000,
    compile_memory_bytes=1024 * MIB,
)


class Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, ref: DataRef) -> int:
        return os.open(self._path / ref, os.O_RDONLY | os.O_CLOEXEC)


async def decide(
    socket: Path,
    folder: Path,
    language_id: str,
    source: str,
    *,
    tests: Sequence[tuple[bytes, bytes]] = ((b"1 2\n", b"3\n"), (b"20 22\n", b"42\n")),
    comparison: OutputComparison | None = None,
    told: list[Progress] | None = None,
    limits: Limits = LIMITS,
) -> Decision:
    cases = []
    for number, (given, answer) in enumerate(tests):
        (folder / f"{number}.in").write_bytes(given)
        (folder / f"{number}.ans").write_bytes(answer)
        cases.append(
            TestCase(
                name=f"secret/{number}",
                input=DataRef(f"{number}.in"),
                answer=DataRef(f"{number}.ans"),
                is_sample=False,
                comparison=comparison or OutputComparison(),
            )
        )

    async def tell(progress: Progress) -> None:
        if told is not None:
            told.append(progress)

    cell = await Cell.connect(socket)
    language = load_catalogue().get(language_id)
    return await judge(
        [SourceFile(name=language.source_name, content=source.encode())],
        Problem(id="sum", version="1", name="Sum", limits=limits, tests=tuple(cases), statements=()),
        language,
        sandbox=cell,
        data=Folder(folder),
        toolchain=ToolchainVersions(),
        host=read_host_facts(await cell.info()),
        tell=tell,
        jury=JuryTools(language=load_catalogue().get),
    )


C_SUM = '#include <stdio.h>\nint main(void){long a,b;scanf("%ld%ld",&a,&b);printf("%ld\\n",a+b);}'
C_BODY = "#include <stdio.h>\n#include <stdlib.h>\n#include <signal.h>\n#include <unistd.h>\nint main(){%s}"
PYTHON_SUM = "print(sum(map(int, input().split())))\n"


@pytest.mark.parametrize(("language", "source"), [("c", C_SUM), ("python3", PYTHON_SUM)])
async def test_accepted(cell_socket: Path, tmp_path: Path, language: str, source: str) -> None:
    told: list[Progress] = []
    decision = await decide(cell_socket, tmp_path, language, source, told=told)
    assert (decision.verdict, decision.message) == (Verdict.AC, "")
    assert [(run.verdict, run.exit_code, run.signal) for run in decision.runs] == [(Verdict.AC, 0, None)] * 2
    assert decision.cpu_time_ms > 0
    assert 0 < decision.memory_bytes < 64 * MIB
    assert [progress.test_case for progress in told] == [None, 1, 2]
    assert decision.evidence.language_version
    assert "cgroup v" in decision.evidence.sandbox


@pytest.mark.parametrize(
    ("language", "source", "verdict", "words"),
    [
        ("c", C_BODY % "puts(\"4\");", Verdict.WA, "line 1"),
        ("c", C_BODY % "puts(\"3\"); return 1;", Verdict.RTE, "exit code 1"),
        ("c", C_BODY % "raise(SIGSEGV);", Verdict.RTE, "SIGSEGV"),
        ("c", C_BODY % "volatile long x=0; for(;;) x++;", Verdict.TLE, "CPU time"),
        ("c", C_BODY % "puts(\"3\"); fflush(stdout); sleep(60);", Verdict.TLE, "still running"),
        ("c", C_BODY % "for(;;){volatile char*p=malloc(4096); *p=1;}", Verdict.MLE, "memory"),
        ("c", C_BODY % "for(;;) puts(\"3\");", Verdict.OLE, "output"),
        ("c", C_BODY % "for(;;) fork();", None, ""),
        ("c", "int main(void){ return 0 }", Verdict.CE, "exit code 1"),
        ("c", '#include "/etc/shadow"\nint main(void){}', Verdict.CE, "exit code 1"),
        ("c", C_BODY % "signal(SIGXFSZ, SIG_DFL); raise(SIGXFSZ);", Verdict.RTE, "SIGXFSZ"),
        ("c", C_BODY % "raise(SIGXCPU);", Verdict.RTE, "SIGXCPU"),
        ("python3", "print(1/0)\n", Verdict.RTE, "exit code 1"),
        ("python3", "print((\n", Verdict.CE, "exit code 1"),
        ("python3", "import time\ntime.sleep(60)\n", Verdict.TLE, "still running"),
        ("python3", "while True: pass\n", Verdict.TLE, "CPU time"),
        ("python3", "x = []\nwhile True: x.append(bytearray(b'1') * 10**6)\n", Verdict.MLE, "memory"),
    ],
)  # fmt: skip
async def test_not_accepted(
    cell_socket: Path, tmp_path: Path, *, language: str, source: str, verdict: Verdict | None, words: str
) -> None:
    decision = await decide(cell_socket, tmp_path, language, source)
    if verdict is None:  # a fork bomb may end in several ways, none of them good
        assert decision.verdict in (Verdict.TLE, Verdict.RTE, Verdict.MLE, Verdict.WA)
        return
    assert decision.verdict is verdict, decision.message
    assert words in decision.message
    assert len(decision.runs) == (0 if verdict is Verdict.CE else 1)


async def test_a_hungry_runtime_is_ended_before_it_gives_up_by_itself(
    cell_socket: Path, tmp_path: Path
) -> None:
    """With a heap as large as the limit the JVM ended with exit code 1, from 512 MiB on: RTE."""
    hungry = (
        "import java.util.*;\npublic class Main { public static void main(String[] a) {\n"
        "List<long[]> all = new ArrayList<>();\n"
        "for (;;) { long[] x = new long[1 << 20]; Arrays.fill(x, 1); all.add(x); } } }"
    )
    limits = replace(LIMITS, cpu_time_ms=5000, memory_bytes=512 * MIB)
    decision = await decide(cell_socket, tmp_path, "java", hungry, limits=limits)
    assert decision.verdict is Verdict.MLE, decision.message


async def test_a_compile_error_shows_the_compiler_s_words(cell_socket: Path, tmp_path: Path) -> None:
    decision = await decide(cell_socket, tmp_path, "c", "int main(void){ return nonsense; }")
    assert decision.verdict is Verdict.CE
    assert "nonsense" in decision.compile_output
    assert "\x1b" not in decision.compile_output


async def test_an_endless_compilation_is_a_compile_error(cell_socket: Path, tmp_path: Path) -> None:
    """A compiler is as little trusted as the program: here it would expand 2^60 tokens."""
    doubling = "\n".join(f"#define X{i} X{i - 1} X{i - 1}" for i in range(1, 61))
    source = f"#define X0 1+\n{doubling}\nint main(void){{ return X60 1; }}"
    decision = await decide(cell_socket, tmp_path, "c", source)
    assert decision.verdict is Verdict.CE
    assert decision.runs == ()


async def test_what_a_program_prints_is_not_its_memory(cell_socket: Path, tmp_path: Path) -> None:
    """The output's pages are ours: 7 MiB of it leave a small program small."""
    source = C_BODY % "for(int i=0;i<7*1024*1024;i++) putchar('x');"
    decision = await decide(cell_socket, tmp_path, "c", source, tests=[(b"", b"x" * (7 * MIB))])
    assert decision.verdict is Verdict.AC
    assert decision.memory_bytes < 4 * MIB


async def test_a_library_is_no_program(cell_socket: Path, tmp_path: Path) -> None:
    """The compiler succeeds, and what it made cannot be run: the candidate's doing, so no error of ours."""
    decision = await decide(cell_socket, tmp_path, "go", "package library\n\nfunc F() {}\n")
    assert decision.verdict is Verdict.RTE, decision.message
    assert "executed" in decision.message


async def test_a_large_input_that_nobody_reads_does_no_harm(cell_socket: Path, tmp_path: Path) -> None:
    decision = await decide(cell_socket, tmp_path, "c", C_BODY % 'puts("3");', tests=[(b"1 " * MIB, b"3\n")])
    assert decision.verdict is Verdict.AC


async def test_floats_within_tolerance(cell_socket: Path, tmp_path: Path) -> None:
    decision = await decide(
        cell_socket,
        tmp_path,
        "python3",
        "print(1 / 3)\n",
        tests=[(b"", b"0.3333\n")],
        comparison=OutputComparison(float_absolute_tolerance=1e-3),
    )
    assert decision.verdict is Verdict.AC


async def test_one_run_leaves_nothing_for_the_next(cell_socket: Path, tmp_path: Path) -> None:
    """Neither a file in /tmp nor a process in the background."""
    source = "test -e /tmp/mark; echo $?; touch /tmp/mark; sleep 60 &\n"
    decision = await asyncio.wait_for(
        decide(cell_socket, tmp_path, "bash", source, tests=[(b"", b"1\n")] * 3), timeout=10
    )
    assert decision.verdict is Verdict.AC


async def test_cancelling_leaves_the_cell_fit(cell_socket: Path, tmp_path: Path) -> None:
    sleeper = "import time\ntime.sleep(60)\n"
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(decide(cell_socket, tmp_path, "python3", sleeper), timeout=0.3)
    assert (await decide(cell_socket, tmp_path, "python3", PYTHON_SUM)).verdict is Verdict.AC
