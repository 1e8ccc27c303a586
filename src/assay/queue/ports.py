"""What waiting needs from outside: the queue of jobs, and bells that wake who waits.

A job is one judging of one submission: (submission_id, generation). Its row says where it stands:

    pending ──claim──▶ leased ──finish──▶ done
       ▲                 │
       └── hand_back, ───┤
           sweep         └── bury, sweep ──▶ dead

The rows are the truth. A bell only shortens the wait for the next look at them.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from assay.domain.lane import Lane
from assay.domain.submission import Submission


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a job waits. Among jobs of the same turn (fairness.py) an earlier deadline is first."""

    lane: Lane = Lane.PRACTICE
    deadline: datetime | None = None


PRACTICE = Place()


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to judge one job for a while. A claim brings a fresh `token`: an old one is fenced.

    `attempt` counts from 1. `submission`: what is to be judged, where the claim has brought it along.
    """

    submission_id: str
    generation: int
    token: str
    attempt: int
    submission: Submission | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Buried:
    """A job that has become a dead letter, by the last lease that anybody had of it."""

    lease: Lease
    cause: str


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep found: jobs whose worker fell silent, given back to the queue (how many) or buried."""

    requeued: int
    buried: tuple[Buried, ...]


class JobQueue(Protocol):
    """Every change to a leased job is fenced: it happens only while the lease's token is the row's.

    Whoever comes late gets False and has changed nothing.
    """

    async def claim(
        self,
        *,
        worker_id: str,
        token: str,
        limit: int,
        lease_seconds: float,
        languages: Collection[str] | None = None,
    ) -> list[Lease]:
        """Lease up to `limit` due jobs under a `token` never used before, in fair order (fairness.py).

        Of `languages` alone, if given. None when nothing is due; fewer than `limit` when others claim, too.
        """
        ...

    async def extend(self, leases: list[Lease], *, lease_seconds: float) -> list[Lease]:
        """Heartbeat: let the leases run `lease_seconds` from now. Returns those that are lost."""
        ...

    async def hand_back(self, lease: Lease, *, delay_seconds: float, cause: str) -> bool:
        """Give the job back to be tried again after a delay; the submission is `queued` again."""
        ...

    async def release(self, lease: Lease, *, delay_seconds: float = 0.0, cause: str | None = None) -> bool:
        """Give the job back uncounted, for the submission is not to blame: the worker stops, or what judging
        needs is out of reach, and may be back after the delay. `cause`: what an operator is to know of that.
        """
        ...

    async def bury(self, lease: Lease, *, cause: str) -> bool:
        """Make the job a dead letter: status `failed`, verdict JE and the final event, all at once."""
        ...

    async def sweep(self) -> Swept:
        """Take back jobs whose lease ran out; past `ATTEMPTS_MAX` bury them."""
        ...


class Doorbell(Protocol):
    def ring(self) -> None:
        """Wake whoever waits. Never blocks and never fails: a lost ring is healed by their next slow look."""
        ...


class Wakeups(Protocol):
    async def wait(self, *, timeout_seconds: float) -> None:
        """Return at the next ring, or at once if one came since the last wait, or after the timeout."""
        ...


class Share(Protocol):
    """A worker's share of what a broker spreads, which it has for as long as it claims."""

    async def leave(self) -> None:
        """Let others have at once what would come to this worker. The next claim takes a share again."""
        ...
