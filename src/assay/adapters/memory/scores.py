"""What waits to be scored, and scores, in memory."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from assay.adapters.memory.evidence import MemoryEvidenceLog
from assay.adapters.memory.store import MemoryStore
from assay.assessments.evidence.ports import Provenance
from assay.assessments.evidence.signatures import Signer
from assay.assessments.ports import (
    NewScore,
    RecordedScore,
    ScoreState,
    ScoringCounts,
    ScoringLease,
    Standing,
)
from assay.domain.clock import Clock
from assay.domain.evidence import Candidate
from assay.domain.lane import Lane
from assay.domain.submission import SubmissionStatus
from assay.queue.rules import ATTEMPTS_MAX

NOT_JUDGED = "not judged; 'assay queue' says why, and tries again"
SILENT = "the worker fell silent each time; 'assay evidence retry' tries again"


@dataclass
class _Row:
    not_before: datetime
    standing: Standing = Standing.WAITING
    attempt: int = 0
    cause: str = ""
    token: str | None = None
    until: datetime | None = None


class MemoryScoreStore:
    """The `ScoreStore` port, on the same submissions as the other ports' fakes."""

    def __init__(self, store: MemoryStore, log: MemoryEvidenceLog, *, clock: Clock) -> None:
        self._store = store
        self._log = log
        self._clock = clock
        self._rows: dict[tuple[str, int], _Row] = {}
        self._scores: dict[str, RecordedScore] = {}
        log.ends_scoring = self._end_of_person

    async def has_due(self) -> bool:
        await self._look()
        now = self._clock.now()
        return any(
            (row.standing is Standing.WAITING and row.token is None and row.not_before <= now)
            or (row.until is not None and row.until < now)
            for row in self._rows.values()
        )

    async def claim(self, *, token: str, limit: int, lease_seconds: float) -> list[ScoringLease]:
        await self._look()
        now = self._clock.now()
        for row in self._rows.values():
            if row.until is not None and row.until < now:
                given_up = row.attempt >= ATTEMPTS_MAX
                row.token = row.until = None
                row.not_before = now
                row.standing = Standing.UNSCORED if given_up else Standing.WAITING
                row.cause = SILENT if given_up else row.cause
        due = sorted(
            (row.not_before, key)
            for key, row in self._rows.items()
            if row.standing is Standing.WAITING and row.token is None and row.not_before <= now
        )
        leases = []
        for _, (submission_id, generation) in due[:limit]:
            row = self._rows[submission_id, generation]
            row.attempt += 1
            row.token, row.until = token, now + timedelta(seconds=lease_seconds)
            leases.append(
                ScoringLease(
                    submission_id=submission_id, generation=generation, token=token, attempt=row.attempt
                )
            )
        return leases

    async def person_salt(self, lease: ScoringLease, person: str, *, fresh: bytes) -> bytes | None:
        row = self._rows.get((lease.submission_id, lease.generation))
        if row is None or row.token != lease.token:
            return None
        return self._log.salts.setdefault(person, fresh)

    async def record(self, lease: ScoringLease, score: NewScore, *, signer: Signer) -> RecordedScore | None:
        if not self._end(lease, Standing.SCORED):
            return self._score_of(lease.submission_id, lease.generation)
        if self._log.salts.get(score.person) != score.person_salt:
            self._rows[lease.submission_id, lease.generation].standing = Standing.ERASED
            return None
        if score.key not in self._scores:
            self._scores[score.key] = RecordedScore(
                key=score.key,
                submission_id=lease.submission_id,
                generation=lease.generation,
                document=score.document,
                entry_id=score.entry.id,
                at=self._clock.now(),
            )
            self._log.add(
                score.entry,
                signer=signer,
                provenance=Provenance(
                    submission_id=lease.submission_id, generation=lease.generation, erased_by=None
                ),
                person=score.person,
                parts=score.parts,
            )
        return self._scores[score.key]

    async def hand_back(self, lease: ScoringLease, *, delay_seconds: float, cause: str) -> bool:
        return self._end(lease, Standing.WAITING, cause=cause, delay_seconds=delay_seconds)

    async def release(self, lease: ScoringLease) -> bool:
        if not self._end(lease, Standing.WAITING):
            return False
        self._rows[lease.submission_id, lease.generation].attempt -= 1
        return True

    async def give_up(self, lease: ScoringLease, *, cause: str) -> bool:
        return self._end(lease, Standing.UNSCORED, cause=cause)

    async def retry(self, submission_id: str) -> bool:
        await self._look()
        judged = {each.generation for each in await self._store.judgements(submission_id)}
        changed = False
        for (of_submission, generation), row in self._rows.items():
            if of_submission == submission_id and generation in judged and row.standing is Standing.UNSCORED:
                row.standing, row.attempt, row.not_before = Standing.WAITING, 0, self._clock.now()
                changed = True
        return changed

    async def state(self, submission_id: str) -> ScoreState | None:
        await self._look()
        generations = [generation for each, generation in self._rows if each == submission_id]
        return self._state_of(submission_id, max(generations)) if generations else None

    async def counts(self) -> ScoringCounts:
        await self._look()
        waiting = [key for key, row in self._rows.items() if row.standing is Standing.WAITING]
        judged_at = [
            each.ended_at
            for submission_id, generation in waiting
            for each in await self._store.judgements(submission_id)
            if each.generation == generation
        ]
        processing = sum(self._rows[key].token is not None for key in waiting)
        return ScoringCounts(
            waiting=len(waiting) - processing,
            processing=processing,
            unscored=sum(row.standing is Standing.UNSCORED for row in self._rows.values()),
            oldest_judged_at=min(judged_at, default=None),
        )

    async def unscored(self, *, limit: int) -> list[ScoreState]:
        await self._look()
        found = sorted(key for key, row in self._rows.items() if row.standing is Standing.UNSCORED)
        return [self._state_of(*key) for key in found[:limit]]

    async def _end_of_person(self, person: str) -> bool:
        await self._look()
        ended = False
        for (submission_id, _), row in self._rows.items():
            state = await self._store.submission(submission_id)
            if state is None or row.standing not in (Standing.WAITING, Standing.UNSCORED):
                continue
            made = state.submission
            whose = Candidate(tenant=made.tenant, user_id=made.user_id, submission_id=made.id)
            if whose.person == person:
                row.standing, row.cause, row.token, row.until = Standing.ERASED, "", None, None
                ended = True
        return ended

    async def _look(self) -> None:
        """What the triggers of the databases do, and what an erasure does to the rows of its person."""
        for key, job in self._store.jobs.items():
            if job.flow.lane is not Lane.ASSESSMENT or not job.is_over:
                continue
            state = await self._store.submission(key[0])
            is_judged = state is not None and state.status is SubmissionStatus.JUDGED
            row = self._rows.get(key)
            if row is None:
                row = self._rows[key] = _Row(not_before=job.not_before)
                if not is_judged:
                    row.standing, row.cause = Standing.UNSCORED, NOT_JUDGED
            elif is_judged and row.cause == NOT_JUDGED:
                row.standing, row.attempt, row.cause = Standing.WAITING, 0, ""
        for each in self._log.erased():
            self._rows[each.submission_id, each.generation].standing = Standing.ERASED
            of_them = (each.submission_id, each.generation)
            self._scores = {
                key: score
                for key, score in self._scores.items()
                if (score.submission_id, score.generation) != of_them
            }

    def _end(
        self, lease: ScoringLease, standing: Standing, *, cause: str = "", delay_seconds: float = 0.0
    ) -> bool:
        row = self._rows.get((lease.submission_id, lease.generation))
        if row is None or row.token != lease.token:
            return False
        row.standing, row.cause, row.token, row.until = standing, cause, None, None
        row.not_before = self._clock.now() + timedelta(seconds=delay_seconds)
        return True

    def _score_of(self, submission_id: str, generation: int) -> RecordedScore | None:
        found = (each for each in self._scores.values() if each.submission_id == submission_id)
        return next((each for each in found if each.generation == generation), None)

    def _state_of(self, submission_id: str, generation: int) -> ScoreState:
        row = self._rows[submission_id, generation]
        is_scored = row.standing is Standing.SCORED
        return ScoreState(
            submission_id=submission_id,
            generation=generation,
            standing=row.standing,
            attempt=row.attempt,
            cause=row.cause,
            score=self._score_of(submission_id, generation) if is_scored else None,
        )
