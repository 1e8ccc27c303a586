"""Two slots at the same moment, one of them hostile: what the other holds is out of reach."""

import asyncio

from assay.operate.attacks.corpus import mismatch
from assay.sandbox import Cell, CellConfig, CellProcess, Policy, Status
from tests.conftest import needs_root
from tests.security.attacks import execute, named, prepare
from tests.security.harness import SLOWNESS, processes_of_slots, run

SECRET = "the-neighbours-secret"
HOLDS = f"""
import os, time
for path in ("/tmp/secret", "/dev/shm/secret", "/tmp/{SECRET}"):
    open(path, "w").write("{SECRET}")
open("/tmp/ready", "w").close()
time.sleep({2 * SLOWNESS})
print(sorted(os.listdir("/tmp")), open("/tmp/secret").read(), open("/box/secret").read())
"""


@needs_root
async def test_what_a_neighbour_holds_is_not_found(config: CellConfig, supervisor: CellProcess) -> None:
    cell = await Cell.connect(config.socket_path)
    attack = named("neighbour_searched.py")
    async with cell.slot() as quiet, cell.slot() as hostile:
        command = await prepare(hostile, attack)
        await quiet.put("secret", SECRET.encode())
        holding = asyncio.create_task(
            run(
                quiet,
                *("/usr/bin/python3", "-I", "-c", HOLDS),
                view="toolchain",
                env={"SECRET": SECRET},
                policy=Policy.MANAGED,
            )
        )
        while not processes_of_slots():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        searched = []
        while not holding.done():
            searched.append(await execute(hostile, command))
        held = await holding
    assert len(searched) > 1
    assert [mismatch(attack, outcome, slowness=SLOWNESS) for outcome in searched] == [None] * len(searched)
    assert held.facts.status is Status.EXITED
    assert held.stdout.decode() == f"['ready', 'secret', '{SECRET}'] {SECRET} {SECRET}\n"


@needs_root
async def test_a_script_for_the_interpreter_proc_self_exe_gets_nothing_of_the_cell(
    config: CellConfig, supervisor: CellProcess
) -> None:
    """The way of CVE-2019-5736: at that moment /proc/self/exe is the cell itself, a file of the host."""
    before = config.binary.read_bytes()
    cell = await Cell.connect(config.socket_path)
    for policy in Policy:
        async with cell.slot() as slot:
            await slot.put("program", b"#!/proc/self/exe serve\n", executable=True)
            outcome = await run(slot, "/box/program", view="toolchain", policy=policy)
        assert outcome.facts.status in (Status.EXITED, Status.INTERNAL, Status.SIGNALLED)
        assert outcome.facts.exit_code != 0, "it did not become a cell that works"
        assert outcome.stdout == b""
    assert config.binary.read_bytes() == before
    assert supervisor.alive()
