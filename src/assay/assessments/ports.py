"""What scoring needs of the outside world: judged submissions that wait for it, and a place for scores.

A judged submission of the lane `assessment` waits from the very transaction that recorded its judgement:

    waiting ──claim──▶ leased ──record──▶ scored
       ▲                 │
       ├── hand_back ────┤
       │   or release    │
       │   lease ran out │
       └── retry ─── unscored ◀── give_up

What could not be scored stays, says why, and can be tried again: its verdict stands meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assay.assessments.evidence.ports import NewEntry
from assay.assessments.evidence.signatures import Signer
from assay.domain.evidence import StoredPart


class Standing(StrEnum):
    """How far a submission's score is."""

    WAITING = "waiting"
    SCORED = "scored"
    UNSCORED = "unscored"  # given up on, through our fault, until somebody retries
    ERASED = "erased"  # there was a score, and the person it was about asked for its end


@dataclass(frozen=True, kw_only=True)
class ScoringLease:
    """The right to score one judging of a submission for a while. `attempt` counts from 1."""

    submission_id: str
    generation: int
    token: str
    attempt: int


@dataclass(frozen=True, kw_only=True)
class NewScore:
    """A score that is to be recorded once. `key` is the idempotency key, `document` canonical JSON."""

    key: str
    document: bytes
    person: str
    person_salt: bytes  # as it was when the parts' salts were made of it
    entry: NewEntry
    parts: tuple[StoredPart, ...]


@dataclass(frozen=True, kw_only=True)
class RecordedScore:
    """A score as it stands, and the entry of the evidence log that proves it."""

    key: str
    submission_id: str
    generation: int
    document: bytes
    entry_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ScoreState:
    """Where a submission's newest scoring stands. `cause` says why it is unscored, or was tried again."""

    submission_id: str
    generation: int
    standing: Standing
    attempt: int
    cause: str
    score: RecordedScore | None


@dataclass(frozen=True, kw_only=True)
class ScoringCounts:
    """How many assessments have no score. `oldest_judged_at`: of those that wait or are being scored."""

    waiting: int
    processing: int
    unscored: int
    oldest_judged_at: datetime | None


class ScoreStore(Protocol):
    """The queue of what waits to be scored, and the scores. Every method raises `Unavailable`."""

    async def has_due(self) -> bool:
        """Whether a claim would find anything. A read, and cheap."""
        ...

    async def claim(self, *, token: str, limit: int, lease_seconds: float) -> list[ScoringLease]:
        """Lease up to `limit` of what waits, under a `token` never used before, the longest waiting first.

        What a worker fell silent over is taken up again; past `ATTEMPTS_MAX` it is given up on.
        """
        ...

    async def person_salt(self, lease: ScoringLease, person: str, *, fresh: bytes) -> bytes | None:
        """The salt of the person whose submission is being scored, which is `fresh` if there was none yet.

        None when the lease is lost: an erasure ends it, and nothing of the person may be kept after that.
        """
        ...

    async def record(self, lease: ScoringLease, score: NewScore, *, signer: Signer) -> RecordedScore | None:
        """Record a score with its evidence, in one transaction.

        Whoever comes second, with a lease that is over or under a key that was scored before, changes
        nothing and gets what is recorded. None: the person was erased meanwhile, or the lease is lost and
        nothing is recorded yet.
        """
        ...

    async def hand_back(self, lease: ScoringLease, *, delay_seconds: float, cause: str) -> bool:
        """Have it tried again after a delay. False when the lease is lost."""
        ...

    async def release(self, lease: ScoringLease) -> bool:
        """Have it done by others, at once; the try is not counted. False when the lease is lost."""
        ...

    async def give_up(self, lease: ScoringLease, *, cause: str) -> bool:
        """Leave it unscored, and keep why. False when the lease is lost."""
        ...

    async def retry(self, submission_id: str) -> bool:
        """Have what is unscored tried again from the first attempt. False when it is not unscored."""
        ...

    async def state(self, submission_id: str) -> ScoreState | None:
        """None of a submission that is not to be scored, or is not judged yet."""
        ...

    async def counts(self) -> ScoringCounts:
        """What waits, is being scored, and was given up on."""
        ...

    async def unscored(self, *, limit: int) -> list[ScoreState]:
        """What was given up on, the oldest first."""
        ...
