"""Attacks that succeed today, each with what it costs. Closed, it belongs in cell/tests/escape.

They are kept apart so that `assay doctor --attack` does not refuse every machine for them.
"""

from pathlib import Path

import pytest

from assay.operate.attacks.corpus import mismatch, read_corpus
from assay.sandbox import Cell, CellConfig, CellProcess
from tests.conftest import needs_root
from tests.security.attacks import execute, prepare

COSTS = {
    "core_helper.c": "where core_pattern is a pipe, the host's crash handler runs as root for each crash",
    "cpu_affinity_widened.c": "a run has every core, whatever it may have",
    "executes_made_file.c": "a compiled program runs what it has made itself, under the same filter",
    "executes_made_file_shell.sh": "a shell runs what it has made itself, under the same filter",
    "executes_made_file_managed.py": "an interpreter runs what it has made itself, under the same filter",
    "executes_memory_file.py": "an interpreter runs what it has made itself, under the same filter",
    "executes_program_of_view.py": "an interpreter becomes any program of its view, under the same filter",
    "executes_shell.c": "a compiled program becomes any program of its view, under the same filter",
    "kernel_locks.c": "file locks are kernel memory that no cgroup counts: 40 MB in a second of CPU time",
    "memory_huge_file.c": "huge pages that the host has reserved can be had beyond the memory limit",
    "view_files_evicted.c": "others start slower: 12 to 20 % more CPU time for a Python with imports",
    "view_files_locked.c": "runs can signal each other by locks, and hold up whoever locks them on the host",
    "view_files_synced.c": "the disk flushes its cache 660 times a second, for 12 ms of CPU time",
    "view_files_watched.py": "a run can see when others, and the host, start a program that its view shows",
}
PROGRAMS = {attack.name: attack for attack in read_corpus(Path(__file__).with_name("gaps"))}


@needs_root
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.xfail(reason=COSTS[name], strict=True)) for name in PROGRAMS],
)
async def test_an_attack_that_succeeds_still_does(
    name: str, config: CellConfig, supervisor: CellProcess
) -> None:
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        outcome = await execute(slot, await prepare(slot, PROGRAMS[name]))
    assert mismatch(PROGRAMS[name], outcome) is None, outcome
