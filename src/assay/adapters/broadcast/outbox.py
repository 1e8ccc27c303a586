"""What is to be sent, gathered while the last of it is on its way: senders never wait."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from assay.adapters.broadcast.ports import Kind
from assay.crash_points import CrashPoint, reach
from assay.errors import Unavailable

WAITING_MAX = 10_000  # while the engine is away; what is dropped is found by whoever looks at the rows
MESSAGES_PER_TRIP_MAX = 500

Message = tuple[Kind, str, str]


class Outbox:
    """Of one event loop. `carry` sends messages in one trip, and raises `Unavailable` when it cannot."""

    def __init__(self, carry: Callable[[Sequence[Message]], Awaitable[None]]) -> None:
        self._carry = carry
        self._waiting: deque[Message] = deque(maxlen=WAITING_MAX)
        self._trips: asyncio.Task[None] | None = None

    def put(self, message: Message) -> None:
        """Have it sent soon. A bell that is already waiting to be rung need not be rung twice."""
        if message[0] is Kind.BELL and message in self._waiting:
            return
        self._waiting.append(message)
        if self._trips is None:
            self._trips = asyncio.create_task(self._go())

    @property
    def waiting(self) -> int:
        """How many messages have yet to set out."""
        return len(self._waiting)

    async def close(self) -> None:
        """Let what is under way end."""
        if self._trips is not None:
            with suppress(asyncio.CancelledError):
                await self._trips

    async def _go(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), MESSAGES_PER_TRIP_MAX)
                trip = [self._waiting.popleft() for _ in range(count)]
                reach(CrashPoint.TOLD_NOBODY_YET)
                with suppress(Unavailable):  # lost, as any message may be
                    await self._carry(trip)
                reach(CrashPoint.TOLD)
        finally:
            self._trips = None
