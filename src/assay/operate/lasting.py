"""What a process does beside its work for as long as somebody needs it: listening, looking, following.

    work ──a bug──▶ a line in the log, with its traceback ──a rest──▶ work anew

Nobody waits for such a task, so of a bug that ended it nobody would hear, while all that it kept up to date
stood still. Outages are no bugs: a work copes with those itself.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

REST_SECONDS = 1.0
REST_SECONDS_MAX = 300.0  # a bug that always comes back neither fills the log nor takes the processor

Work = Callable[[], Awaitable[None]]
"""Goes on until it is cancelled, or until there is nothing left to do."""

log = structlog.get_logger()


@asynccontextmanager
async def going_on(work: Work, *, name: str) -> AsyncIterator[None]:
    """Have it done meanwhile, in a task that has ended at the end. `name`: what the log calls it."""
    task = asyncio.create_task(_again_and_again(work, name), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _again_and_again(work: Work, name: str) -> None:
    rest_seconds = REST_SECONDS
    while True:
        try:
            await work()
        except Exception:
            log.exception("task_failed", task=name, again_in_seconds=rest_seconds)
            await asyncio.sleep(rest_seconds)
            rest_seconds = min(2 * rest_seconds, REST_SECONDS_MAX)
        else:
            return
