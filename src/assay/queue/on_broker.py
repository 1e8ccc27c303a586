"""The queue of a worker that hears of jobs through a broker: its messages say which rows to claim.

    receive ─▶ claim the rows by name, by compare-and-set ─▶ acknowledge, whatever became of them

Nothing is believed of the broker. Every few seconds whoever has a seat free takes from the table what has
waited for too long, and while the broker is out of reach, whatever is due: so what a broker or a relay loses
costs seconds, and nothing else. It also evens out what a broker's partitions have spread unevenly.
"""

from collections import deque
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.errors import Unavailable
from assay.queue.announcing import Announcements
from assay.queue.broker import Announcement, Broker, Delivery
from assay.queue.broker_journal import BrokerJournal, BrokerNews, Reach
from assay.queue.ports import Buried, Doorbell, JobQueue, Lease, Swept, Wakeups

T = TypeVar("T")
PATIENCE_SECONDS = 5.0  # what has waited for as long was overlooked, or waits in a line that nobody serves
LOOK_SECONDS = 2.0  # a look into the table is one query, of those who have nothing to do
REST_SECONDS = 1.0  # without a broker this long, before it is asked again
REFUSALS_MAX = 3  # of one job by one worker, who hands it on at once; then it waits to be overlooked
REFUSED_KEPT_MAX = 1000
UNTOLD_MAX = 1000  # dead letters that the broker has not heard of: past it the oldest go untold


