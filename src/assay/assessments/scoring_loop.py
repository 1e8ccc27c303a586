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

LEASE_SECONDS = 120.0  # analysis ends by itself after 30 s; what is left is a moment
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
    def note(self, event: ScoringEvent, *, submission_id: str, detail: str) -> None:
        """Write it down for the operator. Never blocks, never fails."""
        ...


@dataclass(frozen=True, kw_only=True)
class Loop:
    """What it works with. `score` is `score_submission` with its office; `chance` is in [0, 1)."""

    store: ScoreStore
    score: Callable[[ScoringLease], Awaitable[RecordedScore | None]]
    journal: ScoringJournal
    new_token: Callable[[], str]
    chance: Callable[[], float]
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
        async with asyncio.TaskGroup() as group:
            for lease in leases:
                group.create_task(self._attend(lease))
        return bool(leases)

    async def _attend(self, lease: ScoringLease) -> None:
        try:
            try:
                recorded = await self.score(lease)
            except asyncio.CancelledError:
                with suppress(Unavailable):
                    await asyncio.shield(self._release(lease))
                raise
            except NotScorable as error:
                await self._give_up(lease, error.message)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is of this submission alone
                await self._try_again(lease, error)
            else:
                reach(CrashPoint.SCORED)
                event = ScoringEvent.NOT_RECORDED if recorded is None else ScoringEvent.SCORED
                self._note(event, lease, "" if recorded is None else f"entry {recorded.entry_id}")
        except Unavailable as error:
            self._note(ScoringEvent.UNRECORDED, lease, error.message)

    async def _try_again(self, lease: ScoringLease, error: Exception) -> None:
        if not isinstance(error, AssayError):
            self._note(ScoringEvent.BUG, lease, "".join(traceback.format_exception(error)))
        cause = f"{type(error).__name__}: {error}"
        next_step = after_fault(attempt=lease.attempt, chance=self.chance())
        match next_step:
            case TryAgain(delay_seconds=delay_seconds):
                await self._hand_back(lease, delay_seconds, cause)
            case GiveUp():
                await self._give_up(lease, cause)
            case _:
                assert_never(next_step)

    async def _hand_back(self, lease: ScoringLease, delay_seconds: float, cause: str) -> None:
        await self.store.hand_back(lease, delay_seconds=delay_seconds, cause=cause[:CAUSE_CHARACTERS_MAX])
        reach(CrashPoint.SCORING_HANDED_BACK)
        self._note(ScoringEvent.HANDED_BACK, lease, cause)

    async def _release(self, lease: ScoringLease) -> None:
        await self.store.release(lease)
        reach(CrashPoint.SCORING_RELEASED)
        self._note(ScoringEvent.RELEASED, lease, "")

    async def _give_up(self, lease: ScoringLease, cause: str) -> None:
        await self.store.give_up(lease, cause=cause[:CAUSE_CHARACTERS_MAX])
        reach(CrashPoint.SCORING_GIVEN_UP)
        self._note(ScoringEvent.GIVEN_UP, lease, cause)

    def _note(self, event: ScoringEvent, lease: ScoringLease, detail: str) -> None:
        words = f"attempt {lease.attempt}" + (f": {detail}" if detail else "")
        self.journal.note(event, submission_id=lease.submission_id, detail=words[:CAUSE_CHARACTERS_MAX])
