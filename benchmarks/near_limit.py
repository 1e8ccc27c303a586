"""How often a verdict depends on luck: the same program at a share of the limit, judged again and again.

A program burns a fixed amount of work; what it takes on this machine is measured first, and the work is
chosen to be 90 % of the limit, 94 %, … 110 %. Each is then judged `JUDGINGS` times while all cores are kept
busy by others, and in turns with that run once alone, as if there were no repetitions. Whoever is in the
minority has had luck, good or bad. (How long the work truly takes drifts with the machine: no side is right.)
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
from statistics import median
import subprocess
import tempfile

from assay.domain.judgement import Decision
from assay.domain.jury import DataRef
from assay.domain.language import Language
from assay.domain.limits import Limits
from assay.domain.problem import OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.judging.host import read_host_facts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.judging.near_limit import GUARD_SHARE, REPETITIONS
from assay.languages import expand_views, load_catalogue, load_views
from assay.sandbox import Cell

LIMIT_MS = 200
JUDGINGS = 30
SHARES = (0.90, 0.94, 0.97, 0.99, 1.01, 1.03, 1.06, 1.10)
MIB = 1 << 20
SOURCE = """
#include <stdio.h>
int main(void) {
    long rounds;
    volatile unsigned x = 1;
    if (scanf("%ld", &rounds) != 1) return 1;
    for (long i = 0; i < rounds; i++) x = x * 1664525u + 1013904223u;
    puts("done");
}
"""


@dataclass(frozen=True)
class Bench:
    cell: Cell
    language: Language
    folder: Path

    def open(self, ref: DataRef) -> int:
        return os.open(self.folder / ref, os.O_RDONLY | os.O_CLOEXEC)

    async def decide(self, rounds: int, limit_ms: int) -> Decision:
        (self.folder / "in").write_text(f"{rounds}\n")
        (self.folder / "ans").write_text("done\n")
        test = TestCase(
            name="secret/1",
            input=DataRef("in"),
            answer=DataRef("ans"),
            is_sample=False,
            comparison=OutputComparison(),
        )
        limits = Limits(
            cpu_time_ms=limit_ms,
            memory_bytes=64 * MIB,
            output_bytes=MIB,
            source_bytes=MIB,
            compile_time_ms=60_000,
            compile_memory_bytes=1024 * MIB,
        )
        return await judge(
            [SourceFile(name="main.c", content=SOURCE.encode())],
            Problem(id="burn", version="1", name="Burn", limits=limits, tests=(test,), statements=()),
            self.language,
            sandbox=self.cell,
            data=self,
            toolchain=lambda _: "",
            host=read_host_facts(await self.cell.info()),
            tell=_tell_nobody,
            jury=JuryTools(language=load_catalogue().get),
        )


async def _tell_nobody(progress: object) -> None:
    """Nobody follows."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        _print(asyncio.run(_rows(Path(folder))))


@dataclass(frozen=True, kw_only=True)
class Row:
    """How many of `JUDGINGS` were accepted, by the judge and by a single run; how many were repeated."""

    share: float
    accepted: int
    accepted_alone: int
    repeated: int


async def _rows(folder: Path) -> list[Row]:
    views = {name: [str(path) for path in paths] for name, paths in expand_views(load_views()).items()}
    async with Cell.astart(slots=2, views=views) as cell:
        bench = Bench(cell, load_catalogue().get("c"), folder)
        with keeping_busy():
            rounds_per_ms = await _calibrate(bench)
            return [await _row(bench, round(share * LIMIT_MS * rounds_per_ms), share) for share in SHARES]


@contextmanager
def keeping_busy() -> Iterator[None]:
    """As many endless programs as there are cores."""
    load = [subprocess.Popen(["/usr/bin/yes"], stdout=subprocess.DEVNULL) for _ in range(_cores())]
    try:
        yield
    finally:
        for process in load:
            process.kill()
            process.wait()


def _cores() -> int:
    return len(os.sched_getaffinity(0))


async def _calibrate(bench: Bench) -> float:
    """Rounds a millisecond."""
    rounds = 20_000_000
    times = [(await bench.decide(rounds, 60_000)).cpu_time_ms for _ in range(9)]
    return rounds / median(times)


async def _row(bench: Bench, rounds: int, share: float) -> Row:
    decisions, alone = [], []
    for _ in range(JUDGINGS):
        decisions.append(await bench.decide(rounds, LIMIT_MS))
        alone.append(await bench.decide(rounds, 60_000))
    return Row(
        share=share,
        accepted=sum(each.verdict is Verdict.AC for each in decisions),
        accepted_alone=sum(each.cpu_time_ms <= LIMIT_MS for each in alone),
        repeated=sum(each.near_limit for each in decisions),
    )


def _print(rows: Sequence[Row]) -> None:
    print(
        f"limit {LIMIT_MS} ms, band {GUARD_SHARE:.0%}, {REPETITIONS} repetitions, {JUDGINGS} judgings each, "
        f"{_cores()} cores kept busy"
    )
    print("share of the limit   accepted   in the minority   by one run alone   repeated")
    for row in rows:
        lucky, lucky_alone = _minority(row.accepted), _minority(row.accepted_alone)
        print(f"{row.share:18.0%}   {row.accepted:8}   {lucky:15}   {lucky_alone:16}   {row.repeated:8}")
    for name, counts in (
        ("judged", [_minority(row.accepted) for row in rows]),
        ("by one run alone", [_minority(row.accepted_alone) for row in rows]),
    ):
        print(f"in the minority, {name}: {sum(counts) / (JUDGINGS * len(rows)):.1%} of all")


def _minority(accepted: int) -> int:
    return min(accepted, JUDGINGS - accepted)


if __name__ == "__main__":
    main()
