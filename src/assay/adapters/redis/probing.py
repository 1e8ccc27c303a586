"""Does a Redis do what it is there for? What is tried leaves nothing behind.

Whoever asks now and then keeps the connection for it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from assay.adapters.broadcast.ports import Kind
from assay.adapters.redis.address import Address
from assay.adapters.redis.broadcast import CHANNELS
from assay.adapters.redis.connection import Keys, Line
from assay.adapters.redis.results import KIND
from assay.adapters.redis.stream_group import NOBODY
from assay.errors import Unavailable

Ask = Callable[[], Awaitable[None]]
"""Raises `Unavailable` when the Redis does not do it. Not for two at once."""


@asynccontextmanager
async def asking_events(address: Address) -> AsyncIterator[Ask]:
    """Tells nobody something, each time."""
    line = Line(address)

    async def tell_nobody() -> None:
        await line.ask([("PUBLISH", f"{CHANNELS}{Kind.BELL}:{NOBODY}", "")])

    try:
        yield tell_nobody
    finally:
        await line.close()


@asynccontextmanager
async def asking_results(address: Address) -> AsyncIterator[Ask]:
    """Keeps something for a second and looks for it, each time."""
    keys = Keys(address)

    async def keep_for_nobody() -> None:
        await keys.ask("SET", address.key(KIND, NOBODY), "", "EX", 1)
        await keys.ask("GET", address.key(KIND, NOBODY))

    try:
        yield keep_for_nobody
    finally:
        with suppress(Unavailable):
            await keys.close()


async def try_events(address: Address) -> None:
    """Raises `Unavailable`."""
    async with asking_events(address) as ask:
        await ask()


async def try_results(address: Address) -> None:
    """Raises `Unavailable`."""
    async with asking_results(address) as ask:
        await ask()
