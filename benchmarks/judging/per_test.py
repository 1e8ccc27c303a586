"""What a test costs beyond the program's own run: a package of 100 tests of 1 ms each, in C++.

    overhead = (time from the first test to the verdict - the same runs done raw) / tests

Raw is posix_spawn of the same program (what the judge compiled, compiled again with the same command), its
input and output files, and waiting for it. Bare is a run of the sandbox for which nobody opens a file,
compares or records: what a test costs beyond that is the judging. The rounds of all three are in turns. The
judge's CPU time is that of its Python process alone; the sandbox's is in the wall time.
"""

import asyncio
from contextlib import ExitStack
from dataclasses import replace
import os
from pathlib import Path
from statistics import median
import subprocess
import tempfile
import time

from assay.domain.events import Progress
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.judging.budget import run_command, run_limits
from assay.judging.capture import closing_fd, memory_file, null_device
from assay.judging.judge import judge
from assay.preparing import Workshop
from benchmarks.judging.place import CATALOGUE, Folder, folder_of_tests, workshop

TESTS = 100
ROUNDS = 25
WALL_MS_MAX = 0.6
CPU_MS_MAX = 0.5
SOURCE = b"""
#include <cstdio>
int main() {
    long a, b;
    if (scanf("%ld %ld", &a, &b) != 2) return 1;
    unsigned long chain = a;
    for (int step = 0; step < 700000; step++) chain = chain * 6364136223846793005ul + b;
    if (chain == 42) puts("");  // about a millisecond of multiplications, each of which waits for the last
    printf("%ld\\n", a + b);
}
"""
COMPILE = ("/usr/bin/g++", "-std=gnu++20", "-O2", "-o", "main", "main.cpp")


def main() -> None:
    tests = {f"{number:03}": (b"%d %d\n" % (number, 7), b"%d\n" % (number + 7)) for number in range(TESTS)}
    with folder_of_tests(tests) as (folder, problem), tempfile.TemporaryDirectory() as raw_folder:
        Path(raw_folder, "main.cpp").write_bytes(SOURCE)
        subprocess.run(COMPILE, cwd=raw_folder, check=True)
        rounds = asyncio.run(measure(str(Path(raw_folder, "main")), problem, folder))
    walls, cpus, bares, raws = ([each / TESTS for each in column] for column in zip(*rounds, strict=True))
    overhead = median(wall - raw for wall, raw in zip(walls, raws, strict=True))
    beyond_bare = median(wall - bare for wall, bare in zip(walls, bares, strict=True))
    print(
        f"judged {median(walls):.2f} ms a test, raw {median(raws):.2f} ms (ratio "
        f"{median(walls) / median(raws):.2f}): overhead {overhead:.2f} ms of {WALL_MS_MAX} allowed; "
        f"the quietest round {min(walls):.2f} - {min(raws):.2f} = {min(walls) - min(raws):.2f} ms"
    )
    print(f"a bare run of the sandbox {median(bares):.2f} ms: judging adds {beyond_bare:.2f} ms to it")
    print(f"CPU in Python {median(cpus):.2f} ms a test of {CPU_MS_MAX} allowed, least {min(cpus):.2f} ms")


async def measure(program: str, problem: Problem, folder: Folder) -> list[tuple[float, ...]]:
    """Of each round the milliseconds judged, the CPU milliseconds of that in Python, bare ones, raw ones."""
    rounds: list[tuple[float, ...]] = []
    async with workshop(seats=1) as shop:
        for number in range(-2, ROUNDS):
            wall_ms, cpu_ms = await judged(shop, problem, folder)
            bare_ms = await run_bare(shop, program, problem, folder)
            raw_ms = run_raw(program, problem, folder)
            if number >= 0:  # the first rounds warm the caches of all
                rounds.append((wall_ms, cpu_ms, bare_ms, raw_ms))
    return rounds


async def judged(shop: Workshop, problem: Problem, folder: Folder) -> tuple[float, float]:
    """Wall and CPU milliseconds from the first test to the verdict."""
    begin: tuple[float, float] | None = None

    async def tell(progress: Progress) -> None:
        nonlocal begin
        if progress.status is SubmissionStatus.RUNNING and begin is None:
            begin = time.perf_counter(), time.process_time()

    decision = await judge(
        [SourceFile(name="main.cpp", content=SOURCE)],
        problem,
        CATALOGUE.get("cpp"),
        sandbox=shop.sandbox,
        data=folder,
        toolchain=shop.toolchain,
        host=shop.host,
        tell=tell,
        jury=shop.jury,
        memory=shop.jury.memory,
    )
    wall, cpu = time.perf_counter(), time.process_time()
    assert decision.verdict is Verdict.AC, decision
    assert begin is not None
    return 1000 * (wall - begin[0]), 1000 * (cpu - begin[1])


async def run_bare(shop: Workshop, program: str, problem: Problem, folder: Folder) -> float:
    """Milliseconds for all tests, in a slot like a submission's."""
    language = CATALOGUE.get("cpp")
    assert language is not None
    limits = run_limits(problem.limits, language)
    command = run_command(language.run, ("/box/main",), limits, runs=TESTS)
    with ExitStack() as stack:
        compiled = stack.enter_context(closing_fd(os.open(program, os.O_RDONLY | os.O_CLOEXEC)))
        output = stack.enter_context(memory_file("output"))
        errors = stack.enter_context(null_device())
        given = [stack.enter_context(closing_fd(folder.open(test.input))) for test in problem.tests]
        async with shop.sandbox.slot() as slot:
            await slot.put("main", compiled, executable=True)
            begin = time.perf_counter()
            for number, test in enumerate(given):
                asked = replace(command, repeat=number < TESTS - 1)
                facts = await slot.run(asked, stdin=test, stdout=output, stderr=errors)
                assert facts.exit_code == 0, facts
            return 1000 * (time.perf_counter() - begin)


def run_raw(program: str, problem: Problem, folder: Folder) -> float:
    """Milliseconds for all tests."""
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        for test in problem.tests:
            given = folder.open(test.input)
            actions = [
                (os.POSIX_SPAWN_DUP2, given, 0),
                (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
            ]
            pid = os.posix_spawn(program, [program], {}, file_actions=actions)
            _, status = os.waitpid(pid, 0)
            os.close(given)
            assert status == 0
        return 1000 * (time.perf_counter() - begin)
