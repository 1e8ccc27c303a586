"""Submissions, jobs, judgements and events in memory: what the SQL schema holds, as dictionaries.

Everything happens between two awaits of one event loop, so every method is a transaction by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from assay.domain.clock import Clock
from assay.domain.events import Progress, SubmissionEvent
from assay.domain.judgement import Judgement
from assay.domain.submission import Submission, SubmissionStatus
from assay.errors import IdempotencyConflict
from assay.intake.ports import IdempotencyKey
from assay.queue.fairness import Flow
from assay.queue.ports import PRACTICE, Lease, Place
from assay.verdicts.following import Followers
from assay.verdicts.ports import SubmissionState
from assay.verdicts.rules import final_step

NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


@dataclass
class Job:
    """A row of the queue. It is leased while `lease` is not None, and over when `is_over`."""

    submission_id: str
    generation: int
    not_before: datetime
    flow: Flow
    user_id: str
    language_id: str
    turn: int
    deadline: datetime
    problem_id: str
    announced_at: datetime | None = None
    attempt: int = 0
    deaths: int = 0
    lease: Lease | None = None
    lease_until: datetime | None = None
    worker_id: str | None = None
    cause: str | None = None
    is_over: bool = False

    @property
    def is_pending(self) -> bool:
        return not self.is_over and self.lease is None


@dataclass
class _Record:
    state: SubmissionState
    events: list[SubmissionEvent] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)


class MemoryStore:
    """The ports `SubmissionStore`, `SubmissionReader` and `VerdictStore`; the queue is in queue.py."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[str, _Record] = {}
        self._keys: dict[tuple[str | None, str], tuple[str, str]] = {}
        self.jobs: dict[tuple[str, int], Job] = {}
        self.followers = Followers(self)

    async def record_and_enqueue(
        self, submission: Submission, *, key: IdempotencyKey | None, place: Place = PRACTICE
    ) -> Submission:
        if key is not None:
            kept = self._keys.setdefault((key.tenant, key.value), (key.request_sha256, submission.id))
            if kept[0] != key.request_sha256:
                raise IdempotencyConflict("this Idempotency-Key was used before with another request")
            if kept[1] != submission.id:
                return self._records[kept[1]].state.submission
        self._records[submission.id] = _Record(state=_queued(submission))
        flow, user_id = Flow(place.lane, submission.tenant or ""), submission.user_id or ""
        self.jobs[submission.id, 1] = Job(
            submission_id=submission.id,
            generation=1,
            not_before=submission.created_at,
            flow=flow,
            user_id=user_id,
            language_id=submission.language_id,
            turn=self._next_turn(flow, user_id),
            deadline=place.deadline or NO_DEADLINE,
            problem_id=submission.problem_id,
        )
        self.advance(submission.id, Progress(status=SubmissionStatus.QUEUED))
        return submission

    def _next_turn(self, flow: Flow, user_id: str) -> int:
        pending = [job for job in self.jobs.values() if job.is_pending and job.flow == flow]
        own = [job.turn + 1 for job in pending if job.user_id == user_id]
        return max(min((job.turn for job in pending), default=0), max(own, default=0))

    async def submission(self, submission_id: str) -> SubmissionState | None:
        record = self._records.get(submission_id)
        return None if record is None else record.state

    async def judgements(self, submission_id: str) -> list[Judgement]:
        record = self._records.get(submission_id)
        return [] if record is None else sorted(record.judgements, key=lambda each: each.generation)

    async def judgement(self, judgement_id: str) -> Judgement | None:
        every = (judgement for record in self._records.values() for judgement in record.judgements)
        return next((judgement for judgement in every if judgement.id == judgement_id), None)

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        record = self._records.get(submission_id)
        return [] if record is None else record.events[max(after_seq, 0) :]

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        known = (self._records[each].state for each in submission_ids if each in self._records)
        return {state.submission.id: state.last_seq for state in known}

    async def progress(self, lease: Lease, progress: Progress) -> bool:
        if self.held(lease) is None:
            return False
        self.advance(lease.submission_id, progress)
        return True

    async def finish(self, lease: Lease, judgement: Judgement) -> bool:
        job = self.held(lease)
        if job is None:
            return False
        decision = judgement.decision
        step = final_step(decision)
        job.lease = job.lease_until = job.cause = None
        job.is_over = True
        record = self._records[lease.submission_id]
        record.judgements.append(judgement)
        record.state = replace(
            record.state,
            started_at=judgement.started_at,
            cpu_time_ms=decision.cpu_time_ms,
            memory_bytes=decision.memory_bytes,
            near_limit=decision.near_limit,
        )
        self.advance(lease.submission_id, step, at=judgement.ended_at)
        return True

    def submissions(self) -> list[Submission]:
        """All of them, by their identities."""
        return [self._records[each].state.submission for each in sorted(self._records)]

    def rewrite(
        self,
        submission_id: str,
        submission: Callable[[Submission], Submission],
        judgement: Callable[[Judgement], Judgement],
    ) -> None:
        """For an erasure: what a submission and its judgements are from now on. Its key and its user go.

        Another event like the last has whoever keeps a result read it anew.
        """
        record = self._records[submission_id]
        seq = record.state.last_seq + 1
        record.state = replace(record.state, submission=submission(record.state.submission), last_seq=seq)
        record.events.append(replace(record.events[-1], seq=seq))
        record.judgements = [judgement(each) for each in record.judgements]
        self._keys = {key: kept for key, kept in self._keys.items() if kept[1] != submission_id}
        for job in self.jobs.values():
            if job.submission_id == submission_id:
                job.user_id, job.cause = "", None

    def held(self, lease: Lease) -> Job | None:
        """The job, if the lease still holds it."""
        job = self.jobs.get((lease.submission_id, lease.generation))
        return job if job is not None and job.lease is not None and job.lease.token == lease.token else None

    def advance(self, submission_id: str, step: Progress, *, at: datetime | None = None) -> None:
        """Move a submission on, log it, tell the followers."""
        at = at or self._clock.now()
        record = self._records[submission_id]
        before = record.state
        is_queued = step.status is SubmissionStatus.QUEUED
        record.state = replace(
            before,
            status=step.status,
            verdict=step.verdict,
            score=step.score,
            test_case=step.test_case,
            total=step.total,
            last_seq=before.last_seq + 1,
            started_at=None if is_queued else before.started_at or at,
            ended_at=at if step.status.is_final else None,
        )
        event = SubmissionEvent(submission_id=submission_id, seq=record.state.last_seq, progress=step)
        record.events.append(event)
        self.followers.deliver([event])


def _queued(submission: Submission) -> SubmissionState:
    return SubmissionState(
        submission=submission,
        status=SubmissionStatus.QUEUED,
        verdict=None,
        test_case=None,
        total=None,
        cpu_time_ms=None,
        memory_bytes=None,
        last_seq=0,
        started_at=None,
        ended_at=None,
    )
