"""Runs made ahead when somebody dies or leaves: what was made goes, and what was not done is done again."""

import os
from pathlib import Path
import signal
import socket
import time

import pytest

from assay.sandbox import (
    BlockingCell,
    BlockingSlot,
    CellConfig,
    CellProcess,
    Command,
    Policy,
    SlotLost,
    Status,
    protocol,
)
from tests.conftest import needs_root
from tests.security.harness import (
    SLOWNESS,
    is_alive,
    make_config,
    running_cell,
    runs_of,
    short_folder,
)
from tests.security.runs import LIMITS, PYTHON, keeper_of_runs, made_by, run, until_ready

BOTH = pytest.mark.parametrize("warm", [False, True], ids=["plain", "warm"])


@pytest.fixture
def cell(config: CellConfig, supervisor: CellProcess) -> BlockingCell:
    return BlockingCell(config.socket_path)


@needs_root
@BOTH
def test_a_run_that_dies_before_it_goes_is_made_again(
    warm: bool, cell: BlockingCell, supervisor: CellProcess
) -> None:
    with cell.slot() as slot:
        slot.put("main.py", b"print('x')")
        for turn in range(4):
            assert run(slot, warm=warm, repeat=True).outcome == (Status.EXITED, 0, None, b"x\n", b"")
            until_ready(slot)
            waiting = sorted(made_by(supervisor))
            assert waiting, "the next run is there already"
            for pid in waiting[turn % 2 : 1 + turn]:
                os.kill(pid, signal.SIGKILL)
                until_dead(pid)


@needs_root
@BOTH
def test_a_client_may_go_at_any_time(
    warm: bool, cell: BlockingCell, config: CellConfig, supervisor: CellProcess
) -> None:
    command = Command(
        argv=PYTHON,
        env={},
        view="toolchain",
        limits=LIMITS,
        policy=Policy.MANAGED,
        box_writable=False,
        warm=warm,
        repeat=True,
    )
    for turn in range(24):
        with cell.slot() as slot:
            slot.put("main.py", b"print('x')")
            if turn % 2:
                assert run(slot, warm=warm, repeat=True).facts.exit_code == 0
            with Path(os.devnull).open("r+b") as null:
                rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, null.fileno().to_bytes(4, "little") * 3)]
                slot._socket.sendmsg([protocol.encode_run(command)], rights)
            time.sleep(turn * 0.0007)
    with cell.slot() as slot:
        slot.put("main.py", b"print('x')")
        assert run(slot, warm=warm).outcome == (Status.EXITED, 0, None, b"x\n", b"")
    until_nothing_is_left(supervisor)


@needs_root
@BOTH
def test_a_client_that_goes_is_no_news(warm: bool, capfd: pytest.CaptureFixture[str]) -> None:
    """It has the facts of its last run, and does not wait for the one that is being made after it."""
    with short_folder() as folder, running_cell(make_config(folder)) as supervisor:
        cell = BlockingCell(folder / "cell")
        for turn in range(24):
            with cell.slot() as slot:
                slot.put("main.py", b"print('x')")
                run(slot, warm=warm, repeat=True)
                run(slot, warm=warm, repeat=True)
                time.sleep(turn * 0.0002)
        until_nothing_is_left(supervisor)
    assert capfd.readouterr().err == ""


@needs_root
@BOTH
def test_a_keeper_that_dies_takes_what_it_has_made_ahead_along(
    warm: bool, cell: BlockingCell, supervisor: CellProcess
) -> None:
    with cell.slot() as slot:
        slot.put("main.py", b"print('x')")
        run(slot, warm=warm, repeat=True)
        until_ready(slot)
        os.kill(keeper_of_runs(supervisor), signal.SIGKILL)
        with pytest.raises(SlotLost):
            run_until_lost(slot, warm)
    until_nothing_is_left(supervisor)


@needs_root
@BOTH
def test_a_supervisor_that_dies_takes_what_was_made_ahead_along(warm: bool) -> None:
    with (
        short_folder() as folder,
        running_cell(make_config(folder)) as supervisor,
        BlockingCell(folder / "cell").slot() as slot,
    ):
        slot.put("main.py", b"print('x')")
        run(slot, warm=warm, repeat=True)
        until_ready(slot)
        made = made_by(supervisor)
        os.kill(supervisor.pid, signal.SIGKILL)
        while supervisor.alive():  # its keepers are killed by the time that its end is told
            time.sleep(0.001)
        with pytest.raises(SlotLost):
            run_until_lost(slot, warm)
    assert made
    deadline = time.monotonic() + 60 * SLOWNESS
    while any(is_alive(pid) for pid in made):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def until_dead(pid: int) -> None:
    """Or for half a second: a run's init ends only when its keeper has taken note of the child's end."""
    deadline = time.monotonic() + 0.5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.001)


def until_nothing_is_left(supervisor: CellProcess) -> None:
    """No run's process and no run's cgroup."""
    deadline = time.monotonic() + 60 * SLOWNESS
    while made_by(supervisor) or runs_of(supervisor.pid):
        assert time.monotonic() < deadline, (made_by(supervisor), runs_of(supervisor.pid))
        time.sleep(0.02)


def run_until_lost(slot: BlockingSlot, warm: bool) -> None:
    """What is killed takes a moment to die."""
    while True:
        run(slot, warm=warm, repeat=True)
