"""What a test costs beyond the program's own run: a package of 100 tests of 1 ms each, in C++.

    overhead = (time from the first test to the verdict - the same runs done raw) / tests

Raw is posix_spawn of the same program (what the judge compiled, compiled again with the same command), its
input and output files, and waiting for it. The rounds of both are in turns. The judge's CPU time is that of
its Python process alone; the sandbox's is in the wall time.
"""

import asyncio
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
    walls, cpus, raws = ([each / TESTS for each in column] for column in zip(*rounds, strict=True))
    overhead = median(wall - raw for wall, raw in zip(walls, raws, strict=True))
    print(
        f"judged {median(walls):.2f} ms a test, raw {median(raws):.2f} ms (ratio "
        f"{median(walls) / median(raws):.2f}): overhead {overhead:.2f} ms of {WALL_MS_MAX} allowed; "
        f"the quietest round {min(walls):.2f} - {min(raws):.2f} = {min(walls) - min(raws):.2f} ms"
    )
    print(f"CPU in Python {median(cpus):.2f} ms a test of {CPU_MS_MAX} allowed, least {min(cpus):.2f} ms")


async def measure(program: str, problem: Problem, folder: Folder) -> list[tuple[float, float, float]]:
    """Of each round the milliseconds judged, the CPU milliseconds of that in Python, and the raw ones."""
    rounds = []
    async with workshop(seats=1) as shop:
        for number in range(-2, ROUNDS):
            wall_ms, cpu_ms = await judged(shop, problem, folder)
            raw_ms = run_raw(program, problem, folder)
            if number >= 0:  # the first rounds warm the caches of both
                rounds.append((wall_ms, cpu_ms, raw_ms))
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
