"""A worker among others: makes itself known, gives signs of life, takes no more jobs while it drains."""

from contextlib import suppress
from dataclasses import replace

from assay.domain.answers import ANSWERS
from assay.errors import Unavailable
from assay.queue.workers import WorkerCard, WorkerRegistry


class Membership:
    """A worker's place among others. `is_draining`: it has been told to take no more jobs."""

    def __init__(self, card: WorkerCard, registry: WorkerRegistry) -> None:
        self.card = card
        self.is_draining = False
        self._registry = registry

    async def join(self) -> None:
        """Raises nothing: a store out of reach hears of us at the next sign of life."""
        with suppress(Unavailable):
            await self._registry.register(self.card)

    def has_slots(self, count: int) -> None:
        """Others hear of it at the next sign of life."""
        self.card = replace(self.card, slots=count)

    async def beat(self, *, busy: int) -> bool:
        """Whether it was heard: who is silent for long enough counts as dead, and its jobs are taken."""
        try:
            self.is_draining = await self._registry.beat(self.card, busy=busy)
        except Unavailable:
            return False
        return True

    @property
    def languages(self) -> frozenset[str] | None:
        """What it can judge: answers are no language, and everybody's. None: whatever there is."""
        return None if self.card.languages is None else frozenset({ANSWERS, *self.card.languages})

    async def leave(self) -> None:
        with suppress(Unavailable):  # it counts as dead soon
            await self._registry.leave(self.card.id)
