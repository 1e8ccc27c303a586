"""What telling needs from outside: recording (fenced by the lease), reading, and following live."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assay.domain.events import Progress, SubmissionEvent
from assay.domain.judgement import Judgement
from assay.domain.submission import Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.queue.ports import Lease

RESULT_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class SubmissionState:
    """A submission and where it stands now. `test_case` of `total` is the test now running, or last run.

    `verdict`, `score`, `near_limit`, `cpu_time_ms` and `memory_bytes` (the slowest and the largest run's) are
    those of the newest judgement. `last_seq` is the newest event's number, `started_at` when judging began.
    """

    submission: Submission
    status: SubmissionStatus
    verdict: Verdict | None
    test_case: int | None
    total: int | None
    cpu_time_ms: int | None
    memory_bytes: int | None
    last_seq: int
    started_at: datetime | None
    ended_at: datetime | None
    score: float | None = None
    near_limit: bool | None = None  # None until judged


class SubmissionReader(Protocol):
    async def submission(self, submission_id: str) -> SubmissionState | None: ...

    async def judgements(self, submission_id: str) -> list[Judgement]:
        """All judgements with their runs, the newest generation last. Empty for an unknown submission."""
        ...

    async def judgement(self, judgement_id: str) -> Judgement | None:
        """One judgement with its runs."""
        ...

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        """The recorded events with a greater `seq`, in order. 0 asks for all."""
        ...

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        """The newest event's number of each of these that there is."""
        ...


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a submission came to: its final state, and its judgements as of then, the newest last."""

    state: SubmissionState
    judgements: tuple[Judgement, ...]

    def __post_init__(self) -> None:
        if not self.state.status.is_final:
            raise ValueError("a submission that is under way has no result")


class ResultCache(Protocol):
    """Results that were read before. A convenience: whatever goes wrong is a miss, and never an error."""

    async def get(self, submission_id: str) -> Result | None:
        """A result that the submission had at some time of the last `RESULT_SECONDS`, or None."""
        ...

    async def put(self, result: Result) -> None:
        """Keep it for `RESULT_SECONDS`, or for less, or not at all."""
        ...


class EventFeed(Protocol):
    def follow(self, submission_id: str, *, after_seq: int) -> AsyncGenerator[SubmissionEvent, None]:
        """The recorded events after `after_seq`, then live ones, none twice and none left out.

        Ends after the event with a final status, at once when that was `after_seq` or before.
        Raises `NotFound` for an unknown submission. Close it (`aclosing`) when the follower leaves.
        """
        ...


class EventBus(Protocol):
    """Carries events between processes. Any may be lost: who follows notices by `seq`, and reads the log."""

    def publish(self, events: Sequence[SubmissionEvent]) -> None:
        """Tell all processes of events that are recorded. Never blocks and never fails."""
        ...

    def subscribe(self, deliver: Callable[[Sequence[SubmissionEvent]], None]) -> None:
        """Hand to `deliver` what is published from now on, by this process too."""
        ...


class VerdictStore(Protocol):
    async def progress(self, lease: Lease, progress: Progress) -> bool:
        """Record a step as the next event. False, and nothing changed, when the lease is no longer held."""
        ...

    async def finish(self, lease: Lease, judgement: Judgement) -> bool:
        """Record the judgement, its runs, the submission's verdict, the job's end and the final event.

        One transaction; durable on return. False, and nothing changed, when the lease is no longer held.
        """
        ...
