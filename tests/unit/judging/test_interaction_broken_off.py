"""Two programs that talk, and somebody who no longer wants to know: neither outlives that."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assay.judging.interaction import interact
from assay.judging.jury import Validator
from assay.judging.ports import SandboxSlot
from assay.sandbox import Command, Facts, SandboxError
from tests.unit.judging.judging import nothing_left_open
from tests.unit.judging.test_classify import COMMAND


class Talking:
    """A slot whose runs go on until they are cancelled, or break when told to."""

    def __init__(self) -> None:
        self.running = 0
        self.breaks = asyncio.Event()

    async def run(
        self, command: Command, *, stdin: int, stdout: int, stderr: int, files: Sequence[int] = ()
    ) -> Facts:
        self.running += 1
        try:
            await self.breaks.wait()
        finally:
            await asyncio.sleep(0)  # to give up a slot takes a moment
            self.running -= 1
        raise SandboxError("gone")


def talk(one: Talking, other: Talking) -> asyncio.Task[Any]:
    interactor = cast("Validator", SimpleNamespace(slot=other))
    return asyncio.create_task(interact(cast("SandboxSlot", one), COMMAND, interactor, COMMAND, ()))


@pytest.mark.parametrize("steps", range(6))
async def test_cancelling_ends_both_whenever_it_comes(steps: int) -> None:
    one, other = Talking(), Talking()
    with nothing_left_open():
        task = talk(one, other)
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (one.running, other.running) == (0, 0)
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_when_one_breaks_the_other_is_ended() -> None:
    one, other = Talking(), Talking()
    with nothing_left_open():
        task = talk(one, other)
        await asyncio.sleep(0.01)
        other.breaks.set()
        with pytest.raises(SandboxError, match="gone"):
            await task
        assert (one.running, other.running) == (0, 0)
