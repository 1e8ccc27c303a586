"""Following a submission without leaks: a feed's events with heartbeats between them, and a pump that ends.

    feed ──follow()──▶ beats() ──▶ pump ──▶ the follower
                                     ▲
                  watcher of the connection, patience with each send, a bound on the whole

Whichever ends first ends the others: the feed after the final event, the follower by leaving, the patience
with one who reads nothing, or the bound on the whole.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
import json
from typing import Any

from assay.domain.events import SubmissionEvent
from assay.verdicts.ports import EventFeed


async def beats(
    feed: EventFeed, submission_id: str, *, after_seq: int, heartbeat_seconds: float
) -> AsyncGenerator[SubmissionEvent | None, None]:
    """The feed's events, and None after every `heartbeat_seconds` without one. Close it (`aclosing`)."""
    async with aclosing(feed.follow(submission_id, after_seq=after_seq)) as events:
        upcoming = asyncio.ensure_future(anext(events, None))
        try:
            while True:
                # A timeout around anext would cancel the feed in the middle of its work; waiting does not.
                done, _ = await asyncio.wait({upcoming}, timeout=heartbeat_seconds)
                if not done:
                    yield None
                    continue
                event = upcoming.result()
                if event is None:
                    return
                yield event
                upcoming = asyncio.ensure_future(anext(events, None))
        finally:
            await _end(upcoming)


async def until_either(pump: Awaitable[None], left: Awaitable[None]) -> None:
    """Run both until one ends, then end the other; whatever the pump raised is raised."""
    tasks = [asyncio.ensure_future(pump), asyncio.ensure_future(left)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            await _end(task)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _end(task: asyncio.Future[Any]) -> None:
    """Cancel a task and wait until it is gone. A task that is done already stays as it is."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # looked at, or the loop would report it as forgotten


def message_of(event: SubmissionEvent) -> str:
    """One event as JSON: what both server-sent events and WebSockets carry."""
    progress = event.progress
    return json.dumps(
        {
            "seq": event.seq,
            "status": progress.status,
            "test_case": progress.test_case,
            "total": progress.total,
            "verdict": progress.verdict,
            "score": progress.score,
        }
    )
