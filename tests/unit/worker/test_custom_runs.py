"""Custom runs in a worker: only where there is a spare seat, and never in a submission's way."""

import asyncio
from dataclasses import replace

import pytest

from assay.adapters.memory.custom_runs import MemoryCustomRuns
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.domain.custom_run import CustomRun, CustomRunOutcome, CustomRunState, CustomRunStatus
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.errors import Unavailable
from assay.judging.ports import Room
from assay.queue.custom_runs import ATTEMPTS_MAX
from assay.worker.job import CustomRuns, Parts
from assay.worker.ports import Happening, Judge, JudgeGoneError, Runner, Tell
from assay.worker.process import run_worker
from tests.contract.houses import NOON, custom_run, custom_run_outcome, problem
from tests.unit.worker.test_worker import PACE, World, accept, decided, working
from tests.waiting import until

DONE = custom_run_outcome()


async def at_once(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
    return DONE


class Tavern(World):
    """A world with custom runs."""

    def __init__(self) -> None:
        super().__init__()
        self.run_bell = MemoryDoorbell()
        self.runs = MemoryCustomRuns(bell=MemoryDoorbell(), clock=self.clock)

    async def ask(self, *names: str) -> None:
        await self.problems.record(problem(), at=NOON)
        for name in names:
            await self.runs.record(custom_run(name, visitor=name))
        self.run_bell.ring()

    def with_runs(self, runner: Runner, *, judge: Judge = accept, slots: int = 2) -> Parts:
        runs = CustomRuns(queue=self.runs, runner=runner, wakeups=self.run_bell)
        return replace(self.parts(judge, replace(PACE, slots=slots)), custom_runs=runs)

    async def state(self, name: str) -> CustomRunState:
        state = await self.runs.state(name, at=self.clock.now())
        assert state is not None
        return state

    async def run_ends(self, name: str) -> CustomRunState:
        async with asyncio.timeout(5):
            while not (await self.state(name)).status.is_final:  # noqa: ASYNC110  the store tells nobody
                await asyncio.sleep(0.001)
        return await self.state(name)


@pytest.fixture
def tavern() -> Tavern:
    return Tavern()


async def test_what_is_asked_for_is_run(tavern: Tavern) -> None:
    seen: list[tuple[str, str | None]] = []

    async def look(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        seen.append((run.id, None if problem is None else problem.id))
        return DONE

    await tavern.ask("r1", "r2", "r3")
    async with working(tavern.with_runs(look)):
        for name in ("r1", "r2", "r3"):
            assert (await tavern.run_ends(name)).outcome == DONE
    assert seen == [("r1", "sum"), ("r2", "sum"), ("r3", "sum")]


async def test_a_run_without_a_problem(tavern: Tavern) -> None:
    await tavern.runs.record(replace(custom_run("r1"), problem_id=None, problem_version=None))
    async with working(tavern.with_runs(at_once)):
        assert (await tavern.run_ends("r1")).status is CustomRunStatus.DONE


async def test_a_ring_wakes_an_idle_worker(tavern: Tavern) -> None:
    parts = tavern.with_runs(at_once)
    async with working(replace(parts, pace=replace(PACE, poll_seconds=60))):
        await asyncio.sleep(0.02)
        await tavern.ask("r1")
        await tavern.run_ends("r1")


async def test_a_submission_takes_the_seat_of_a_run_which_is_done_later(tavern: Tavern) -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def long(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        started.set()
        await may_end.wait()
        return DONE

    await tavern.ask("r1")
    async with working(tavern.with_runs(long, slots=1)):
        await started.wait()
        started.clear()
        await tavern.submit("s1")
        assert await tavern.ends("s1") == (SubmissionStatus.JUDGED, Verdict.AC)
        assert not (await tavern.state("r1")).status.is_final
        await started.wait()  # it got the seat again
        may_end.set()
        assert (await tavern.run_ends("r1")).outcome == DONE
    assert Happening.RUN_GIVEN_BACK in tavern.journal.happenings


async def test_no_more_guests_leave_than_there_are_submissions(tavern: Tavern) -> None:
    stopped: list[str] = []
    running, may_end = asyncio.Semaphore(0), asyncio.Event()

    async def long(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        running.release()
        try:
            await may_end.wait()
        except asyncio.CancelledError:
            stopped.append(run.id)
            raise
        return DONE

    async def slow(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        await tell(Progress(status=SubmissionStatus.COMPILING))
        await may_end.wait()
        return decided()

    await tavern.ask("r1", "r2", "r3")
    async with working(tavern.with_runs(long, judge=slow, slots=3)):
        for _ in range(3):
            await running.acquire()
        await tavern.submit("s1")
        await until(lambda: len(stopped) > 0)
        await asyncio.sleep(0.05)
        assert stopped == ["r3"]  # who came last, and nobody else
        may_end.set()
        for name in ("r1", "r2", "r3"):
            await tavern.run_ends(name)


async def test_no_run_begins_while_submissions_have_all_seats(tavern: Tavern) -> None:
    judging, may_end = asyncio.Event(), asyncio.Event()

    async def slow(submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        judging.set()
        await may_end.wait()
        return decided()

    await tavern.submit("s1")
    async with working(tavern.with_runs(at_once, judge=slow, slots=1)):
        await judging.wait()
        await tavern.ask("r1")
        await asyncio.sleep(0.05)
        assert (await tavern.state("r1")).status is CustomRunStatus.QUEUED
        may_end.set()
        await tavern.run_ends("r1")


@pytest.mark.parametrize("fault", [Unavailable("no sandbox"), ZeroDivisionError("a bug")])
async def test_faults_of_ours_are_tried_again_and_then_told(tavern: Tavern, fault: Exception) -> None:
    attempts = 0

    async def stumble(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        nonlocal attempts
        if run.id == "r1":
            attempts += 1
            raise fault
        return DONE

    await tavern.ask("r1", "r2")
    async with working(tavern.with_runs(stumble)):
        state = await tavern.run_ends("r1")
        assert (await tavern.run_ends("r2")).status is CustomRunStatus.DONE
    assert attempts == ATTEMPTS_MAX
    assert (state.status, state.outcome) == (CustomRunStatus.FAILED, None)
    assert str(fault) in state.cause
    bugs = tavern.journal.happenings.count(Happening.BUG)
    assert bugs == (ATTEMPTS_MAX if isinstance(fault, ZeroDivisionError) else 0)


async def test_a_judge_that_is_gone_ends_the_worker_and_costs_no_try(tavern: Tavern) -> None:
    async def gone(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        raise JudgeGoneError("no cell answers")

    await tavern.ask("r1")
    async with asyncio.timeout(5):
        await run_worker(tavern.with_runs(gone), asyncio.Event())
    lease = await tavern.runs.claim(token="t", lease_seconds=1)
    assert lease is not None
    assert lease.attempt == 1


async def test_a_worker_that_stops_gives_its_runs_back(tavern: Tavern) -> None:
    started = asyncio.Event()

    async def endless(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        started.set()
        await asyncio.sleep(60)
        return DONE

    await tavern.ask("r1")
    async with working(tavern.with_runs(endless)) as stopping:
        await started.wait()
        stopping.set()
    assert (await tavern.state("r1")).status is CustomRunStatus.QUEUED


async def test_heartbeats_keep_a_long_run_alive(tavern: Tavern) -> None:
    async def long(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        for _ in range(10):
            tavern.clock.pass_seconds(20)
            await asyncio.sleep(0.03)
        return DONE

    await tavern.ask("r1")
    async with working(tavern.with_runs(long, slots=1)):
        assert (await tavern.run_ends("r1")).status is CustomRunStatus.DONE
    assert tavern.journal.happenings == [Happening.RUN_FINISHED]


async def test_a_run_that_was_taken_from_us_is_stopped(tavern: Tavern) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def endless(run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        started.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.set()
            raise
        return DONE

    await tavern.ask("r1")
    async with working(tavern.with_runs(endless, slots=1)):
        await started.wait()
        tavern.clock.pass_seconds(31)
        taken = await tavern.runs.claim(token="other", lease_seconds=1000)
        assert taken is not None
        async with asyncio.timeout(5):
            await stopped.wait()
        assert await tavern.runs.finish(taken, DONE)
