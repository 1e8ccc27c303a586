"""What a worker does right now: one seat for each, as many as there are slots.

Submissions come first. A custom run is a guest: it sits where nobody else does, and stands up when a
submission comes. Where not even a guest sits, a submission that is being judged may have a second seat for
some of its tests (judging/lanes.py), until anybody comes.

Whose judging has ended stands: while its judgement is recorded, which is for a store to do, the next one is
judged. No more stand than there are seats, so a store that is slow holds up the judging.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from assay.domain.custom_run import CustomRunOutcome
from assay.domain.judgement import Judgement
from assay.queue.ports import Lease


class Seats:
    """Who sits where. Of one event loop."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._judging: dict[Lease, asyncio.Task[Judgement]] = {}
        self._guests: list[asyncio.Task[CustomRunOutcome]] = []
        self._beside: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self._is_closing = False

    @property
    def free(self) -> int:
        """For submissions: guests do not count."""
        return max(0, min(self._count - self._sitting, 2 * self._count - len(self._judging)))

    @property
    def spare(self) -> int:
        """For guests. Below 0 while some of them are on their way out."""
        return self._count - self._sitting - len(self._guests)

    @property
    def leases(self) -> list[Lease]:
        return list(self._judging)

    @property
    def _sitting(self) -> int:
        return sum(not _is_judged(judging) for judging in self._judging.values())

    def resize(self, count: int) -> None:
        """Have so many from now on. Submissions that sit on one too many stay to their end; guests go."""
        self._count = count
        self._make_room()
        self._changed.set()

    def take(self, lease: Lease, judging: asyncio.Task[Judgement]) -> None:
        self._judging[lease] = judging
        judging.add_done_callback(lambda _: self._changed.set())
        self._make_room()

    def leave(self, lease: Lease) -> None:
        del self._judging[lease]
        self._changed.set()

    def seat_guest(self, running: asyncio.Task[CustomRunOutcome]) -> None:
        """It stands up again at once if a submission took the seat while the run was being claimed."""
        self._guests.append(running)
        self._make_room()

    def leave_guest(self, running: asyncio.Task[CustomRunOutcome]) -> None:
        self._guests.remove(running)
        self._changed.set()

    def dismiss_guests(self) -> None:
        """End all custom runs."""
        _dismiss(self._guests, len(self._guests))

    def seat_beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None] | None:
        """Implements `Room`."""
        if self.spare <= len(self._beside):
            return None
        working = asyncio.create_task(work())
        self._beside.append(working)
        working.add_done_callback(self._beside.remove)
        return working

    def stop(self, leases: Iterable[Lease]) -> None:
        """End the judging of these, wherever it is."""
        for lease in leases:
            if lease in self._judging:
                self._judging[lease].cancel()

    def close(self) -> None:
        """Let nobody wait for a free one any more."""
        self._is_closing = True
        self._changed.set()

    async def one_is_free(self) -> None:
        """Wait, and hear of it before anybody begins to record what was judged: claiming comes first."""
        while not self.free and not self._is_closing:
            self._changed.clear()
            await self._changed.wait()

    async def one_is_spare(self) -> None:
        while self.spare <= 0:
            self._changed.clear()
            await self._changed.wait()

    async def all_are_free(self) -> None:
        while self._judging:
            self._changed.clear()
            await self._changed.wait()

    def _make_room(self) -> None:
        """Whoever sits where somebody else has to goes."""
        _dismiss(self._beside, len(self._beside) - max(0, self.spare))
        _dismiss(self._guests, -self.spare)


def _dismiss(sitting: Sequence[asyncio.Task[Any]], count: int) -> None:
    """End as many of those who came last; those already on their way out count."""
    for task in sitting[max(0, len(sitting) - count) :] if count > 0 else ():
        task.cancel()


def _is_judged(judging: asyncio.Task[Judgement]) -> bool:
    """Not if it failed: what has to be done then may be the end of this worker."""
    return judging.done() and not judging.cancelled() and judging.exception() is None
