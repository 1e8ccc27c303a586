"""One job: load → judge → record → finish. Whatever goes wrong on the way is our fault, never a verdict."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import traceback
from typing import assert_never

from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.domain.identity import NewId
from assay.domain.judgement import Decision, Judgement
from assay.domain.submission import Submission
from assay.domain.verdict import Verdict
from assay.errors import AssayError, Unavailable
from assay.judging.ports import Room
from assay.queue.custom_runs import CustomRunQueue
from assay.queue.ports import JobQueue, Lease, Share, Wakeups
from assay.queue.rules import GiveUp, TryAgain, after_fault, postponed_seconds
from assay.queue.upkeep import Upkeep
from assay.verdicts.ports import SubmissionReader, VerdictStore
from assay.verdicts.telling import Telling
from assay.worker.fleet import Membership
from assay.worker.ports import Happening, Journal, Judge, JudgeGoneError, Meter, OutOfReach, Problems, Runner

CAUSE_CHARACTERS_MAX = 2000  # a cause is read by an operator, not archived


@dataclass(kw_only=True)
class Pace:
    """How a worker spends its time. A lease outlives three heartbeats, so that one lost beat does no harm.

    It may change while the worker works; `slots` is how many seats there are at the start (seats.py).
    """

    slots: int  # submissions judged at once
    lease_seconds: float
    heartbeat_seconds: float
    poll_seconds: float  # the longest that a job waits when its ring was lost
    sweep_seconds: float
    drain_seconds: float  # what running jobs get when the worker is told to stop

    def become(self, other: "Pace") -> None:
        """Go on at another pace: leases to come have its length, and the next beat comes when it says."""
        vars(self).update(vars(other))


@dataclass(frozen=True, kw_only=True)
class CustomRuns:
    """What a worker needs to do custom runs, too. `wakeups` ring when there is one."""

    queue: CustomRunQueue
    runner: Runner
    wakeups: Wakeups


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything a worker works with. `new_token` gives what no lease had before; `chance` is in [0, 1).

    Without a `share` no broker spreads the jobs, without `custom_runs` it does none, without a `membership`
    nobody knows of it, without a `meter` nobody counts, without `upkeep` others do it.
    """

    worker_id: str
    queue: JobQueue
    submissions: SubmissionReader
    problems: Problems
    judge: Judge
    verdicts: VerdictStore
    wakeups: Wakeups
    journal: Journal
    clock: Clock
    new_id: NewId
    new_token: Callable[[], str]
    chance: Callable[[], float]
    pace: Pace
    share: Share | None = None
    custom_runs: CustomRuns | None = None
    membership: Membership | None = None
    meter: Meter | None = None
    upkeep: Upkeep | None = None

    @property
    def is_draining(self) -> bool:
        return self.membership is not None and self.membership.is_draining


async def attend(lease: Lease, parts: Parts, judging: asyncio.Task[Judgement]) -> None:
    """See a job that is being judged to its end, whatever it is. Cancelling `judging` gives the job back."""
    await asyncio.wait({judging})
    try:
        if judging.cancelled():
            await _release(lease, parts, why="cancelled")
        elif is_judge_gone(judging):
            await _release(lease, parts, why=str(judging.exception()))
        elif isinstance(fault := judging.exception(), OutOfReach):
            delay_seconds = postponed_seconds(chance=parts.chance())
            await _release(lease, parts, why=str(fault), as_=Happening.POSTPONED, delay_seconds=delay_seconds)
        elif fault is not None:
            _note_bug(parts, lease, fault)
            await _try_again_or_bury(lease, parts, cause=f"{type(fault).__name__}: {fault}")
        elif judging.result().decision.verdict is Verdict.JE:
            await _try_again_or_bury(lease, parts, cause=judging.result().decision.message)
        else:
            await _finish(lease, parts, judging.result())
    except Unavailable as error:
        parts.journal.note(Happening.UNRECORDED, submission_id=lease.submission_id, detail=str(error))


