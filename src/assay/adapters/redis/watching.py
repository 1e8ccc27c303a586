"""Does a Redis still do what it is there for? Asked every few seconds on a connection that is kept."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from assay.adapters.redis.address import Address
from assay.adapters.redis.connection import Keys, Line
from assay.adapters.redis.probing import keep_for_nobody, tell_nobody
from assay.errors import Unavailable

Ask = Callable[[], Awaitable[None]]


@asynccontextmanager
async def events_watched(address: Address) -> AsyncIterator[Ask]:
    """Raises `Unavailable` when it is asked and carries no events."""
    line = Line(address)
    try:
        yield lambda: tell_nobody(line)
    finally:
        await line.close()


@asynccontextmanager
async def results_watched(address: Address) -> AsyncIterator[Ask]:
    """Raises `Unavailable` when it is asked and keeps no results."""
    keys = Keys(address)
    try:
        yield lambda: keep_for_nobody(keys)
    finally:
        with suppress(Unavailable):
            await keys.close()
