"""What waits to be scored, and scores, on either database. Changes to a leased row are fenced by its token.

Migration 0012 has how a row comes here: with the end of its job, by a trigger.
"""

from collections.abc import Sequence
from typing import Any

from assay.adapters.sql import evidence_tree as tree
from assay.adapters.sql.evidence import add_parts, salt_of
from assay.adapters.sql.instants import from_row, microseconds, to_row
from assay.adapters.sql.scripts import Script, Scripts
from assay.assessments.evidence.signatures import Signer
from assay.assessments.ports import (
    NewScore,
    RecordedScore,
    ScoreState,
    ScoringCounts,
    ScoringLease,
    Standing,
)
from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.queue.rules import ATTEMPTS_MAX

_GIVE_UP_SILENT = """
    UPDATE scoring SET state = 'unscored', lease_token = NULL, lease_until = NULL, cause = :cause
     WHERE state = 'leased' AND lease_until < :now AND attempt >= :attempts_max
"""
_TAKE_BACK = """
    UPDATE scoring SET state = 'waiting', lease_token = NULL, lease_until = NULL, not_before = :now
     WHERE state = 'leased' AND lease_until < :now
"""
_HAS_DUE = """
    SELECT 1 WHERE EXISTS (SELECT 1 FROM scoring WHERE state = 'waiting' AND not_before <= :now)
                OR EXISTS (SELECT 1 FROM scoring WHERE state = 'leased' AND lease_until < :now)
"""
_DUE = """
    SELECT submission_id, generation FROM scoring WHERE state = 'waiting' AND not_before <= :now
     ORDER BY not_before, submission_id LIMIT :limit
"""
_CLAIM = """
    UPDATE scoring SET state = 'leased', attempt = attempt + 1, lease_token = :token, lease_until = :until
     WHERE submission_id = :submission_id AND generation = :generation AND state = 'waiting'
 RETURNING attempt
"""
_END = """
    UPDATE scoring SET state = :state, lease_token = NULL, lease_until = NULL, cause = :cause,
                       not_before = :not_before
     WHERE submission_id = :submission_id AND generation = :generation AND lease_token = :token
       AND state = 'leased'
 RETURNING submission_id
"""
_RELEASE = """
    UPDATE scoring SET state = 'waiting', attempt = attempt - 1, lease_token = NULL, lease_until = NULL,
                       not_before = :now
     WHERE submission_id = :submission_id AND generation = :generation AND lease_token = :token
       AND state = 'leased'
 RETURNING submission_id
"""
_RETRY = """
    UPDATE scoring SET state = 'waiting', attempt = 0, not_before = :now
     WHERE submission_id = :submission_id AND state = 'unscored'
       AND EXISTS (SELECT 1 FROM judgements AS j WHERE j.submission_id = scoring.submission_id
                                                   AND j.generation = scoring.generation)
 RETURNING submission_id
"""
_HOLD_PERSON = "UPDATE evidence_people SET person = person WHERE person = :person RETURNING salt"
_ADD_SCORE = """
    INSERT INTO scores (key, submission_id, generation, document, entry_id, at)
    VALUES (:key, :submission_id, :generation, :document, :entry_id, :at)
    ON CONFLICT DO NOTHING
 RETURNING key
"""
_ERASED = """
    UPDATE scoring SET state = 'erased' WHERE submission_id = :submission_id AND generation = :generation
"""
_COLUMNS = "key, submission_id, generation, document, entry_id, at"
_SCORE_OF_KEY = f"SELECT {_COLUMNS} FROM scores WHERE key = :key"  # noqa: S608 - our own words, as below
_SCORE_OF = f"""
    SELECT {_COLUMNS} FROM scores WHERE submission_id = :submission_id AND generation = :generation
"""  # noqa: S608
_STATE_COLUMNS = "submission_id, generation, state, attempt, cause"
_STATE = f"""
    SELECT {_STATE_COLUMNS} FROM scoring WHERE submission_id = :submission_id
     ORDER BY generation DESC LIMIT 1
"""  # noqa: S608
# Each part by the index of its state: rows of what is scored stay for ever.
_COUNTS = """
    SELECT 'waiting', count(*), min(j.ended_at) FROM scoring AS s
      LEFT JOIN judgements AS j ON j.submission_id = s.submission_id AND j.generation = s.generation
     WHERE s.state = 'waiting'
     UNION ALL
    SELECT 'processing', count(*), min(j.ended_at) FROM scoring AS s
      LEFT JOIN judgements AS j ON j.submission_id = s.submission_id AND j.generation = s.generation
     WHERE s.state = 'leased'
     UNION ALL
    SELECT 'unscored', count(*), NULL FROM scoring AS s WHERE s.state = 'unscored'
"""
_UNSCORED = f"""
    SELECT {_STATE_COLUMNS} FROM scoring WHERE state = 'unscored' ORDER BY submission_id LIMIT :limit
"""  # noqa: S608

