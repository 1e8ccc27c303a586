"""Announces due jobs on the broker, in fair order, and no more than a window of them at a time.

    bell, or a second ─▶ which are due ─▶ announce ─▶ mark as announced ─┐
        ▲                                                                │
        └── a moment, where more were due than had room ◀────────────────┘

It holds nothing: killed anywhere, it begins again with what the rows say, and what it had announced and not
marked is announced twice. So may several relays do with each other, which is no more than a waste.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from assay.crash_points import CrashPoint, reach
from assay.domain.answers import ANSWERS
from assay.domain.clock import Clock
from assay.errors import Unavailable
from assay.queue.announcing import LIVE_TOPICS, Announcements, Due
from assay.queue.broker import Announcement, Broker, topic_of
from assay.queue.broker_journal import BrokerJournal, BrokerNews, Outages
from assay.queue.ports import Wakeups
from assay.queue.workers import KnownWorker

WINDOW_MIN = 32  # of a topic: a worker that comes finds something at once
WINDOW_OF_A_SLOT = 4  # what slots take while the relay has its next look
POLL_SECONDS = 1.0  # the longest that a job waits when its ring was lost, or when its delay ends
BACKLOG_SECONDS_MIN = 0.01  # between looks while more is due than has room,
BACKLOG_SECONDS_MAX = 0.2  # and nobody takes anything
TOLD_AT_ONCE = 256  # a mark locks its rows, whose messages are with the workers: it has to be quick
FLEET_SECONDS = 5.0  # how old may be what is known of the workers
PATIENCE_SECONDS = 10.0  # longer than that of workers (on_broker.py), who take what they can themselves

Workers = Callable[[], Awaitable[Sequence[KnownWorker]]]


class Relay:
    """Of one event loop. `workers`: all that are known. `window`: None: what the living have work for."""

    def __init__(
        self,
        announcements: Announcements,
        broker: Broker,
        *,
        workers: Workers,
        wakeups: Wakeups,
        journal: BrokerJournal,
        clock: Clock,
        silent_seconds: float,
        window: int | None,
    ) -> None:
        self._announcements = announcements
        self._broker = broker
        self._workers = workers
        self._wakeups = wakeups
        self._journal = journal
        self._clock = clock
        self._silent_seconds = silent_seconds
        self._given_window = window
        self._window = window or WINDOW_MIN
        self._languages: frozenset[str] | None = None
        self._looked_at: datetime | None = None
        self._outages = Outages(journal, clock=clock)

    async def run(self) -> None:
        """Until cancelled, which may happen anywhere. Outages are survived."""
        pause_seconds = BACKLOG_SECONDS_MIN
        is_ready = False
        while True:
            try:
                if not is_ready:  # so that the first job does not wait for what a first message takes
                    await self._broker.announce([])
                    await self._broker.check()
                    is_ready = True
                told, is_more = await self.announce()
                if self._outages.is_in_one and not told:  # then nobody has asked whether the broker is back
                    await self._broker.check()
            except Unavailable as error:
                await asyncio.sleep(self._outages.failed(error))
                continue
            self._outages.went_well()
            if is_more:
                pause_seconds = BACKLOG_SECONDS_MIN if told else min(2 * pause_seconds, BACKLOG_SECONDS_MAX)
                await asyncio.sleep(pause_seconds)
            else:
                await self._wakeups.wait(timeout_seconds=POLL_SECONDS)

    async def announce(self) -> tuple[int, bool]:
        """Announce what there is room for: how many, and whether more is due. Raises `Unavailable`."""
        await self._look_at_the_fleet()
        due = await self._announcements.due(
            window=self._window, patience_seconds=PATIENCE_SECONDS, languages=self._languages
        )
        lost = await self._lost(due)
        telling = [*lost, *due.fresh]
        for start in range(0, len(telling), TOLD_AT_ONCE):
            part = telling[start : start + TOLD_AT_ONCE]
            await self._broker.announce(part)
            reach(CrashPoint.ANNOUNCED_BEFORE_MARK)
            await self._announcements.mark(part)
            reach(CrashPoint.MARKED)
            self._journal.note(BrokerNews.ANNOUNCED, detail="", count=len(part))
        if lost:
            self._journal.note(
                BrokerNews.ANNOUNCED_AGAIN, detail="the broker has lost their messages", count=len(lost)
            )
        return len(telling), due.is_more

    async def _lost(self, due: Due) -> Sequence[Announcement]:
        """Of those announced long ago, as many as there are messages missing: the others are in the line."""
        if not due.overdue:
            return []
        depths = await self._broker.depths()
        lost: list[Announcement] = []
        for topic in LIVE_TOPICS:
            missing = max(0, due.announced[topic] - depths.get(topic, 0))
            lost += [each for each in due.overdue if topic_of(each.lane) is topic][:missing]
        return lost

    async def _look_at_the_fleet(self) -> None:
        """How much the living workers take, and which languages: what none of them can judge would only fill
        the window. Where nobody lives, anybody may come."""
        now = self._clock.now()
        if self._looked_at is not None and now - self._looked_at < timedelta(seconds=FLEET_SECONDS):
            return
        known = await self._workers()
        cards = [
            each.card
            for each in known
            if not each.is_draining and each.is_alive(now, silent_seconds=self._silent_seconds)
        ]
        self._looked_at = now
        self._window = self._given_window or max(WINDOW_MIN, WINDOW_OF_A_SLOT * sum(c.slots for c in cards))
        self._languages = None
        if cards and all(card.languages is not None for card in cards):
            self._languages = frozenset({ANSWERS, *(name for card in cards for name in card.languages or ())})
