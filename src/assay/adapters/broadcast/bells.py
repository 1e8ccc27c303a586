"""Bells that are heard on every host."""

import asyncio
from contextlib import suppress

from assay.adapters.broadcast.ports import Broadcast, Kind

REST_SECONDS = 0.005  # each ring wakes all processes of all hosts: under load, two hundred a second will do


class BroadcastDoorbell:
    """The `Doorbell` port. Rings at once, and then no sooner than after a short rest. Of one event loop."""

    def __init__(self, broadcast: Broadcast, name: str) -> None:
        self._broadcast = broadcast
        self._name = name
        self._rested_at = 0.0
        self._is_due = False

    def ring(self) -> None:
        if self._is_due:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._rested_at:
            self._ring(loop)
        else:
            self._is_due = True
            loop.call_at(self._rested_at, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_due = False
        self._rested_at = loop.time() + REST_SECONDS
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
