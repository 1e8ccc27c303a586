"""How a command's work ends: by itself, by Ctrl-C, by SIGTERM, and by a sandbox that breaks."""

import asyncio
import os
from pathlib import Path
import signal
import tempfile
import time

import pytest

from assay.cli.local import run_to_end
from assay.errors import Unavailable
from assay.sandbox import SandboxError


async def work_in_a_folder(parent: Path, number: signal.Signals) -> None:
    with tempfile.TemporaryDirectory(dir=parent):
        os.kill(os.getpid(), number)
        await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("number", "raised", "code"),
    [(signal.SIGINT, KeyboardInterrupt, None), (signal.SIGTERM, SystemExit, 143)],
)
def test_a_signal_ends_the_work_in_order(
    number: signal.Signals, raised: type[BaseException], code: int | None, tmp_path: Path
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(raised) as caught:
        run_to_end(work_in_a_folder(tmp_path, number))
    assert getattr(caught.value, "code", None) == code
    assert list(tmp_path.iterdir()) == [], "what it made is gone"
    assert signal.getsignal(signal.SIGTERM) is before


async def read_for_long(parent: Path, number: signal.Signals) -> None:
    with tempfile.TemporaryDirectory(dir=parent):
        os.kill(os.getpid(), number)
        time.sleep(60)  # noqa: ASYNC251  the loop is busy, and hears nothing


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_a_signal_breaks_off_what_keeps_the_loop_busy(
    number: signal.Signals, raised: type[BaseException], tmp_path: Path
) -> None:
    begun = time.monotonic()
    with pytest.raises(raised):
        run_to_end(read_for_long(tmp_path, number))
    assert time.monotonic() - begun < 30
    assert list(tmp_path.iterdir()) == []
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_second_signal_does_not_wait_for_what_is_being_closed(tmp_path: Path) -> None:
    async def closing_for_long() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        run_to_end(closing_for_long())


def test_the_result_and_a_broken_sandbox() -> None:
    async def well() -> int:
        return 7

    async def broken() -> None:
        raise SandboxError("connection closed")

    assert run_to_end(well()) == 7
    with pytest.raises(Unavailable, match="assay doctor"):
        run_to_end(broken())
