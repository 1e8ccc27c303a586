"""Events and results on Redis, where the settings say so.

Its libraries take 12 MB: who names no Redis does not load them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from assay.adapters.broadcast.ports import Broadcast
from assay.adapters.memory.results import MemoryResultCache
from assay.adapters.redis.address import Address, read_address
from assay.domain.clock import Clock
from assay.errors import Unavailable, UsageError
from assay.settings import Settings
from assay.verdicts.ports import ResultCache
from assay.wiring.watch import Watched


def check_redis(settings: Settings) -> None:
    """Whether what names a Redis does. Raises `UsageError`."""
    _events_address(settings)
    _cache_address(settings)


def trouble_with_redis(settings: Settings) -> dict[str, tuple[str, str | None]]:
    """For each setting that names a Redis: where that is, and what is wrong with it, or None."""
    return asyncio.run(_troubles(settings))


@asynccontextmanager
async def watched_redis(settings: Settings, *, with_results: bool) -> AsyncIterator[list[Watched]]:
    """Those of the settings, to be asked now and then. Raises `UsageError`."""
    events, cache = _events_address(settings), _cache_address(settings) if with_results else None
    if events is None and cache is None:
        yield []
        return
    from assay.adapters.redis.probing import asking_events, asking_results  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        watched = []
        if events is not None:
            ask = await stack.enter_async_context(asking_events(events))
            watched.append(Watched(name="events", ask=ask))
        if cache is not None:
            ask = await stack.enter_async_context(asking_results(cache))
            watched.append(Watched(name="cache", ask=ask))
        yield watched


async def _troubles(settings: Settings) -> dict[str, tuple[str, str | None]]:
    from assay.adapters.redis.probing import try_events, try_results  # noqa: PLC0415

    found: dict[str, tuple[str, str | None]] = {}
    for setting, read, probe in (
        ("ASSAY_EVENTS_URL", _events_address, try_events),
        ("ASSAY_CACHE_URL", _cache_address, try_results),
    ):
        try:
            address = read(settings)
            if address is not None:
                found[setting] = (address.shown, None)
                await probe(address)
        except (UsageError, Unavailable) as error:
            found[setting] = (setting, error.message)
    return found


def redis_events(settings: Settings) -> AbstractAsyncContextManager[Broadcast] | None:
    """What carries bells and events, unless the database or the machine does. Raises `UsageError`."""
    address = _events_address(settings)
    if address is None:
        return None
    from assay.adapters.redis.broadcast import open_broadcast  # noqa: PLC0415

    return open_broadcast(address)


@asynccontextmanager
async def open_results(settings: Settings, clock: Clock) -> AsyncIterator[ResultCache]:
    """Where results are kept that were read before. Raises `UsageError`."""
    address = _cache_address(settings)
    if address is None:
        yield MemoryResultCache(clock)
        return
    from assay.adapters.redis.results import open_results as on_redis  # noqa: PLC0415

    async with on_redis(address) as results:
        yield results


def _events_address(settings: Settings) -> Address | None:
    return _address("ASSAY_EVENTS_URL", settings.events_url, others=("memory:", "postgresql:"))


def _cache_address(settings: Settings) -> Address | None:
    return _address("ASSAY_CACHE_URL", settings.cache_url, others=("memory:",))


def _address(setting: str, url: str, *, others: tuple[str, ...]) -> Address | None:
    if url in others:
        return None
    try:
        return read_address(url)
    except UsageError as error:
        raise UsageError(f"{setting}: {error.message}") from None
