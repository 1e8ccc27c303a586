"""A doorbell within one event loop."""

import asyncio
from contextlib import suppress


class MemoryDoorbell:
    """The `Doorbell` and `Wakeups` ports at once. One waits, any number ring."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, *, timeout_seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        self._rung.clear()