def is_judge_gone(judging: asyncio.Task[Judgement]) -> bool:
    """Of an ended task: whether the next submission could not be judged either."""
    return not judging.cancelled() and isinstance(judging.exception(), JudgeGoneError)


async def judge(lease: Lease, parts: Parts, room: Room) -> Judgement:
    """Load the submission and its problem, and judge. Any exception is a fault of ours."""
    started_at = parts.clock.now()
    submission = lease.submission or await _read(lease, parts)
    problem = await parts.problems.version(submission.problem_id, submission.problem_version)
    if problem is None:
        raise Unavailable(f"problem {submission.problem_id} has no version {submission.problem_version}")
    reach(CrashPoint.LOADED_BEFORE_JUDGING)
    async with Telling(lease, parts.verdicts) as telling:
        decision: Decision = await parts.judge(submission, problem, telling.tell, room)
    return Judgement(
        id=parts.new_id(),
        submission_id=lease.submission_id,
        generation=lease.generation,
        decision=decision,
        started_at=started_at,
        ended_at=parts.clock.now(),
        all_tests=submission.all_tests,
    )


async def _read(lease: Lease, parts: Parts) -> Submission:
    state = await parts.submissions.submission(lease.submission_id)
    if state is None:
        raise Unavailable(f"submission {lease.submission_id} has a job and no row")
    return state.submission


async def _finish(lease: Lease, parts: Parts, judgement: Judgement) -> None:
    reach(CrashPoint.JUDGED_BEFORE_FINISH)
    finished = await parts.verdicts.finish(lease, judgement)
    reach(CrashPoint.FINISHED)
    if finished and parts.meter is not None:
        parts.meter.judged(judgement.decision)
    _note(parts, lease, Happening.FINISHED if finished else Happening.FENCED, judgement.decision.verdict)


async def _release(
    lease: Lease, parts: Parts, *, why: str, as_: Happening = Happening.RELEASED, delay_seconds: float = 0.0
) -> None:
    reach(CrashPoint.STOPPED_BEFORE_RETURN)
    cause = why[:CAUSE_CHARACTERS_MAX] if as_ is Happening.POSTPONED else None
    released = await parts.queue.release(lease, delay_seconds=delay_seconds, cause=cause)
    reach(CrashPoint.RELEASED)
    _note(parts, lease, as_ if released else Happening.FENCED, why)


async def _try_again_or_bury(lease: Lease, parts: Parts, *, cause: str) -> None:
    reach(CrashPoint.FAILED_BEFORE_RETURN)
    cause = cause[:CAUSE_CHARACTERS_MAX]
    next_step = after_fault(attempt=lease.attempt, chance=parts.chance())
    match next_step:
        case TryAgain(delay_seconds=delay_seconds):
            is_held = await parts.queue.hand_back(lease, delay_seconds=delay_seconds, cause=cause)
            reach(CrashPoint.HANDED_BACK)
            _note(parts, lease, Happening.HANDED_BACK if is_held else Happening.FENCED, cause)
        case GiveUp():
            is_held = await parts.queue.bury(lease, cause=cause)
            reach(CrashPoint.BURIED)
            _note(parts, lease, Happening.BURIED if is_held else Happening.FENCED, cause)
        case _:
            assert_never(next_step)


def _note_bug(parts: Parts, lease: Lease, fault: BaseException) -> None:
    """A refusal says all in its message. Anything else needs its traceback, or nobody will ever find it."""
    if not isinstance(fault, AssayError):
        _note(parts, lease, Happening.BUG, "".join(traceback.format_exception(fault)))


def _note(parts: Parts, lease: Lease, happening: Happening, detail: str) -> None:
    parts.journal.note(
        happening, submission_id=lease.submission_id, detail=f"attempt {lease.attempt}: {detail}"
    )
