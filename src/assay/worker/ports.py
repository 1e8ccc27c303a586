"""What the worker needs from outside beyond queue and verdicts: problems, a judge, and somebody to tell."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol

from assay.domain.custom_run import CustomRun, CustomRunOutcome
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.errors import Unavailable
from assay.judging.ports import Room

Tell = Callable[[Progress], Awaitable[None]]
"""Takes a step of judging. Returns at once: recording it happens behind the judge's back."""


class JudgeGoneError(Exception):
    """No submission can be judged here any more, whichever it is: the worker gives back its jobs and ends."""


class OutOfReach(Unavailable):
    """What judging this submission needs is away for now: its test data. No more than their absence is tried,
    and it is tried again and again until they are back, for the submission is not to blame."""


class Judge(Protocol):
    async def __call__(self, submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        """Decide, where there is `room` with several tests at once. A `JE` decision and any exception are our
        fault, and the job is tried again.

        `JudgeGoneError` and `OutOfReach` alone do not count as a try.
        """
        ...


class Runner(Protocol):
    async def __call__(self, run: CustomRun, problem: Problem | None) -> CustomRunOutcome:
        """Do a custom run. Any exception is our fault, and the run is tried again; see `Judge`."""
        ...


class Problems(Protocol):
    async def version(self, problem_id: str, version: str) -> Problem | None:
        """Exactly the version that the submission was accepted against."""
        ...


class Happening(StrEnum):
    """What an operator may want to count or read about."""

    FINISHED = "finished"
    HANDED_BACK = "handed_back"  # our fault; will be tried again
    BUG = "bug"  # judging raised what is no refusal; the detail is its traceback
    BURIED = "buried"  # our fault, too often: a dead letter
    FENCED = "fenced"  # came too late: another worker has the job
    RELEASED = "released"  # given back because this worker stops
    POSTPONED = "postponed"  # given back uncounted: its test data are out of reach; will be tried again
    UNRECORDED = "unrecorded"  # the store was out of reach; the lease runs out, and the job is tried again
    RUN_FINISHED = "custom_run_finished"
    RUN_GIVEN_BACK = "custom_run_given_back"  # it made way for a submission, or this worker stops
    RUN_FAULT = "custom_run_fault"  # our fault; will be tried again, but not often
    LEASES_EXPIRED = "leases_expired"  # the sweeper found jobs whose worker fell silent


class Journal(Protocol):
    def note(self, happening: Happening, *, submission_id: str | None, detail: str, count: int = 1) -> None:
        """Write down for the operator that it happened, `count` times at once. Never blocks, never fails."""
        ...


class Meter(Protocol):
    def judged(self, decision: Decision) -> None:
        """Count what was decided and recorded. Never blocks, never fails."""
        ...