_SILENT = "the worker fell silent each time; 'assay evidence retry' tries again"


class SqlScoreStore:
    """The `ScoreStore` port. `reading`: for scripts that change nothing, where that is quicker."""

    def __init__(self, scripts: Scripts, *, reading: Scripts | None = None, clock: Clock) -> None:
        self._scripts = scripts
        self._reading = scripts if reading is None else reading
        self._clock = clock

    async def has_due(self) -> bool:
        now = to_row(self._clock.now())

        def script() -> Script[bool]:
            found = yield _HAS_DUE, {"now": now}
            return bool(found)

        return await self._reading.run(script)

    async def claim(self, *, token: str, limit: int, lease_seconds: float) -> list[ScoringLease]:
        now = to_row(self._clock.now())
        until = now + microseconds(lease_seconds)

        def script() -> Script[list[ScoringLease]]:
            silent = {"now": now, "cause": _SILENT.encode(), "attempts_max": ATTEMPTS_MAX}
            yield _GIVE_UP_SILENT, silent
            yield _TAKE_BACK, {"now": now}
            leases: list[ScoringLease] = []
            while due := (yield _DUE, {"now": now, "limit": limit - len(leases)}):
                for submission_id, generation in due:
                    values = {"submission_id": submission_id, "generation": generation}
                    claimed = yield _CLAIM, {**values, "token": token, "until": until}
                    if claimed:  # else another worker was quicker, and there may be others waiting
                        leases.append(ScoringLease(**values, token=token, attempt=claimed[0][0]))
            reach(CrashPoint.SCORING_CLAIMED_BEFORE_COMMIT)
            return leases

        return await self._scripts.run(script)

    async def person_salt(self, lease: ScoringLease, person: str, *, fresh: bytes) -> bytes | None:
        return await self._scripts.run(lambda: salt_of(person, fresh=fresh, lease=_of(lease)))

    async def record(self, lease: ScoringLease, score: NewScore, *, signer: Signer) -> RecordedScore | None:
        now = self._clock.now()

        def script() -> Script[RecordedScore | None]:
            held = yield from _end(lease, "scored", now=to_row(now))
            salts = yield _HOLD_PERSON, {"person": score.person}
            of_lease = {"submission_id": lease.submission_id, "generation": lease.generation}
            if not held:
                return (yield from _one_score(_SCORE_OF, of_lease))
            if not salts or bytes(salts[0][0]) != score.person_salt:
                yield _ERASED, of_lease
                return None
            added = yield (
                _ADD_SCORE,
                {
                    **of_lease,
                    "key": score.key,
                    "document": score.document,
                    "entry_id": score.entry.id,
                    "at": to_row(now),
                },
            )
            if added:
                yield from tree.append(
                    score.entry,
                    signer=signer,
                    at=now,
                    submission_id=lease.submission_id,
                    generation=lease.generation,
                    person=score.person,
                )
                yield from add_parts(score.entry.id, score.parts)
            reach(CrashPoint.SCORED_BEFORE_COMMIT)
            return (yield from _one_score(_SCORE_OF_KEY, {"key": score.key}))

        return await self._scripts.run(script)

    async def hand_back(self, lease: ScoringLease, *, delay_seconds: float, cause: str) -> bool:
        not_before = to_row(self._clock.now()) + microseconds(delay_seconds)
        return await self._scripts.run(
            lambda: _give_back(_end(lease, "waiting", now=not_before, cause=cause))
        )

    async def release(self, lease: ScoringLease) -> bool:
        now = to_row(self._clock.now())

        def script() -> Script[bool]:
            released = yield _RELEASE, {**_of(lease), "now": now}
            return bool(released)

        return await self._scripts.run(lambda: _give_back(script()))

    async def give_up(self, lease: ScoringLease, *, cause: str) -> bool:
        now = to_row(self._clock.now())
        return await self._scripts.run(lambda: _give_back(_end(lease, "unscored", now=now, cause=cause)))

    async def retry(self, submission_id: str) -> bool:
        now = to_row(self._clock.now())

        def script() -> Script[bool]:
            changed = yield _RETRY, {"submission_id": submission_id, "now": now}
            return bool(changed)

        return await self._scripts.run(script)

    async def state(self, submission_id: str) -> ScoreState | None:
        def script() -> Script[ScoreState | None]:
            rows = yield _STATE, {"submission_id": submission_id}
            return (yield from _state_of(rows[0])) if rows else None

        return await self._reading.run(script)

    async def counts(self) -> ScoringCounts:
        def script() -> Script[ScoringCounts]:
            rows = yield _COUNTS, {}
            counts = {name: count for name, count, _ in rows}
            judged_at = [from_row(instant) for _, _, instant in rows if instant is not None]
            return ScoringCounts(**counts, oldest_judged_at=min(judged_at, default=None))

        return await self._reading.run(script)

    async def unscored(self, *, limit: int) -> list[ScoreState]:
        def script() -> Script[list[ScoreState]]:
            rows = yield _UNSCORED, {"limit": limit}
            states = []
            for row in rows:
                states.append((yield from _state_of(row)))  # noqa: PERF401 - a script is no comprehension
            return states

        return await self._scripts.run(script)


