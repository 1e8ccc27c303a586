"""`make test-attacks`: each program of the corpus ROUNDS times on a busy machine, beside a victim.

    python -m tests.security.under_load [--rounds N] [--only GLOB]

    load      one process a core that never sleeps
    lane 1    attack ▸ attack ▸ …       an attack has a slot, and runs there `rounds` times
    lane 2    attack ▸ attack ▸ …       and here the cell is told that the same will be asked for again
    victim    run ▸ run ▸ run ▸ …       a new slot each time; status and output must not change;
                                        its CPU time is told

Ends with a summary line; the exit code is 1 if an attack got what it should not, or a victim was harmed.
"""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import fnmatch
import os
import statistics
import subprocess
import sys
import time

from assay.operate.attacks.corpus import Attack, mismatch
from assay.sandbox import Cell, CellConfig, CellProcess, SandboxError
from tests.security.attacks import ALONE, PAIRS, execute, is_unharmed, prepare, run_victim
from tests.security.harness import SLOWNESS, make_config, running_cell, short_folder

LANES = 2
ROUNDS = 20
LOAD = """
import os
parent = os.getppid()
while os.getppid() == parent:  # it ends with us, however we end
    sum(range(100000))
"""


@dataclass
class Tally:
    runs: int = 0
    wrong: dict[str, int] = field(default_factory=dict)  # how often, by program
    victims: int = 0
    harmed: list[str] = field(default_factory=list)
    victim_cpu_us: list[int] = field(default_factory=list)

    def add(self, name: str, words: str) -> None:
        """Something that should not be. Told in full the first time, then only counted."""
        if name not in self.wrong:
            print(f"{name}, {words}", flush=True)
        self.wrong[name] = self.wrong.get(name, 0) + 1


@contextmanager
def busy_cores() -> Iterator[None]:
    """Every core has a process that never sleeps."""
    loads = [subprocess.Popen([sys.executable, "-c", LOAD]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for load in loads:
            load.kill()
            load.wait()


async def attack(
    cell: Cell, group: tuple[Attack, ...], rounds: int, tally: Tally, *, repeat: bool = False
) -> None:
    """One program, or two that run one after the other, `rounds` times in a slot."""
    async with cell.slot() as slot:
        names = ["program", "program.second"]
        commands = [await prepare(slot, each, program=name) for each, name in zip(group, names, strict=False)]
        for number in range(rounds):
            for each, command in zip(group, commands, strict=True):
                outcome = await execute(slot, command, repeat=repeat)
                found = mismatch(each, outcome, slowness=SLOWNESS)
                tally.runs += 1
                if found is not None:
                    tally.add(each.name, f"round {number + 1}: {found}; expected {each.expectation}")


async def lane(
    cell: Cell, groups: list[tuple[Attack, ...]], rounds: int, tally: Tally, *, repeat: bool
) -> None:
    """Take the next until there is none."""
    while groups:
        group = groups.pop(0)
        try:
            await attack(cell, group, rounds, tally, repeat=repeat)
        except (SandboxError, AssertionError) as error:
            tally.add(group[0].name, str(error))


async def watch_victims(cell: Cell, attacking: asyncio.Task[None], tally: Tally) -> None:
    """Run the victim until the attacks have ended, and once more."""
    is_last = False
    while not is_last:
        is_last = attacking.done()
        try:
            async with cell.slot() as slot:
                victim = await run_victim(slot)
        except SandboxError as error:
            tally.harmed.append(str(error))
            return
        tally.victims += 1
        tally.victim_cpu_us.append(victim.facts.cpu_time_us)
        if not is_unharmed(victim):
            tally.harmed.append(str(victim))
            print("a victim was harmed:", victim, flush=True)


async def besiege(config: CellConfig, groups: list[tuple[Attack, ...]], rounds: int) -> Tally:
    tally = Tally()
    cell = await Cell.connect(config.socket_path)
    waiting = list(groups)

    async def all_lanes() -> None:
        await asyncio.gather(
            *(lane(cell, waiting, rounds, tally, repeat=number % 2 == 1) for number in range(LANES))
        )

    attacking = asyncio.create_task(all_lanes())
    await watch_victims(cell, attacking, tally)
    await attacking
    return tally


def summary(tally: Tally, programs: int, seconds: float, *, supervisor: CellProcess) -> str:
    cpu_ms = [us / 1000 for us in sorted(tally.victim_cpu_us)] or [0.0]
    low, high = cpu_ms[len(cpu_ms) // 20], cpu_ms[-1 - len(cpu_ms) // 20]
    return (
        f"attacks: {programs} programs, {tally.runs} runs under load, {sum(tally.wrong.values())} wrong; "
        f"victim: {tally.victims} runs, {len(tally.harmed)} harmed, "
        f"CPU time median {statistics.median(cpu_ms):.1f} ms "
        f"(p5 {low:.1f}, p95 {high:.1f}, most {cpu_ms[-1]:.1f}); "
        f"supervisor {'alive' if supervisor.alive() else 'dead'}; {seconds:.0f} s"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="*", help="a glob for the programs' names")
    arguments = parser.parse_args()
    groups = [
        group
        for group in (*((each,) for each in ALONE), *PAIRS)
        if fnmatch.fnmatch(group[0].name, arguments.only)
    ]
    if arguments.rounds < 1 or not groups:
        parser.error("no round, or no program of that name")
    started = time.monotonic()
    with short_folder() as folder, busy_cores():
        config = make_config(folder, slots=LANES + 1)
        with running_cell(config) as supervisor:
            tally = asyncio.run(besiege(config, groups, arguments.rounds))
            programs = sum(len(group) for group in groups)
            for name, times in tally.wrong.items():
                print(f"{name} was wrong {times} times")
            print(summary(tally, programs, time.monotonic() - started, supervisor=supervisor))
            return 1 if tally.wrong or tally.harmed or not supervisor.alive() else 0


if __name__ == "__main__":
    sys.exit(main())
