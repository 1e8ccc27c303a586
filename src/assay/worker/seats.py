"""The jobs that a worker judges right now: one seat each, as many as there are slots."""

import asyncio
from collections.abc import Iterable

from assay.domain.judgement import Judgement
from assay.queue.ports import Lease


class Seats:
    """Who sits where. Of one event loop."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._judging: dict[Lease, asyncio.Task[Judgement]] = {}
        self._changed = asyncio.Event()

    @property
    def free(self) -> int:
        return self._count - len(self._judging)

    @property
    def leases(self) -> list[Lease]:
        return list(self._judging)

    def take(self, lease: Lease, judging: asyncio.Task[Judgement]) -> None:
        self._judging[lease] = judging

    def leave(self, lease: Lease) -> None:
        del self._judging[lease]
        self._changed.set()

    def stop(self, leases: Iterable[Lease]) -> None:
        """End the judging of these, wherever it is."""
        for lease in leases:
            if lease in self._judging:
                self._judging[lease].cancel()

    async def one_is_free(self) -> None:
        while not self.free:
            self._changed.clear()
            await self._changed.wait()

    async def all_are_free(self) -> None:
        while self._judging:
            self._changed.clear()
            await self._changed.wait()