def _end(lease: ScoringLease, state: str, *, now: int, cause: str = "") -> Script[bool]:
    """End a lease, if it holds. `now`: from when on it may be claimed again."""
    ended = yield (
        _END,
        {
            "state": state,
            "cause": cause.encode(),
            "not_before": now,
            **_of(lease),
        },
    )
    return bool(ended)


def _give_back(ending: Script[bool]) -> Script[bool]:
    ended = yield from ending
    reach(CrashPoint.SCORING_RETURNED_BEFORE_COMMIT)
    return ended


def _of(lease: ScoringLease) -> dict[str, Any]:
    return {"submission_id": lease.submission_id, "generation": lease.generation, "token": lease.token}


def _one_score(sql: str, values: dict[str, Any]) -> Script[RecordedScore | None]:
    rows = yield sql, values
    if not rows:
        return None
    ((key, submission_id, generation, document, entry_id, at),) = rows
    return RecordedScore(
        key=key,
        submission_id=submission_id,
        generation=generation,
        document=bytes(document),
        entry_id=entry_id,
        at=from_row(at),
    )


def _state_of(row: Sequence[Any]) -> Script[ScoreState]:
    submission_id, generation, state, attempt, cause = row
    standing = Standing.WAITING if state == "leased" else Standing(state)
    score = None
    if standing is Standing.SCORED:
        score = yield from _one_score(_SCORE_OF, {"submission_id": submission_id, "generation": generation})
    return ScoreState(
        submission_id=submission_id,
        generation=generation,
        standing=standing,
        attempt=attempt,
        cause=bytes(cause).decode(),
        score=score,
    )
