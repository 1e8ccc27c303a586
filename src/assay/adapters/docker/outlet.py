"""One output of a run on its way to the caller: counted, cut at exactly its limit, and never in our way."""

import asyncio
import os
import select

from assay.adapters.docker.descriptors import is_ready, ready, write_piece


class Outlet:
    """`alarm` is set as soon as the run should end: too much was written, or nobody wants it."""

    def __init__(self, fd: int, limit: int, alarm: asyncio.Event) -> None:
        self._fd = fd
        self._limit = limit
        self._alarm = alarm
        self._discarding = asyncio.Event()
        self.delivered = 0
        self.is_truncated = False
        self.reader_is_gone = False
        self.error: str | None = None

    async def write(self, data: bytes) -> None:
        """Deliver what is within the limit; what comes after that, or after an error, is thrown away."""
        wanted = data[: self._limit - self.delivered]
        if len(wanted) < len(data) and not self._discarding.is_set():
            self.is_truncated = True
            self._alarm.set()
        try:
            await self._deliver(memoryview(wanted))
        except BrokenPipeError:
            self.reader_is_gone = True
            self._stop()
        except OSError as error:
            self.error = f"writing to the caller's fd: {os.strerror(error.errno or 0)}"
            self._stop()

    def discard(self) -> None:
        """From here on nobody waits for the caller's reader."""
        self._discarding.set()

    async def _deliver(self, data: memoryview) -> None:
        while data and not self._discarding.is_set():
            if not is_ready(self._fd, select.POLLOUT):
                await self._ready_or_discarding()
                continue
            written = write_piece(self._fd, data)
            self.delivered += written
            data = data[written:]

    async def _ready_or_discarding(self) -> None:
        tasks = [
            asyncio.ensure_future(ready(self._fd, select.POLLOUT)),
            asyncio.ensure_future(self._discarding.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _stop(self) -> None:
        self.discard()
        self._alarm.set()
