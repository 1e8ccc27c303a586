"""Hostile programs, one a file in cell/tests/escape, each with the facts expected of it in its first lines.

    //! status: cpu_time                    (or #! in a script)
    //! limits: cpu_time_ms=300 processes=32
    //! stdout, exit_code, signal, detail (a part of it), view, env, machine, wall_time_under_ms

After each, a victim runs in another slot, and must not have noticed anything.
"""

from dataclasses import replace
from pathlib import Path
import platform

import pytest

from assay.sandbox import Cell, CellConfig, CellProcess, RunLimits, Slot, Status
from tests.conftest import ROOT, needs_root
from tests.security.harness import ROOMY, SLOWNESS, Outcome, compile_c, processes_of_slots, run

CORPUS = ROOT / "cell/tests/escape"
PROGRAMS = sorted(path for path in CORPUS.iterdir() if path.suffix in (".c", ".py", ".sh"))
INTERPRETERS = {".py": ("/usr/bin/python3", "-I"), ".sh": ("/usr/bin/bash",)}
# Far above what is promised, far below what an unbounded program takes. `make bench ONLY=overrun` measures
# how exact the limits are; on a machine that may be busy that cannot be asserted.
OVERRUN_US = 2_000_000 * SLOWNESS


def expectations(source: Path) -> dict[str, str]:
    found = {}
    for line in source.read_text().splitlines():
        if not line.startswith(("//! ", "#! ")):
            break
        name, _, value = line.split(" ", 1)[1].partition(":")
        found[name] = value.strip()
    return found


def limits_of(expected: dict[str, str]) -> RunLimits:
    pairs = (pair.split("=") for pair in expected.get("limits", "").split())
    return replace(ROOMY, **{name: int(value) for name, value in pairs})


async def run_program(slot: Slot, source: Path) -> Outcome:
    expected, program = expectations(source), source.read_bytes()  # noqa: ASYNC240
    view = expected.get("view", "native" if source.suffix == ".c" else "toolchain")
    env = (
        dict([expected["env"].split("=")])
        if "env" in expected
        else {"PATH": "/usr/bin", "SLOWNESS": str(SLOWNESS)}
    )
    if source.suffix == ".c":
        await compile_c(slot, program)
        argv: tuple[str, ...] = ("/box/program",)
    else:
        await slot.put("program" + source.suffix, program)
        argv = (*INTERPRETERS[source.suffix], "/box/program" + source.suffix)
    return await run(slot, *argv, limits=limits_of(expected), view=view, env=env)


def programs_for(machine: str) -> list[Path]:
    """Those that are meant for `machine` (as uname names it): some attacks are an architecture's own."""
    return [
        source
        for source in PROGRAMS
        if "status" in (expected := expectations(source)) and expected.get("machine", machine) == machine
    ]


@needs_root
@pytest.mark.parametrize("source", programs_for(platform.machine()), ids=lambda source: source.name)
async def test_a_hostile_program_gets_what_is_written_in_it(
    source: Path, config: CellConfig, supervisor: CellProcess
) -> None:
    expected = expectations(source)
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as victims, cell.slot() as slot:
        outcome = await run_program(slot, source)
        victim = await run(victims, "/usr/bin/echo", "unharmed", view="toolchain")
    facts = outcome.facts
    assert facts.status == expected["status"], outcome
    if facts.status is Status.EXITED:
        assert facts.exit_code == int(expected.get("exit_code", "0")), outcome
    if "signal" in expected:
        assert facts.signal == int(expected["signal"])
    if "stdout" in expected:
        assert outcome.stdout.decode().strip() == expected["stdout"], outcome
    assert expected.get("detail", "") in facts.detail
    limits = limits_of(expected)
    assert facts.stdout_bytes == len(outcome.stdout) <= limits.stdout_bytes
    assert facts.stderr_bytes == len(outcome.stderr) <= limits.stderr_bytes
    assert facts.memory_bytes <= limits.memory_bytes
    assert facts.cpu_time_us <= limits.cpu_time_ms * 1000 + OVERRUN_US
    wall_time_ms = int(expected.get("wall_time_under_ms", limits.wall_time_ms))
    assert facts.wall_time_us <= wall_time_ms * 1000 * SLOWNESS + OVERRUN_US
    assert (victim.facts.status, victim.stdout) == (Status.EXITED, b"unharmed\n")
    assert supervisor.alive()


@needs_root
async def test_nothing_of_a_run_is_alive_when_its_facts_come(
    config: CellConfig, supervisor: CellProcess
) -> None:
    source = CORPUS / "daemon.c"
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        outcome = await run_program(slot, source)
        left_over = processes_of_slots()
    assert outcome.facts.exit_code == 0
    assert not left_over
