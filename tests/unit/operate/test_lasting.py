"""What goes on beside the work: a bug in it is told and outlived, its end is the end."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from assay.operate import lasting
from assay.operate.lasting import going_on


class Worker:
    """Fails as often as it is told to, then goes on."""

    def __init__(self, failures: Sequence[Exception]) -> None:
        self.failures = list(failures)
        self.begun = 0
        self.goes_on = asyncio.Event()
        self.is_over = False

    async def work(self) -> None:
        self.begun += 1
        if self.failures:
            raise self.failures.pop(0)
        self.goes_on.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.is_over = True


async def test_a_bug_is_told_and_the_work_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "REST_SECONDS", 0.001)
    worker = Worker([KeyError("ours"), TypeError("ours, too")])
    with capture_logs() as logged:
        async with going_on(worker.work, name="listening"), asyncio.timeout(10):
            await worker.goes_on.wait()
    assert [(each["event"], each["task"], each["log_level"]) for each in logged] == [
        ("task_failed", "listening", "error"),
        ("task_failed", "listening", "error"),
    ]
    assert all(each["exc_info"] for each in logged), "with where it went wrong"


async def test_a_bug_that_always_comes_back_fills_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "REST_SECONDS", 0.001)
    monkeypatch.setattr(lasting, "REST_SECONDS_MAX", 0.004)
    worker = Worker([KeyError("ours")] * 6)
    with capture_logs() as logged:
        async with going_on(worker.work, name="listening"), asyncio.timeout(10):
            await worker.goes_on.wait()
    rests = [each["again_in_seconds"] for each in logged]
    assert rests == [0.001, 0.002, 0.004, 0.004, 0.004, 0.004]


async def test_it_has_ended_at_the_end() -> None:
    worker = Worker([])
    async with going_on(worker.work, name="listening"):
        await worker.goes_on.wait()
        assert not worker.is_over
    assert worker.is_over


async def test_who_has_nothing_left_to_do_is_let_go() -> None:
    begun = []

    async def work() -> None:
        begun.append(1)

    with capture_logs() as logged:
        async with going_on(work, name="following"):
            await asyncio.sleep(0.01)
    assert (len(begun), logged) == (1, [])
