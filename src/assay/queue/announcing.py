"""What announcing jobs on a broker (broker.py) needs of the table of jobs: which are to be announced next,
which were overlooked, and claims of those that a message names.

    pending, announced_at NULL ──announce──▶ announced_at set ──claim_named──▶ leased
       ▲                                        │
       └── given back, moved, released, … ──────┘   each of these makes a job unannounced

The window of what is announced and still waits is small: what is in a broker's line is in the order in which
it came there, and the fair order (fairness.py) is that of the table.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assay.domain.lane import Lane
from assay.queue.broker import Announcement, Topic, topic_of
from assay.queue.fairness import Flow, Service, in_turn
from assay.queue.ports import Lease

LIVE_TOPICS = (Topic.HIGH_PRIORITY, Topic.NORMAL)
"""Those that workers receive from."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """What is to be announced next, in this order. `is_more`: other jobs are due that had no room.

    `announced`: how many jobs of each topic are announced and wait; `overdue`: those of them that were
    announced longer ago than a patience, the oldest first, and no more than a window of a topic.
    """

    fresh: Sequence[Announcement]
    is_more: bool
    announced: Mapping[Topic, int]
    overdue: Sequence[Announcement]


class Announcements(Protocol):
    """Only jobs that are due, of `languages` alone if given."""

    async def due(
        self, *, window: int, patience_seconds: float, languages: Collection[str] | None = None
    ) -> Due:
        """What to announce so that up to `window` jobs of each topic are announced and wait."""
        ...

    async def overlooked(
        self, *, limit: int, patience_seconds: float, languages: Collection[str] | None = None
    ) -> list[Announcement]:
        """Jobs that have waited for so long, announced or not, in fair order."""
        ...

    async def mark(self, announcements: Sequence[Announcement]) -> None:
        """They are announced now. What has become of a job since it was seen to be due is left alone."""
        ...

    async def unmark(self, announcements: Sequence[Announcement]) -> None:
        """They have to be announced anew, if they still wait."""
        ...

    async def claim_named(
        self, announcements: Sequence[Announcement], *, worker_id: str, token: str, lease_seconds: float
    ) -> list[Lease]:
        """Lease those of these that are due and nobody holds, under a `token` never used before."""
        ...

    async def announcement_of(self, lease: Lease) -> Announcement | None:
        """What an announcement of the leased job says. None when there is no such job any more."""
        ...


class Rounds:
    """Whose turn it is, from one round of announcing to the next. Each topic has a service of its own:
    how they share is for those who receive."""

    def __init__(self) -> None:
        self._services = {topic: Service() for topic in LIVE_TOPICS}

    def allot(self, waiting: Mapping[Flow, int], room: Mapping[Topic, int]) -> list[Flow]:
        """Whose job is announced first, and so on, where each topic has so much room."""
        turns: list[Flow] = []
        for topic in LIVE_TOPICS:
            of_topic = {flow: count for flow, count in waiting.items() if topic_of(flow.lane) is topic}
            more, self._services[topic] = in_turn(
                of_topic, self._services[topic], seats=max(0, room.get(topic, 0))
            )
            turns += more
        return turns


def by_topic(of_lanes: Mapping[Lane, int]) -> dict[Topic, int]:
    """What lanes have, summed up by where they are announced."""
    sums = dict.fromkeys(LIVE_TOPICS, 0)
    for lane, count in of_lanes.items():
        sums[topic_of(lane)] += count
    return sums
