"""Judging that is broken off: no verdict comes of it, and nothing is left open."""

import asyncio
import os
from pathlib import Path
import threading

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.domain.problem import OutputComparison
from assay.judging import checking
from assay.sandbox import Command, SandboxError
from tests.unit.judging.judging import Judging, ends, nothing_left_open


async def test_a_missing_test_file_is_not_a_verdict(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends())
    (tmp_path / "2.ans").unlink()
    with nothing_left_open(), pytest.raises(FileNotFoundError):
        await judging.decide()
    assert judging.sandbox.open_slots == 0


async def test_a_sandbox_that_breaks_is_not_a_verdict(tmp_path: Path) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        raise SandboxError("gone")

    judging = Judging(tmp_path, broken)
    with nothing_left_open(), pytest.raises(SandboxError):
        await judging.decide()
    assert judging.sandbox.open_slots == 0


async def test_cancelling_a_run_closes_everything(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends(t2=Ending(never_ends=True)))
    with nothing_left_open():
        task = asyncio.create_task(judging.decide())
        await judging.has_run(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert judging.sandbox.open_slots == 0


async def test_cancelling_a_comparison_waits_for_its_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread reads from descriptors: they must stay open, and its own, until it has ended."""
    is_reading, may_end, descriptors_were_open = threading.Event(), threading.Event(), []

    def slow(output_fd: int, answer_fd: int, comparison: OutputComparison) -> None:
        is_reading.set()
        may_end.wait(timeout=10)
        descriptors_were_open.append(bool(os.fstat(output_fd)) and bool(os.fstat(answer_fd)))

    monkeypatch.setattr(checking, "find_difference", slow)
    monkeypatch.setattr(checking, "INLINE_BYTES_MAX", 0)
    judging = Judging(tmp_path, ends())
    with nothing_left_open():
        task = asyncio.create_task(judging.decide())
        assert await asyncio.to_thread(is_reading.wait, 10)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
        assert not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert descriptors_were_open == [True]
