"""The attack corpus (cell/tests/escape): each program gets what its first lines say, and harms nobody.

A victim runs in another slot meanwhile, and once more when it is over. `make test-attacks` does the same
twenty times, on a machine that is busy.
"""

from pathlib import Path

import pytest

from assay.operate.attacks.corpus import Attack, mismatch
from assay.sandbox import Cell, CellConfig, CellProcess
from tests.conftest import needs_root
from tests.security.attacks import ALONE, CORPUS, PAIRS, beside_victim, execute, is_unharmed, named, prepare
from tests.security.harness import SLOWNESS, processes_of_slots

PROMISED = 80  # programs at least


@needs_root
@pytest.mark.parametrize("attack", ALONE, ids=lambda attack: attack.name)
async def test_an_attack_gets_what_is_written_in_it(
    attack: Attack, config: CellConfig, supervisor: CellProcess
) -> None:
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        command = await prepare(slot, attack)
        outcome, victims = await beside_victim(cell, execute(slot, command))
    assert mismatch(attack, outcome, slowness=SLOWNESS) is None, outcome
    assert [victim for victim in victims if not is_unharmed(victim)] == []
    assert supervisor.alive()


@needs_root
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].name)
async def test_what_one_run_leaves_the_next_in_its_slot_does_not_find(
    pair: tuple[Attack, Attack], config: CellConfig, supervisor: CellProcess
) -> None:
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        commands = [await prepare(slot, attack, program=f"program{n}") for n, attack in enumerate(pair)]
        outcomes = [await execute(slot, command) for command in commands]
    for attack, outcome in zip(pair, outcomes, strict=True):
        assert mismatch(attack, outcome, slowness=SLOWNESS) is None, outcome


def family_of(pid: int) -> set[int]:
    """The process and all that come from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return set()
    return {pid}.union(*(family_of(int(child)) for child in children))


@needs_root
async def test_nothing_of_a_run_is_alive_when_its_facts_come(
    config: CellConfig, supervisor: CellProcess
) -> None:
    cell = await Cell.connect(config.socket_path)
    for name in ("daemon.c", "adopts_orphans.c", "output_after_end.c"):
        async with cell.slot() as slot:
            outcome = await execute(slot, await prepare(slot, named(name)))
            left_over = processes_of_slots() & family_of(supervisor.pid)  # not those of another cell's slots
        assert outcome.facts.exit_code == 0
        assert not left_over, name


def test_the_corpus_is_complete() -> None:
    assert len(CORPUS) >= PROMISED
    assert len(ALONE) + 2 * len(PAIRS) == len(CORPUS), "each first has its second"
    assert not [attack.name for pair in PAIRS for attack in pair if attack.is_quick]
    purposes = [attack.purpose for attack in CORPUS]
    assert len(set(purposes)) == len(purposes), "each tries something of its own"
