"""Telling a submission's steps as they come, without making the judge wait or the store sweat.

The first step of each status is always recorded; of the further ones (running, test 2 of 100, 3 of 100, …)
only the latest, and not more often than every `PAUSE_SECONDS`. The final step is not told here but recorded
with the judgement.
"""

import asyncio
from collections import deque
from contextlib import suppress
from types import TracebackType

from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus
from assay.errors import Unavailable
from assay.queue.ports import Lease
from assay.verdicts.ports import VerdictStore

PAUSE_SECONDS = 0.04  # 25 steps a second: a bar that moves smoothly


class Telling:
    """`async with Telling(…) as telling: … await telling.tell(step)`. Leaving records what must be."""

    def __init__(self, lease: Lease, store: VerdictStore, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._lease = lease
        self._store = store
        self._pause_seconds = pause_seconds
        self._firsts: deque[Progress] = deque()
        self._latest: Progress | None = None
        self._status: SubmissionStatus | None = None
        self._told = asyncio.Event()
        self._left = asyncio.Event()
        self._recording: asyncio.Task[None] | None = None

    async def tell(self, step: Progress) -> None:
        """Take a step and return at once."""
        if step.status is self._status:
            self._latest = step
        else:
            self._status = step.status
            self._firsts.append(step)
            self._latest = None  # what it would have said is over
        self._told.set()

    async def __aenter__(self) -> "Telling":
        self._recording = asyncio.create_task(self._record_until_left())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._recording is not None  # noqa: S101 - entered before it is left
        try:
            if error is None:
                self._left.set()
                self._told.set()
                await self._recording
        finally:
            self._recording.cancel()

    async def _record_until_left(self) -> None:
        while True:
            await self._told.wait()
            self._told.clear()
            await self._record_firsts()
            if self._latest is not None:
                await self._pause()
                await self._record_firsts()
            if self._left.is_set():  # whatever is latest now, the final step follows at once
                return
            await self._record_latest()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause_seconds):
                await self._left.wait()

    async def _record_latest(self) -> None:
        if self._latest is not None:
            latest, self._latest = self._latest, None
            await self._record(latest)

    async def _record_firsts(self) -> None:
        while self._firsts:
            await self._record(self._firsts.popleft())

    async def _record(self, step: Progress) -> None:
        """Progress is a courtesy: that it was fenced or failed, the job will find out at its end."""
        with suppress(Unavailable):
            await self._store.progress(self._lease, step)
