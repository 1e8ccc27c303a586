"""A member of the group of workers, as its worker's event loop knows it.

thread (polling.py)  poll ─▶ shelf ─ ring ─▶ event loop: receive · settle ─▶ shelf ─▶ thread: commit
"""

import asyncio
from collections.abc import Sequence
import time

from assay.adapters.kafka.address import Address
from assay.adapters.kafka.connection import Options, unavailable
from assay.adapters.kafka.polling import Bury, Polling
from assay.adapters.kafka.shelf import Shelf
from assay.queue.broker import Delivery


class Consuming:
    """Begins when it is made. Of one event loop."""

    def __init__(self, address: Address, *, redelivery_seconds: float, bury: Bury, options: Options) -> None:
        """`redelivery_seconds`: after so long what was received and not settled is given out again."""
        self._address = address
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()  # something may be received, or there is trouble
        self._shelf = Shelf(redelivery_seconds=redelivery_seconds)
        self._polling = Polling(address, self._shelf, bury=bury, options=options, ring=self._ring)

    @property
    def partitions(self) -> int | None:
        """How many this consumer has now. None while it is not one of the group."""
        with self._polling.lock:
            return len(self._shelf.places) if self._polling.is_member else None

    def receive(self, limit: int) -> list[Delivery]:
        """Raises `Unavailable` if there is trouble, and nothing is here."""
        with self._polling.lock:
            taken = self._shelf.take(limit, now=time.monotonic())
        self._polling.note_taken()
        if not taken:
            self._raise_trouble()
        return taken

    async def wait(self, *, timeout_seconds: float) -> None:
        """Raises `Unavailable`, at once."""
        self._arrived.clear()
        with self._polling.lock:
            if self._shelf.has_some(now=time.monotonic()):
                return
        if self._polling.trouble is None:
            try:
                async with asyncio.timeout(timeout_seconds):
                    await self._arrived.wait()
            except TimeoutError:
                return
        self._raise_trouble()

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Kafka is told in a moment, and again if it does not hear it."""
        with self._polling.lock:
            self._shelf.settle(deliveries)

    async def close(self) -> None:
        """Leave the group: others get its partitions, and what was not settled, at once."""
        self._polling.end()
        await asyncio.to_thread(self._polling.join)
        self._arrived.set()  # whoever still waits here waits for nothing

    def _raise_trouble(self) -> None:
        if (trouble := self._polling.trouble) is not None:
            raise unavailable(self._address, trouble)

    def _ring(self) -> None:
        """In the thread."""
        try:
            self._loop.call_soon_threadsafe(self._arrived.set)
        except RuntimeError:  # the event loop is closed: whoever it belonged to is gone
            self._polling.end()
