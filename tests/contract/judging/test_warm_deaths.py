"""An interpreter that was started ahead dies, as when the machine is short of memory: no verdict
shows it."""

import asyncio
from contextlib import suppress
import os
from pathlib import Path
import random
import signal
import socket
import struct

import pytest

from assay.domain.verdict import Verdict
from assay.sandbox import Cell, SandboxError
from tests.conftest import needs_root
from tests.contract.judging.whole import Setter
from tests.processes import children_of

pytestmark = needs_root

JUDGINGS = 6
SOURCE = "import time\ntime.sleep(0.02)\nprint(input())"


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


async def test_the_death_of_what_was_started_ahead_is_no_verdict(setter: Setter) -> None:
    """A run that had not begun is made again; one that had is our fault, and what judges tries it again."""
    # the AppArmor profile of a run leaves nothing to start one ahead with
    is_ahead = "apparmor" not in (await (await Cell.connect(setter.socket)).info()).isolation
    problem = setter.problem(*(setter.test(f"secret/{number}", "1\n", "1\n") for number in range(8)))
    killed: list[int] = []
    killing = asyncio.create_task(kill_now_and_then(supervisor_of(setter.socket), killed))
    outcomes: list[str] = []
    try:
        for _ in range(JUDGINGS):
            try:
                decision = await setter.judge(problem, SOURCE)
            except SandboxError:  # the slot is lost with it
                outcomes.append("again")
            else:
                assert decision.verdict in (Verdict.AC, Verdict.JE), decision
                outcomes.append(decision.verdict)
    finally:
        killing.cancel()
    assert bool(killed) == is_ahead, "what was started ahead"
    assert any(outcome is not Verdict.AC for outcome in outcomes) == is_ahead, "what was under way"
    assert (await setter.judge(problem, SOURCE)).verdict is Verdict.AC


async def kill_now_and_then(supervisor: int, killed: list[int]) -> None:
    chance = random.Random(4)  # noqa: S311  not for secrets
    while True:
        await asyncio.sleep(chance.uniform(0.01, 0.1))
        for pid in started_ahead(supervisor):
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)


def supervisor_of(socket_path: Path) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(str(socket_path))
        size = struct.calcsize("3i")
        pid, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(pid)


def started_ahead(supervisor: int) -> list[int]:
    """What has our library in it and is a child of one of this cell's keepers: what it has forked is none."""
    found = []
    for keeper in children_of(supervisor):
        for pid in children_of(keeper):
            with suppress(OSError):
                if b".warm.so" in Path(f"/proc/{pid}/environ").read_bytes():
                    found.append(pid)
    return found
