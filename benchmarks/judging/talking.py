"""How often a second a program and an interactor can ask and answer each other, on judging's own way.

Both are C, unbuffered, a line of a few bytes each way; beside it, in turns, the same two as plain processes
joined by two pipes. A judging is timed as a whole less one of a single round trip, so that what it takes to
start and to end both is left out.
"""

import asyncio
from dataclasses import replace
import os
from pathlib import Path
from statistics import median
import subprocess
import tempfile
import time

from assay.domain.jury import DataRef, JuryFile, JuryProgram, Validation
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.desk import DEFAULT_VALIDATION_LIMITS
from assay.judging.judge import judge
from assay.preparing import Workshop
from benchmarks.judging.place import CATALOGUE, Folder, folder_of_tests, workshop

TRIPS = 50_000
ROUNDS = 5
PER_SECOND_MIN = 20_000
ASK = rb"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>
/* asks until it is told to stop */
int main(void) {
    char answer[64];
    for (;;) {
        if (write(1, "ask\n", 4) != 4) return 1;
        if (read(0, answer, sizeof answer) <= 0) return 1;
        if (answer[0] == '.') return 0;
    }
}
"""
ANSWER = rb"""
#include <stdio.h>
#include <unistd.h>
/* reads from its first argument how often to answer */
int main(int argc, char **argv) {
    FILE *file = fopen(argv[1], "r");
    long trips;
    char question[64];
    if (argc < 2 || !file || fscanf(file, "%ld", &trips) != 1) return 1;
    for (long trip = 1; trip <= trips; trip++) {
        if (read(0, question, sizeof question) <= 0) return 43;
        if (write(1, trip == trips ? ".\n" : "answer\n", trip == trips ? 2 : 7) < 0) return 43;
    }
    return 42;
}
"""


def main() -> None:
    tests = {str(trips): (b"%d\n" % trips, b"") for trips in (1, TRIPS)}
    with folder_of_tests(tests) as (folder, problem), tempfile.TemporaryDirectory() as raw_folder:
        (folder.path / "answer.c").write_bytes(ANSWER)
        interactor = JuryProgram(
            name="interactor",
            files=(JuryFile(name="answer.c", content=DataRef("answer.c")),),
            language_id="c",
        )
        validation = Validation(interactor=interactor, limits=DEFAULT_VALIDATION_LIMITS)
        for name, source in (("ask", ASK), ("answer", ANSWER)):
            Path(raw_folder, f"{name}.c").write_bytes(source)
            command = ["/usr/bin/gcc", "-O2", "-o", name, f"{name}.c"]
            subprocess.run(command, cwd=raw_folder, check=True)
        talked_to = replace(problem, validation=validation)
        rounds = asyncio.run(measure(talked_to, folder, Path(raw_folder)))
    judged, raw = (median(TRIPS / seconds for seconds in column) for column in zip(*rounds, strict=True))
    print(
        f"{judged:,.0f} round trips a second of {PER_SECOND_MIN:,} at least, "
        f"raw {raw:,.0f} (ratio {judged / raw:.2f})"
    )


async def measure(problem: Problem, folder: Folder, raw_folder: Path) -> list[tuple[float, float]]:
    """Of each round the seconds that all trips take judged, and raw."""
    rounds = []
    async with workshop(seats=1) as shop:
        await judged(shop, problem, folder)
        for _ in range(ROUNDS):
            of_one, of_all = await judged(shop, problem, folder)
            rounds.append((of_all - of_one, await asyncio.to_thread(run_raw, raw_folder)))
    return rounds


async def judged(shop: Workshop, problem: Problem, folder: Folder) -> list[float]:
    """The wall time of each test's program, in seconds: it lives as long as they talk."""
    decision = await judge(
        [SourceFile(name="ask.c", content=ASK)],
        problem,
        CATALOGUE.get("c"),
        sandbox=shop.sandbox,
        data=folder,
        toolchain=shop.toolchain,
        host=shop.host,
        tell=_tell_nobody,
        jury=shop.jury,
        memory=shop.jury.memory,
    )
    assert decision.verdict is Verdict.AC, decision
    return [run.wall_time_ms / 1000 for run in decision.runs]


def run_raw(folder: Path) -> float:
    """Seconds from the start of both to the end of both."""
    trips = folder / "trips"
    trips.write_text(f"{TRIPS}\n")
    questions, to_interactor = os.pipe()
    answers, to_program = os.pipe()
    begin = time.perf_counter()
    processes = [
        subprocess.Popen([folder / "answer", trips], stdin=questions, stdout=to_program),
        subprocess.Popen([folder / "ask"], stdin=answers, stdout=to_interactor),
    ]
    for end in (questions, to_interactor, answers, to_program):
        os.close(end)
    codes = [process.wait() for process in processes]
    seconds = time.perf_counter() - begin
    assert codes == [42, 0], codes
    return seconds


async def _tell_nobody(progress: object) -> None:
    """Nobody follows."""
