"""Who dies with whom: client, keeper, supervisor, parent. None leaves a process, cgroup or socket behind."""

import asyncio
from collections.abc import Callable
import contextlib
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

import pytest

from assay.sandbox import Cell, CellConfig, CellProcess, CellStartError, SlotLost
from tests.conftest import ROOT, needs_root
from tests.security.harness import (
    SLOWNESS,
    cgroups_of,
    is_alive,
    make_config,
    processes_of_slots,
    run,
    running_cell,
    runs_of,
    short_folder,
)

PATIENCE_S = 5.0 * SLOWNESS


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def start_script(script: str, *arguments: str) -> tuple[subprocess.Popen[bytes], list[str]]:
    """A Python of its own, and what it said after "on", once it is where it should be killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"},
    )
    assert process.stdout is not None
    said = process.stdout.readline().decode().split()
    assert said[:1] == ["on"], said
    return process, said[1:]


def first_child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


CLIENT = """
import asyncio, os, sys
from pathlib import Path
from assay.sandbox import Cell
from tests.security.harness import processes_of_slots, run
async def main():
    cell = await Cell.connect(Path(sys.argv[1]))
    async with cell.slot() as slot:
        task = asyncio.create_task(run(slot, "/usr/bin/sleep", "100", view="toolchain"))
        while not processes_of_slots():
            await asyncio.sleep(0.01)
        print("on", flush=True)
        await task
asyncio.run(main())
"""

PARENT = """
import sys
from pathlib import Path
from assay.sandbox import CellProcess
from tests.security.harness import make_config
process = CellProcess.start(make_config(Path(sys.argv[1])))
print("on", process.pid, flush=True)
sys.stdin.read()
"""


@needs_root
def test_a_client_killed_in_the_middle_of_a_run() -> None:
    with short_folder() as folder, running_cell(make_config(folder, slots=1, spare_slots=0)) as process:
        client, _ = start_script(CLIENT, str(folder / "cell"))
        assert processes_of_slots()
        client.kill()
        client.communicate()
        assert eventually(lambda: not processes_of_slots())
        assert eventually(lambda: not runs_of(process.pid))
        assert process.alive()


@needs_root
def test_a_keeper_that_is_killed_takes_its_run_with_it_and_is_replaced() -> None:
    with short_folder() as folder, running_cell(make_config(folder, slots=1, spare_slots=0)) as process:

        async def scenario() -> None:
            cell = await Cell.connect(folder / "cell")
            async with cell.slot() as slot:
                task = asyncio.create_task(run(slot, "/usr/bin/sleep", "100", view="toolchain"))
                while not processes_of_slots():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                os.kill(first_child(process.pid), signal.SIGKILL)
                with pytest.raises(SlotLost):
                    await task
            async with cell.slot() as slot:
                again = await run(slot, "/usr/bin/true", view="toolchain")
                assert again.facts.exit_code == 0

        asyncio.run(scenario())
        assert eventually(lambda: not processes_of_slots())


@needs_root
def test_stopping_leaves_nothing() -> None:
    with short_folder() as folder:
        with running_cell(make_config(folder)) as process:
            assert cgroups_of(process.pid)
            assert (folder / "cell").is_socket()
            assert (folder / "cell").stat().st_mode & 0o777 == 0o600
        assert not cgroups_of(process.pid)
        assert not list(folder.iterdir())


@needs_root
def test_a_parent_killed_takes_the_supervisor_with_it() -> None:
    with short_folder() as folder:
        parent, said = start_script(PARENT, str(folder))
        supervisor = int(said[0])
        client, _ = start_script(CLIENT, str(folder / "cell"))
        parent.kill()
        parent.communicate()
        assert eventually(lambda: not is_alive(supervisor))
        assert not processes_of_slots()
        assert not cgroups_of(supervisor)
        assert not list(folder.iterdir())
        client.kill()
        client.communicate()


@needs_root
def test_a_supervisor_killed_leaves_only_what_the_next_one_removes() -> None:
    with short_folder() as folder:
        config = make_config(folder)
        with running_cell(config) as first:
            client, _ = start_script(CLIENT, str(config.socket_path))
            assert processes_of_slots()
            os.kill(first.pid, signal.SIGKILL)
            assert eventually(lambda: not first.alive())
            assert eventually(lambda: not processes_of_slots()), (
                "runs die with the supervisor, whatever happened to it"
            )
            client.kill()
            client.communicate()
        with running_cell(config) as second:
            assert not cgroups_of(first.pid)
            assert second.alive()


@needs_root
def test_a_living_supervisor_is_not_pushed_aside(config: CellConfig, supervisor: CellProcess) -> None:
    with pytest.raises(CellStartError, match="another supervisor listens"):
        CellProcess.start(config)
    assert supervisor.alive()
    assert asyncio.run(Cell.connect(config.socket_path))
    with contextlib.suppress(FileNotFoundError):
        assert config.socket_path.is_socket()
