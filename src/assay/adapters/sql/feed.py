"""Following live on the event log: one reader for everyone who follows anything in this process.

It reads on from the last position that it knows, when a bell rings or a second has passed, so its cost goes
with the events recorded and not with the number of followers. While nobody follows, it rests.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from assay.adapters.sql.sqlite import Connection, Database
from assay.adapters.sql.steps import EVENT_COLUMNS, event_of
from assay.domain.events import SubmissionEvent
from assay.errors import Unavailable
from assay.queue.ports import Wakeups
from assay.verdicts.following import Followers
from assay.verdicts.ports import SubmissionReader

POLL_SECONDS = 1.0  # heals a lost ring
EVENTS_PER_READ_MAX = 1000

_NEWEST = "SELECT coalesce(max(position), 0) FROM events"

_FOLLOWING = f"""
    SELECT position, {EVENT_COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?
"""  # noqa: S608 - our own words


class SqlEventFeed:
    """The `EventFeed` port. Of one event loop.

    Positions are given inside write transactions, one at a time: they become visible in order.
    """

    def __init__(self, database: Database, *, reader: SubmissionReader, wakeups: Wakeups) -> None:
        self._database = database
        self._wakeups = wakeups
        self._followers = Followers(reader)
        self._starting = asyncio.Lock()
        self._reading_on: asyncio.Task[None] | None = None

    async def follow(self, submission_id: str, *, after_seq: int) -> AsyncGenerator[SubmissionEvent, None]:
        await self._start()
        try:
            async with aclosing(self._followers.follow(submission_id, after_seq=after_seq)) as events:
                async for event in events:
                    yield event
        finally:
            if self._followers.is_empty:
                self._rest()

    async def _start(self) -> None:
        """Settle on a position before the log is replayed: what is committed after it will be delivered."""
        async with self._starting:
            if self._reading_on is None:
                position = await self._database.read(_newest)
                self._reading_on = asyncio.create_task(self._read_on(position))
                self._reading_on.add_done_callback(self._report)

    def _rest(self) -> None:
        if self._reading_on is not None:
            self._reading_on.cancel()
            self._reading_on = None

    async def _read_on(self, position: int) -> None:
        while True:
            await self._wakeups.wait(timeout_seconds=POLL_SECONDS)
            is_behind = True
            while is_behind:
                try:
                    events, position = await self._database.read(partial(_following, after=position))
                except Unavailable:  # the next look may find the database well again
                    break
                self._followers.deliver(events)
                is_behind = len(events) == EVENTS_PER_READ_MAX

    def _report(self, reading_on: asyncio.Task[None]) -> None:
        """A bug in reading on must reach the followers, who would wait for ever otherwise."""
        if not reading_on.cancelled() and (bug := reading_on.exception()) is not None:
            self._reading_on = None
            self._followers.fail(bug)


def _newest(connection: Connection) -> int:
    ((position,),) = connection.execute(_NEWEST).fetchall()
    return int(position)


def _following(connection: Connection, *, after: int) -> tuple[list[SubmissionEvent], int]:
    """The events after a position, and the position of the last of them."""
    rows = connection.execute(_FOLLOWING, (after, EVENTS_PER_READ_MAX)).fetchall()
    return [event_of(row[1:]) for row in rows], rows[-1][0] if rows else after
