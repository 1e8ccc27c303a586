"""Bells that are heard on every host."""

import asyncio
from contextlib import suppress

from assay.adapters.broadcast.ports import Broadcast, Kind


class BroadcastDoorbell:
    """The `Doorbell` port."""

    def __init__(self, broadcast: Broadcast, name: str) -> None:
        self._broadcast = broadcast
        self._name = name

    def ring(self) -> None:
        self._broadcast.send(Kind.BELL, self._name, "")


class BroadcastWakeups:
    """The `Wakeups` port."""

    def __init__(self, broadcast: Broadcast, name: str) -> None:
        self._name = name
        self._rung = asyncio.Event()
        broadcast.hear(Kind.BELL, self._take)

    async def wait(self, *, timeout_seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        self._rung.clear()

    def _take(self, name: str, _: str) -> None:
        if name == self._name:
            self._rung.set()
