"""A cell of one's own begins, ends and leaves nothing behind, whatever happens to whoever started it."""

import asyncio
import gc
import os
from pathlib import Path
import signal

import pytest

from assay.sandbox import (
    Cell,
    CellUnavailable,
    SlotLost,
)
from tests.conftest import needs_root
from tests.contract.sandbox.users import OTHER_UID, PYTHON, folders_of, script, wait_for_end
from tests.security.harness import BINARY, is_alive

pytestmark = needs_root


def test_a_slot_keeps_its_cell() -> None:
    with Cell.start(slots=1, binary=BINARY, first_slot_uid=OTHER_UID).slot() as slot:  # the cell has no name
        gc.collect()
        assert slot.capture([PYTHON, "-c", "print(1)"]).stdout == b"1\n"


def test_a_cell_that_died_is_told_with_the_remedy() -> None:
    with Cell.start(slots=1, binary=BINARY, first_slot_uid=OTHER_UID) as cell, cell.slot() as slot:
        assert cell._owned is not None
        os.kill(cell._owned.process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, cell._owned.process.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(SlotLost):
            slot.capture([PYTHON, "-c", ""])
        with pytest.raises(CellUnavailable, match="ended; remedy"):
            cell.run([PYTHON, "-c", ""])
    assert not cell.socket_path.parent.exists()


async def test_cancelling_the_start_leaves_nothing_behind() -> None:
    before = folders_of(os.getpid())

    async def start() -> None:
        async with Cell.astart(slots=1, binary=BINARY, first_slot_uid=OTHER_UID):
            raise AssertionError("it was cancelled before")

    task = asyncio.create_task(start())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()  # the thread that was starting it
    assert folders_of(os.getpid()) == before


REFUSALS = [
    ("import os; os.setuid(65534)", "NeedsRoot", "user 65534; remedy: run it with sudo"),
    ("import os; os.environ['ASSAY_CELL'] = '/no/cell'", "CellNotBuilt", "/no/cell; remedy: make -C cell"),
    (
        "import os; os.environ['ASSAY_CELL'] = '/usr/bin/false'",
        "CellStartError",
        "ended at its start with code 1",
    ),
    ("options['views'] = {'x': ['/no/path']}", "CellStartError", "/no/path"),
]


@pytest.mark.parametrize(("before", "name", "words"), REFUSALS, ids=[row[1] for row in REFUSALS])
def test_what_keeps_it_from_starting_is_told(before: str, name: str, words: str) -> None:
    text = f"""
from assay.sandbox import Cell, CellStartError
options = {{}}
{before}
try:
    Cell.start(**options)
except CellStartError as error:
    print(type(error).__name__, error)
"""
    process = script(text)
    output, errors = process.communicate()
    assert "Traceback" not in errors
    assert output.startswith(f"{name} ")
    assert words in output
    assert folders_of(process.pid) == set()


def slot_processes() -> list[int]:
    """Those of cells that single tests start."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if OTHER_UID <= folder.stat().st_uid < OTHER_UID + 16 and is_alive(int(folder.name)):
                found.append(int(folder.name))
        except FileNotFoundError:
            continue
    return found


def test_control_c_kills_the_run_and_ends_the_cell() -> None:
    text = f"""
import os, signal, sys, threading
from assay.sandbox import Cell
with Cell.start(slots=1, first_slot_uid={OTHER_UID}) as cell, cell.slot() as slot:
    reader, writer = os.pipe()
    def interrupt():
        os.read(reader, 1)  # the program runs
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=interrupt).start()
    null = os.open("/dev/null", os.O_RDWR)
    from assay.sandbox.options import make_command
    command = make_command(["{PYTHON}", "-c", "import time; print(1, flush=True); time.sleep(60)"],
                           views=["host"], wall_time_ms=60_000)
    try:
        slot.run(command, stdin=null, stdout=writer, stderr=null)
    except KeyboardInterrupt:
        print("interrupted")
    try:
        slot.run(command, stdin=null, stdout=writer, stderr=null)
    except Exception as error:
        print(type(error).__name__)
    print(cell.run(["{PYTHON}", "-c", "print(2)"]).stdout)
    supervisor = cell._owned.process.pid
print(supervisor)
"""
    output, errors = script(text).communicate()
    assert errors == ""
    *lines, supervisor = output.split("\n")[:-1]
    assert lines == ["interrupted", "SlotLost", "b'2\\n'"]
    assert not is_alive(int(supervisor))
    assert slot_processes() == []


def test_a_forked_child_neither_ends_the_cell_nor_keeps_it() -> None:
    text = f"""
import os, sys
from assay.sandbox import Cell
cell = Cell.start(slots=1, first_slot_uid={OTHER_UID})
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    cell.close()  # not its own
    print(cell.run(["{PYTHON}", "-c", "print(1)"]).stdout, flush=True)
    os.write(writer, b"x")
    sys.stdin.read()  # outlives its parent
    os._exit(0)
os.close(writer)
os.read(reader, 1)
print(cell.run(["{PYTHON}", "-c", "print(2)"]).stdout, cell._owned.process.pid, flush=True)
os._exit(0)  # without closing anything
"""
    process = script(text)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "b'1\\n'\n"
    answer, supervisor = process.stdout.readline().split()
    assert answer == "b'2\\n'"
    process.wait()
    wait_for_end(int(supervisor))
    process.stdin.close()  # now the child ends as well
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    for folder in folders_of(process.pid):
        folder.rmdir()  # os._exit left it; the cell has removed its socket


def test_what_a_killed_process_left_the_next_one_removes() -> None:
    text = f"""
import os
from assay.sandbox import Cell
cell = Cell.start(slots=1, first_slot_uid={OTHER_UID})
print(cell._owned.process.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    process = script(text)
    output, _ = process.communicate()
    wait_for_end(int(output))
    assert [folder.is_dir() for folder in folders_of(process.pid)] == [True]
    with Cell.start(slots=1, binary=BINARY, first_slot_uid=OTHER_UID):
        assert folders_of(process.pid) == set()


def test_a_cell_that_nobody_closed_ends_with_its_process() -> None:
    text = f"""
from assay.sandbox import Cell
cell = Cell.start(slots=1, first_slot_uid={OTHER_UID})
print(cell._owned.process.pid, cell.socket_path)
"""
    process = script(text)
    output, errors = process.communicate()
    assert errors == ""
    pid, path = output.split()
    wait_for_end(int(pid))
    assert not Path(path).parent.exists()


def test_one_who_starts_it_as_root_may_become_somebody_else() -> None:
    text = f"""
import os
from assay.sandbox import Cell, CellUnavailable
cell = Cell.start(slots=1, first_slot_uid={OTHER_UID}, client_uid=65534, client_gid=65534)
try:
    cell.info()
except CellUnavailable as error:
    print(error)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
print(cell.run(["{PYTHON}", "-c", "print(1)"]).stdout)
"""
    process = script(text)
    output, errors = process.communicate()
    assert output.splitlines()[1] == "b'1\\n'"
    assert "client_uid" in output.splitlines()[0]
    assert "Traceback" not in errors
    for folder in folders_of(process.pid):
        folder.rmdir()  # who is not root any more cannot remove it; the cell has removed its socket
