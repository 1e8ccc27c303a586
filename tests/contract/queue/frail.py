"""A broker that fails when it is told to."""

from collections.abc import Sequence

from assay.adapters.memory.broker import MemoryBroker, MemoryTopics
from assay.errors import Unavailable
from assay.queue.broker import Announcement, Delivery, Topic

AWAY = "the broker is away"


class FrailBroker(MemoryBroker):
    """Out of reach when it is told to be, or for what it is told to be."""

    def __init__(self, topics: MemoryTopics) -> None:
        super().__init__(topics)
        self.fails: set[str] = set()
        self.asked = 0

    def _try(self, what: str) -> None:
        self.asked += 1
        if self.fails & {what, "all"}:
            raise Unavailable(AWAY)

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        self._try("announce")
        await super().announce(announcements)

    async def receive(self, *, limit: int) -> list[Delivery]:
        self._try("receive")
        return await super().receive(limit=limit)

    async def wait(self, *, timeout_seconds: float) -> None:
        self._try("wait")
        await super().wait(timeout_seconds=timeout_seconds)

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        self._try("acknowledge")
        await super().acknowledge(deliveries)

    async def mourn(self, announcement: Announcement, *, cause: str) -> None:
        self._try("mourn")
        await super().mourn(announcement, cause=cause)

    async def check(self) -> None:
        self._try("check")
        await super().check()

    async def depths(self) -> dict[Topic, int]:
        self._try("depths")
        return await super().depths()
