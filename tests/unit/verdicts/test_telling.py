"""Telling: a hundred quick tests do not make a hundred commits, and what matters is always told."""

import asyncio
from dataclasses import replace
import time

import pytest

from assay.domain.events import Progress
from assay.domain.judgement import Judgement
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.errors import Unavailable
from assay.queue.ports import Lease
from assay.verdicts.rules import final_step
from assay.verdicts.telling import Telling
from tests.contract.houses import judgement
from tests.waiting import until

LEASE = Lease(submission_id="s1", generation=1, token="t1", attempt=1)
COMPILING = Progress(status=SubmissionStatus.COMPILING)


def running(test_case: int) -> Progress:
    return Progress(status=SubmissionStatus.RUNNING, test_case=test_case, total=100)


class SlowStore:
    """Takes as long as the test wants for each record, and writes down what it got."""

    def __init__(self, *, fails: bool = False) -> None:
        self.recorded: list[Progress] = []
        self.may_record = asyncio.Event()
        self.may_record.set()
        self._fails = fails

    async def progress(self, lease: Lease, progress: Progress) -> bool:
        await asyncio.sleep(0)
        await self.may_record.wait()
        if self._fails:
            raise Unavailable("locked")
        self.recorded.append(progress)
        return True

    async def finish(self, lease: Lease, judgement: Judgement) -> bool:
        raise AssertionError("telling does not finish")


async def test_of_many_quick_steps_the_first_of_each_kind_is_told() -> None:
    store = SlowStore()
    async with Telling(LEASE, store) as telling:
        await telling.tell(COMPILING)
        for test_case in range(1, 101):
            await telling.tell(running(test_case))
    assert store.recorded == [COMPILING, running(1)]


async def test_the_first_ones_are_told_at_once() -> None:
    store = SlowStore()
    async with Telling(LEASE, store, pause_seconds=60) as telling:
        await telling.tell(COMPILING)
        await until(lambda: store.recorded == [COMPILING])
        await telling.tell(running(1))
        await until(lambda: store.recorded == [COMPILING, running(1)])
        await telling.tell(running(2))


async def test_of_steady_steps_the_latest_is_told_now_and_then() -> None:
    store = SlowStore()
    began = time.monotonic()
    async with Telling(LEASE, store, pause_seconds=0.02) as telling:
        for test_case in range(1, 101):
            await telling.tell(running(test_case))
            await asyncio.sleep(0.001)
    told = [step.test_case for step in store.recorded if step.test_case is not None]
    assert told[0] == 1
    assert told == sorted(set(told))
    assert 3 <= len(told) <= 2 + (time.monotonic() - began) / 0.02


async def test_a_slow_store_does_not_hold_up_the_judge_and_steps_stay_in_order() -> None:
    store = SlowStore()
    store.may_record.clear()
    async with Telling(LEASE, store, pause_seconds=0.001) as telling:
        await telling.tell(COMPILING)
        await asyncio.sleep(0.01)
        for test_case in range(1, 10):
            await telling.tell(running(test_case))
        await asyncio.sleep(0.01)
        assert store.recorded == []
        store.may_record.set()
    assert store.recorded == [COMPILING, running(1)]


async def test_after_a_failure_nothing_more_is_told() -> None:
    store = SlowStore()
    store.may_record.clear()

    async def judge_badly() -> None:
        async with Telling(LEASE, store) as telling:
            await telling.tell(COMPILING)
            await asyncio.sleep(0.01)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await judge_badly()
    store.may_record.set()
    await asyncio.sleep(0.01)
    assert store.recorded == []


async def test_a_store_out_of_reach_does_not_end_the_judging() -> None:
    async with Telling(LEASE, SlowStore(fails=True)) as telling:
        await telling.tell(COMPILING)
        await asyncio.sleep(0.01)
        await telling.tell(running(1))


def test_a_judging_error_has_no_final_step_of_a_judged_submission() -> None:
    decision = judgement(LEASE).decision
    assert final_step(decision).verdict is Verdict.WA
    with pytest.raises(ValueError, match="never recorded"):
        final_step(replace(decision, verdict=Verdict.JE))
