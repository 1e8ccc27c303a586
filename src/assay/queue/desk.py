"""What an operator sees of the queue, and what they may do to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assay.domain.lane import Lane


class JobState(StrEnum):
    PENDING = "pending"  # waits, perhaps for a delay to end
    HELD = "held"  # waits for an operator to release it
    PROCESSING = "processing"  # a worker has it
    DEAD = "dead"  # given up on by us: a dead letter


@dataclass(frozen=True, kw_only=True)
class LaneCounts:
    """How many jobs of a lane stand where, and since when the one that has waited longest has."""

    lane: Lane
    pending: int
    held: int
    processing: int
    dead: int
    oldest_pending_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job that is not done. `cause` is what went wrong last; `worker_id` who has it, or had it last."""

    submission_id: str
    generation: int
    lane: Lane
    state: JobState
    tenant: str | None
    user_id: str | None
    language_id: str
    attempt: int
    deaths: int
    created_at: datetime
    not_before: datetime
    worker_id: str | None
    cause: str


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One try that went wrong through a fault of ours."""

    at: datetime
    attempt: int
    worker_id: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which jobs: those that are all of what is given. Nothing given: all."""

    submission_ids: Sequence[str] | None = None
    state: JobState | None = None
    lane: Lane | None = None
    tenant: str | None = None
    user_id: str | None = None


class QueueDesk(Protocol):
    """Every change says how many jobs it changed; those that it cannot concern are left alone."""

    async def counts(self) -> list[LaneCounts]:
        """One for each lane, in their order."""
        ...

    async def jobs(self, wanted: Selection, *, after: str | None, limit: int) -> list[Job]:
        """The jobs that are not done, by submission; those after the submission `after`."""
        ...

    async def faults(self, submission_id: str) -> list[Fault]:
        """What went wrong with it so far, the first first."""
        ...

    async def move(self, wanted: Selection, *, lane: Lane) -> int:
        """Let waiting jobs wait in another lane, as if they had come there now."""
        ...

    async def hold(self, wanted: Selection) -> int:
        """Let waiting jobs wait until they are released."""
        ...

    async def release(self, wanted: Selection) -> int:
        """Let held jobs wait as before."""
        ...

    async def retry(self, wanted: Selection) -> int:
        """Let dead letters be judged again, with all tries before them: their submissions are queued."""
        ...

    async def purge(self, wanted: Selection) -> int:
        """Forget dead letters. Their submissions stay failed, and can be tried again no more."""
        ...
