"""Following live by means of a bus that may lose messages: the log makes up for it.

    bus ──events──▶ Followers ──▶ each follower
    log ◀─ "how far are these?" once a second ─ and whoever has missed something reads it

What a follower sees has no gaps in any case: an event that is not the next sends it to the log.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

from assay.domain.events import SubmissionEvent
from assay.errors import Unavailable
from assay.verdicts.following import Followers
from assay.verdicts.ports import EventBus, SubmissionReader

LOOK_SECONDS = 1.0  # how late a follower is at worst, when a message was lost


class LiveFeed:
    """The `EventFeed` port, on a bus. Of one event loop. While nobody follows, it rests."""

    def __init__(self, *, reader: SubmissionReader, bus: EventBus) -> None:
        self._reader = reader
        self._followers = Followers(reader)
        self._looking: asyncio.Task[None] | None = None
        bus.subscribe(self._deliver)

    async def follow(self, submission_id: str, *, after_seq: int) -> AsyncGenerator[SubmissionEvent, None]:
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._report)
        try:
            async with aclosing(self._followers.follow(submission_id, after_seq=after_seq)) as events:
                async for event in events:
                    yield event
        finally:
            if self._followers.is_empty and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    def _deliver(self, events: Sequence[SubmissionEvent]) -> None:
        self._followers.deliver(events)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(Unavailable):  # the next look may find the store well again
                self._followers.remind(await self._reader.last_seqs(self._followers.followed))

    def _report(self, looking: asyncio.Task[None]) -> None:
        """A bug in looking must reach the followers, who would wait for ever otherwise."""
        if not looking.cancelled() and (bug := looking.exception()) is not None:
            self._looking = None
            self._followers.fail(bug)
