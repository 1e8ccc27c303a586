"""Scoring what was judged, beside a worker's judging: look → claim → score → record, until told to stop.

A nudge says that something was judged; the look that follows is one cheap read, however many nudges came.
Without any, as after a restart or for what is to be tried again, it looks every `poll_seconds`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
import traceback
from typing import Protocol, assert_never

from assay.assessments.ports import RecordedScore, ScoreStore, ScoringLease
from assay.crash_points import CrashPoint, reach
from assay.errors import AssayError, NotScorable, Unavailable
from assay.queue.rules import GiveUp, TryAgain, after_fault

# A program's last file is begun within 45 s, waits for one of each of the three others and is looked at, each
# for 30 s at most, and for 60 s while a process starts; references are waited for 30 s. That is 255 s on a
# machine that stands still, and hardly a second on one that is well. To load and to record is a moment.
LEASE_SECONDS = 300.0
POLL_SECONDS = 5.0
AT_ONCE_MAX = 4  # texts are looked at one after the other; what comes before and after may overlap
CAUSE_CHARACTERS_MAX = 2000


class ScoringEvent(StrEnum):
    """What an operator may want to read about."""

    SCORED = "scored"
    NOT_RECORDED = "score_not_recorded"  # the person was erased meanwhile, or another worker has the lease
    HANDED_BACK = "scoring_handed_back"  # our fault; will be tried again
    RELEASED = "scoring_released"  # this worker stops
    GIVEN_UP = "scoring_given_up"  # 'assay evidence unscored' has it, 'retry' tries again
    BUG = "scoring_bug"  # what is no refusal; the detail is its traceback
    UNRECORDED = "scoring_unrecorded"  # the store is out of reach; the lease runs out


class ScoringJournal(Protocol):
    def note(self, event: ScoringEvent, *, submission_id: str, detail: str, seconds: float) -> None:
        """Write it down for the operator. Never blocks, never fails. `seconds`: since the claim."""
        ...


@dataclass(frozen=True, kw_only=True)
class _Claimed:
    lease: ScoringLease
    at: float  # as `Loop.elapsed` has it


@dataclass(frozen=True, kw_only=True)
class Loop:
    """What it works with. `score` is `score_submission` with its office; `chance` is in [0, 1).

    `elapsed`: seconds since whenever, on a clock that nobody sets.
    """

    store: ScoreStore
    score: Callable[[ScoringLease], Awaitable[RecordedScore | None]]
    journal: ScoringJournal
    new_token: Callable[[], str]
    chance: Callable[[], float]
    elapsed: Callable[[], float]
    nudged: asyncio.Event
    lease_seconds: float
    poll_seconds: float

    def nudge(self) -> None:
        """Something was judged."""
        self.nudged.set()

    async def run(self) -> None:
        """Goes on until it is cancelled; what is not done by then waits again."""
        while True:
            with suppress(Unavailable):  # the next look may find the store well again
                while await self._look():
                    pass
            with suppress(TimeoutError):
                async with asyncio.timeout(self.poll_seconds):
                    await self.nudged.wait()

    async def _look(self) -> bool:
        """Score what waits. Whether there was anything."""
        self.nudged.clear()
        if not await self.store.has_due():
            return False
        leases = await self.store.claim(
            token=self.new_token(), limit=AT_ONCE_MAX, lease_seconds=self.lease_seconds
        )
        reach(CrashPoint.SCORING_CLAIMED)
        claimed = [_Claimed(lease=lease, at=self.elapsed()) for lease in leases]
        async with asyncio.TaskGroup() as group:
            for each in claimed:
                group.create_task(self._attend(each))
        return bool(leases)

    async def _attend(self, claimed: _Claimed) -> None:
        try:
            try:
                recorded = await self.score(claimed.lease)
            except asyncio.CancelledError:
                with suppress(Unavailable):
                    await asyncio.shield(self._release(claimed))
                raise
            except NotScorable as error:
                await self._give_up(claimed, error.message)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is of this submission alone
                await self._try_again(claimed, error)
            else:
                reach(CrashPoint.SCORED)
                event = ScoringEvent.NOT_RECORDED if recorded is None else ScoringEvent.SCORED
                self._note(event, claimed, "" if recorded is None else f"entry {recorded.entry_id}")
        except Unavailable as error:
            self._note(ScoringEvent.UNRECORDED, claimed, error.message)

    async def _try_again(self, claimed: _Claimed, error: Exception) -> None:
        if not isinstance(error, AssayError):
            self._note(ScoringEvent.BUG, claimed, "".join(traceback.format_exception(error)))
        cause = f"{type(error).__name__}: {error}"
        next_step = after_fault(attempt=claimed.lease.attempt, chance=self.chance())
        match next_step:
            case TryAgain(delay_seconds=delay_seconds):
                await self._hand_back(claimed, delay_seconds, cause)
            case GiveUp():
                await self._give_up(claimed, cause)
            case _:
                assert_never(next_step)

    async def _hand_back(self, claimed: _Claimed, delay_seconds: float, cause: str) -> None:
        was_ours = await self.store.hand_back(
            claimed.lease, delay_seconds=delay_seconds, cause=cause[:CAUSE_CHARACTERS_MAX]
        )
        reach(CrashPoint.SCORING_HANDED_BACK)
        self._note_end(ScoringEvent.HANDED_BACK, claimed, cause, was_ours=was_ours)

    async def _release(self, claimed: _Claimed) -> None:
        was_ours = await self.store.release(claimed.lease)
        reach(CrashPoint.SCORING_RELEASED)
        self._note_end(ScoringEvent.RELEASED, claimed, "", was_ours=was_ours)

    async def _give_up(self, claimed: _Claimed, cause: str) -> None:
        was_ours = await self.store.give_up(claimed.lease, cause=cause[:CAUSE_CHARACTERS_MAX])
        reach(CrashPoint.SCORING_GIVEN_UP)
        self._note_end(ScoringEvent.GIVEN_UP, claimed, cause, was_ours=was_ours)

    def _note_end(self, event: ScoringEvent, claimed: _Claimed, detail: str, *, was_ours: bool) -> None:
        """What was ended under a lease that was lost is another's to tell, or nobody's any more."""
        self._note(event if was_ours else ScoringEvent.NOT_RECORDED, claimed, detail)

    def _note(self, event: ScoringEvent, claimed: _Claimed, detail: str) -> None:
        words = f"attempt {claimed.lease.attempt}" + (f": {detail}" if detail else "")
        self.journal.note(
            event,
            submission_id=claimed.lease.submission_id,
            detail=words[:CAUSE_CHARACTERS_MAX],
            seconds=self.elapsed() - claimed.at,
        )