class BrokerQueue:
    """The ports `JobQueue` and `Share`. `bell` wakes the relay.

    Where a job goes after it was claimed, `table` says.
    """

    def __init__(
        self,
        table: JobQueue,
        announcements: Announcements,
        broker: Broker,
        *,
        reach: Reach,
        bell: Doorbell,
        journal: BrokerJournal,
        clock: Clock,
    ) -> None:
        self._table = table
        self._announcements = announcements
        self._broker = broker
        self._reach = reach
        self._bell = bell
        self._journal = journal
        self._clock = clock
        self._looks_at: datetime | None = None
        self._refused: dict[tuple[str, int], int] = {}
        self._untold = deque[Buried](maxlen=UNTOLD_MAX)

    async def claim(
        self,
        *,
        worker_id: str,
        token: str,
        limit: int,
        lease_seconds: float,
        languages: Collection[str] | None = None,
    ) -> list[Lease]:
        claimed: list[Lease] = []

        async def claim_named(named: Sequence[Announcement]) -> None:
            if named:
                claimed.extend(
                    await self._announcements.claim_named(
                        named, worker_id=worker_id, token=token, lease_seconds=lease_seconds
                    )
                )

        try:
            while len(claimed) < limit and (deliveries := await self._receive(limit - len(claimed))):
                reach(CrashPoint.RECEIVED_BEFORE_CLAIM)
                told = [each.announcement for each in deliveries]
                await self._hand_on([each for each in told if not _is_for(languages, each)])
                await claim_named([each for each in told if _is_for(languages, each)])
                reach(CrashPoint.CLAIMED_BEFORE_ACKNOWLEDGE)
                await self._ask(self._broker.acknowledge(deliveries))
            left = limit - len(claimed)
            if left and self._reach.is_lost:
                claimed += await self._table.claim(
                    worker_id=worker_id, token=token, limit=left, lease_seconds=lease_seconds,
                    languages=languages,
                )  # fmt: skip
            elif left and self._is_time_to_look():
                found = await self._announcements.overlooked(
                    limit=left, patience_seconds=PATIENCE_SECONDS, languages=languages
                )
                if len(found) == left:  # there may be more, for the next seat that is free
                    self._looks_at = None
                before = len(claimed)
                await claim_named(found)
                self._note_overlooked(len(claimed) - before)
        except Unavailable:  # of the table; messages that were not acknowledged come again
            if not claimed:
                raise
        return sorted(claimed, key=lambda lease: (lease.submission_id, lease.generation))

    async def extend(self, leases: list[Lease], *, lease_seconds: float) -> list[Lease]:
        return await self._table.extend(leases, lease_seconds=lease_seconds)

    async def hand_back(self, lease: Lease, *, delay_seconds: float, cause: str) -> bool:
        return await self._table.hand_back(lease, delay_seconds=delay_seconds, cause=cause)

    async def release(self, lease: Lease, *, delay_seconds: float = 0.0, cause: str | None = None) -> bool:
        return await self._table.release(lease, delay_seconds=delay_seconds, cause=cause)

    async def bury(self, lease: Lease, *, cause: str) -> bool:
        is_held = await self._table.bury(lease, cause=cause)
        if is_held:
            lightened = replace(lease, submission=None)  # there may be many, and sources are large
            self._untold.append(Buried(lease=lightened, cause=cause))
            await self._mourn()
        return is_held

    async def sweep(self) -> Swept:
        swept = await self._table.sweep()
        self._untold.extend(swept.buried)
        await self._mourn()
        return swept

    async def leave(self) -> None:
        await self._broker.leave()

    async def _mourn(self) -> None:
        """Put on the broker's topic of the dead what is not there yet; what fails is tried at the next sweep.

        That topic is for those who watch: the row is dead whether the broker hears or not.
        """
        while self._untold and self._reach.may_ask:
            buried = self._untold.popleft()
            try:
                announcement = await self._announcements.announcement_of(buried.lease)
                if announcement is not None:
                    await self._broker.mourn(announcement, cause=buried.cause)
            except Unavailable:  # either of them
                self._untold.append(buried)
                return

    async def _receive(self, limit: int) -> list[Delivery]:
        """Nothing, too, where the broker is out of reach."""
        if not self._reach.may_ask:
            return []
        return await self._ask(self._broker.receive(limit=limit)) or []

    async def _ask(self, asking: Awaitable[T]) -> T | None:
        """The broker's answer. None when it is out of reach."""
        try:
            answer = await asking
        except Unavailable as error:
            self._reach.lost(error)
            return None
        self._reach.found()
        return answer

    async def _hand_on(self, foreign: Sequence[Announcement]) -> None:
        """Have those announced anew that this worker cannot judge. It may get them again: not for ever."""
        anew = []
        for each in foreign:
            name = (each.submission_id, each.generation)
            self._refused[name] = self._refused.pop(name, 0) + 1
            if self._refused[name] <= REFUSALS_MAX:
                anew.append(each)
        while len(self._refused) > REFUSED_KEPT_MAX:
            del self._refused[next(iter(self._refused))]
        if anew:
            await self._announcements.unmark(anew)
            self._bell.ring()

    def _is_time_to_look(self) -> bool:
        now = self._clock.now()
        if self._looks_at is not None and now < self._looks_at:
            return False
        self._looks_at = now + timedelta(seconds=LOOK_SECONDS)
        return True

    def _note_overlooked(self, count: int) -> None:
        if count:
            detail = "claimed from the rows: is a relay running, and has the broker kept what it was told?"
            self._journal.note(BrokerNews.OVERLOOKED, detail=detail, count=count)


def _is_for(languages: Collection[str] | None, announcement: Announcement) -> bool:
    return languages is None or announcement.language_id in languages


class BrokerWakeups:
    """The `Wakeups` port: the broker's messages; the bell, while it is out of reach."""

    def __init__(self, broker: Broker, bell: Wakeups, *, reach: Reach) -> None:
        self._broker = broker
        self._bell = bell
        self._reach = reach

    async def wait(self, *, timeout_seconds: float) -> None:
        if self._reach.may_ask:
            try:
                await self._broker.wait(timeout_seconds=timeout_seconds)
            except Unavailable as error:
                self._reach.lost(error)
            else:
                return
        await self._bell.wait(timeout_seconds=timeout_seconds)
