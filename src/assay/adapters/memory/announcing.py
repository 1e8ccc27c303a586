"""Announcing the jobs of a `MemoryStore`."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from assay.adapters.memory.queue import lease_to
from assay.adapters.memory.store import Job, MemoryStore
from assay.domain.clock import Clock
from assay.queue.announcing import LIVE_TOPICS, Due, Rounds, by_topic
from assay.queue.broker import Announcement, topic_of
from assay.queue.fairness import Flow, Service, in_turn
from assay.queue.ports import Lease


class MemoryAnnouncements:
    """The `Announcements` port."""

    def __init__(self, store: MemoryStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._rounds = Rounds()
        self._service = Service()

    async def due(
        self, *, window: int, patience_seconds: float, languages: Collection[str] | None = None
    ) -> Due:
        waiting = self._waiting(languages)
        announced = [job for job in waiting if job.announced_at is not None]
        counts = by_topic(Counter(job.flow.lane for job in announced))
        room = {topic: window - counts[topic] for topic in LIVE_TOPICS}
        fresh = [job for job in waiting if job.announced_at is None]
        turns = self._rounds.allot(Counter(job.flow for job in fresh), room)
        before = self._clock.now() - timedelta(seconds=patience_seconds)
        overdue = sorted(
            (job for job in announced if job.announced_at is not None and job.announced_at <= before),
            key=lambda job: (job.announced_at, job.submission_id),
        )
        return Due(
            fresh=_taken(fresh, turns),
            is_more=len(turns) < len(fresh),
            announced=counts,
            overdue=[
                _announcement(job)
                for topic in LIVE_TOPICS
                for job in [each for each in overdue if topic_of(each.flow.lane) is topic][:window]
            ],
        )

    async def overlooked(
        self, *, limit: int, patience_seconds: float, languages: Collection[str] | None = None
    ) -> list[Announcement]:
        before = self._clock.now() - timedelta(seconds=patience_seconds)
        found = [job for job in self._waiting(languages) if (job.announced_at or job.not_before) <= before]
        turns, self._service = in_turn(Counter(job.flow for job in found), self._service, seats=limit)
        return _taken(found, turns)

    async def mark(self, announcements: Sequence[Announcement]) -> None:
        self._set(announcements, self._clock.now(), is_meant=lambda job, told: job.not_before == told.at)

    async def unmark(self, announcements: Sequence[Announcement]) -> None:
        self._set(announcements, None, is_meant=lambda _job, _told: True)

    async def claim_named(
        self, announcements: Sequence[Announcement], *, worker_id: str, token: str, lease_seconds: float
    ) -> list[Lease]:
        until = self._clock.now() + timedelta(seconds=lease_seconds)
        names = {(each.submission_id, each.generation) for each in announcements}
        jobs = [job for job in self._waiting(None) if (job.submission_id, job.generation) in names]
        leases = [lease_to(job, worker_id, token, until) for job in jobs]
        return sorted(leases, key=lambda lease: (lease.submission_id, lease.generation))

    async def announcement_of(self, lease: Lease) -> Announcement | None:
        job = self._store.jobs.get((lease.submission_id, lease.generation))
        return None if job is None else _announcement(job)

    def _waiting(self, languages: Collection[str] | None) -> list[Job]:
        now = self._clock.now()
        return [
            job
            for job in self._store.jobs.values()
            if job.is_pending
            and job.not_before <= now
            and (languages is None or job.language_id in languages)
        ]

    def _set(
        self,
        announcements: Sequence[Announcement],
        at: datetime | None,
        *,
        is_meant: Callable[[Job, Announcement], bool],
    ) -> None:
        for told in announcements:
            job = self._store.jobs.get((told.submission_id, told.generation))
            if job is not None and job.is_pending and is_meant(job, told):
                job.announced_at = at


def _taken(jobs: Sequence[Job], turns: Sequence[Flow]) -> list[Announcement]:
    """In that order of flows, and of each flow in the order of its jobs."""
    in_order = sorted(jobs, key=lambda job: (job.turn, job.deadline, job.submission_id))
    of_flow = {flow: iter([job for job in in_order if job.flow == flow]) for flow in set(turns)}
    return [_announcement(next(of_flow[flow])) for flow in turns]


def _announcement(job: Job) -> Announcement:
    return Announcement(
        submission_id=job.submission_id,
        generation=job.generation,
        user_id=job.user_id or None,
        problem_id=job.problem_id,
        language_id=job.language_id,
        lane=job.flow.lane,
        at=job.not_before,
    )
