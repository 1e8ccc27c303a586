"""The attack corpus (cell/tests/escape) as the tests run it: beside a victim that must not notice."""

import asyncio
from collections.abc import Coroutine
import platform

from assay.operate.attacks.corpus import Attack, Outcome, for_machine, read_corpus
from assay.sandbox import Cell, Command, Policy, Slot, Status
from tests.conftest import ROOT
from tests.security.harness import ROOMY, SLOWNESS, run

FIRST, SECOND = (
    ".first",
    ".second",
)  # before the ending of two programs that run one after the other in a slot
_INTERPRETERS = {".py": ("/usr/bin/python3", "-I"), ".sh": ("/usr/bin/bash",)}
_VICTIM = """
import os
print(sum(i * i for i in range(100000)), os.listdir("/tmp"), os.listdir("/box"))
"""
VICTIM_SAYS = b"333328333350000 [] []\n"

CORPUS = for_machine(read_corpus(ROOT / "cell/tests/escape"), platform.machine())
PAIRS = tuple(
    (first, second)
    for first in CORPUS
    for second in CORPUS
    if FIRST in first.name and second.name == first.name.replace(FIRST, SECOND)
)
ALONE = tuple(attack for attack in CORPUS if FIRST not in attack.name and SECOND not in attack.name)


def named(name: str) -> Attack:
    return next(attack for attack in CORPUS if attack.name == name)


async def prepare(slot: Slot, attack: Attack, *, program: str = "program") -> Command:
    """Put it into the slot's box as `program` (C is compiled there), and say how it is run."""
    file = program + attack.ending
    await slot.put(file, attack.source)
    argv: tuple[str, ...] = (f"/box/{program}",)
    if attack.ending == ".c":
        built = await run(
            slot,
            "/usr/bin/gcc", "-O1", "-w", "-pthread", "-o", f"/box/{program}", f"/box/{file}",
            view="toolchain",
            env={"PATH": "/usr/bin"},
            box_writable=True,
        )  # fmt: skip
        assert built.facts.exit_code == 0, (attack.name, built)
    else:
        argv = (*_INTERPRETERS[attack.ending], f"/box/{file}")
    env = {"PATH": "/usr/bin", "SLOWNESS": str(SLOWNESS)} if attack.env is None else attack.env
    return Command(
        argv=argv,
        env={"LC_ALL": "C.UTF-8", **env},
        view=attack.view,
        limits=attack.run_limits(slowness=SLOWNESS),
        policy=attack.policy,
        box_writable=False,
    )


async def execute(slot: Slot, command: Command, *, repeat: bool = False) -> Outcome:
    """Run it; with `repeat` the cell may make the next run of the same ahead."""
    outcome = await run(
        slot,
        *command.argv,
        limits=command.limits,
        view=command.view,
        env=dict(command.env),
        policy=command.policy,
        repeat=repeat,
    )
    return Outcome(facts=outcome.facts, stdout=outcome.stdout, stderr=outcome.stderr)


async def run_victim(slot: Slot) -> Outcome:
    """An honest program: it computes a little, and says what it finds where only itself may write."""
    outcome = await run(
        slot, "/usr/bin/python3", "-I", "-c", _VICTIM, view="toolchain", limits=ROOMY, policy=Policy.MANAGED
    )
    return Outcome(facts=outcome.facts, stdout=outcome.stdout, stderr=outcome.stderr)


def is_unharmed(victim: Outcome) -> bool:
    facts = victim.facts
    return (facts.status, facts.exit_code, victim.stdout) == (Status.EXITED, 0, VICTIM_SAYS)


async def beside_victim(
    cell: Cell, attacking: Coroutine[None, None, Outcome]
) -> tuple[Outcome, list[Outcome]]:
    """The attack's outcome, and those of a victim that ran in another slot until after its end."""
    attack = asyncio.create_task(attacking)
    victims = []
    async with cell.slot() as slot:
        is_last = False
        while not is_last:
            is_last = attack.done()
            victims.append(await run_victim(slot))
    return await attack, victims
