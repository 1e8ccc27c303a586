"""The queue in memory, on the jobs of a `MemoryStore`."""

from collections.abc import Collection
from datetime import datetime, timedelta

from assay.adapters.memory.store import Job, MemoryStore
from assay.domain.clock import Clock
from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus
from assay.queue.fairness import Flow, Service, allot
from assay.queue.ports import Buried, Lease, Swept
from assay.queue.rules import is_exhausted
from assay.verdicts.rules import DEAD_LETTER


class MemoryJobQueue:
    """The `JobQueue` port."""

    def __init__(self, store: MemoryStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._service = Service()

    async def claim(
        self,
        *,
        worker_id: str,
        token: str,
        limit: int,
        lease_seconds: float,
        languages: Collection[str] | None = None,
    ) -> list[Lease]:
        now = self._clock.now()
        due: dict[Flow, list[Job]] = {}
        for job in self._store.jobs.values():
            if (
                job.is_pending
                and job.not_before <= now
                and (languages is None or job.language_id in languages)
            ):
                due.setdefault(job.flow, []).append(job)
        waiting = {flow: len(jobs) for flow, jobs in due.items()}
        given, self._service = allot(waiting, self._service, seats=limit)
        until = now + timedelta(seconds=lease_seconds)
        claimed = []
        for flow, count in given.items():
            due[flow].sort(key=lambda job: (job.turn, job.deadline, job.submission_id))
            claimed += [lease_to(job, worker_id, token, until) for job in due[flow][:count]]
        return sorted(claimed, key=lambda lease: (lease.submission_id, lease.generation))

    async def extend(self, leases: list[Lease], *, lease_seconds: float) -> list[Lease]:
        lost = []
        for lease in leases:
            job = self._store.held(lease)
            if job is None:
                lost.append(lease)
            else:
                job.lease_until = self._clock.now() + timedelta(seconds=lease_seconds)
        return lost

    async def hand_back(self, lease: Lease, *, delay_seconds: float, cause: str) -> bool:
        return self._give_back(lease, delay_seconds=delay_seconds, cause=cause)

    async def release(self, lease: Lease, *, delay_seconds: float = 0.0, cause: str | None = None) -> bool:
        if not self._give_back(lease, delay_seconds=delay_seconds, cause=cause):
            return False
        self._store.jobs[lease.submission_id, lease.generation].attempt -= 1
        return True

    async def bury(self, lease: Lease, *, cause: str) -> bool:
        job = self._store.held(lease)
        if job is None:
            return False
        job.lease, job.lease_until, job.cause, job.is_over = None, None, cause, True
        self._store.advance(job.submission_id, DEAD_LETTER)
        return True

    async def sweep(self) -> Swept:
        now = self._clock.now()
        requeued, buried = 0, list[Buried]()
        for job in list(self._store.jobs.values()):
            if job.lease is None or job.lease_until is None or job.lease_until >= now:
                continue
            cause = f"worker {job.worker_id} fell silent during attempt {job.attempt}"
            job.deaths += 1
            if is_exhausted(job.attempt, deaths=job.deaths):
                buried.append(Buried(lease=job.lease, cause=cause))
                await self.bury(job.lease, cause=cause)
            else:
                requeued += self._give_back(job.lease, delay_seconds=0, cause=cause)
        return Swept(requeued=requeued, buried=tuple(buried))

    def _give_back(self, lease: Lease, *, delay_seconds: float, cause: str | None) -> bool:
        job = self._store.held(lease)
        if job is None:
            return False
        job.lease = job.lease_until = job.announced_at = None
        job.cause = cause or job.cause
        job.not_before = self._clock.now() + timedelta(seconds=delay_seconds)
        self._store.advance(job.submission_id, Progress(status=SubmissionStatus.QUEUED))
        return True


def lease_to(job: Job, worker_id: str, token: str, until: datetime) -> Lease:
    job.attempt += 1
    job.worker_id = worker_id
    job.lease_until = until
    job.lease = Lease(
        submission_id=job.submission_id, generation=job.generation, token=token, attempt=job.attempt
    )
    return job.lease
