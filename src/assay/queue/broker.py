"""What waiting needs of a broker, where there is one: it spreads due jobs over workers, and wakes them.

    row pending ──relay announces──▶ broker ──a worker receives──▶ claims the row by name ──▶ acknowledges

The rows stay the truth. A message says no more than "look at this row": one that comes twice finds the row
taken, one that is lost is made up for by whoever looks at rows that were announced long ago.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assay.domain.lane import Lane


class Topic(StrEnum):
    """Two lines of messages, so that those for whom a clock runs need not wait behind the others."""

    HIGH_PRIORITY = "submissions.high_priority"
    NORMAL = "submissions.normal"
    DEAD = "submissions.dead"  # nobody judges these: for those who watch


GROUP = "judge-workers"
"""The group of consumers of which one gets each message."""


def topic_of(lane: Lane) -> Topic:
    """Where a lane's jobs are announced."""
    return Topic.HIGH_PRIORITY if lane in {Lane.CONTEST, Lane.ASSESSMENT} else Topic.NORMAL


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """That a job is due. What there is to judge stays in the rows."""

    submission_id: str
    generation: int
    user_id: str | None
    problem_id: str
    language_id: str
    lane: Lane
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message that this worker has received. `receipt` means something to its adapter alone."""

    announcement: Announcement
    receipt: object


class Broker(Protocol):
    """Keeps messages until they are acknowledged, and gives each to one of those that receive.

    One that is not acknowledged in time is given to another. All raise `Unavailable` when it is out of reach;
    it heals by itself when the broker is back.
    """

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Put them on their topics, in this order. When it returns, the broker has them.

        Of none it makes no more than itself ready for others.
        """
        ...

    async def receive(self, *, limit: int) -> list[Delivery]:
        """Up to `limit` messages that are there now, those of high priority first, but never those alone."""
        ...

    async def wait(self, *, timeout_seconds: float) -> None:
        """Return as soon as there may be something to receive, or after the timeout."""
        ...

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """They are dealt with: nobody is to get them again."""
        ...

    async def leave(self) -> None:
        """Have no share any more of what comes: what was fetched and not received is for others at once.

        Whoever receives or waits again has a share again. Raises nothing: what cannot be said to a broker
        that is away it finds out by itself.
        """
        ...

    async def mourn(self, announcement: Announcement, *, cause: str) -> None:
        """Put it on the topic of the dead. What cannot be read as an announcement is put there unread."""
        ...

    async def check(self) -> None:
        """Find out whether an announcement would be taken, as far as that can be without making one."""
        ...

    async def depths(self) -> dict[Topic, int]:
        """How many messages wait on each topic, as far as the broker can say."""
        ...
