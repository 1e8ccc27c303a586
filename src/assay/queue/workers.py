"""Who judges: workers make themselves known, give signs of life, and are told when to take no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

FORGOTTEN_AFTER = timedelta(days=1)  # without a sign of life: until then an operator may want to know


@dataclass(frozen=True, kw_only=True)
class WorkerCard:
    """What a worker says of itself when it starts. `languages` are ids; None: whatever its image has."""

    id: str
    host: str
    release: str
    host_class: str
    slots: int
    languages: tuple[str, ...] | None
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class KnownWorker:
    """A worker as others see it. `is_draining`: it is to take no more jobs until it is told to go on."""

    card: WorkerCard
    seen_at: datetime
    busy: int
    is_draining: bool

    def is_alive(self, now: datetime, *, silent_seconds: float) -> bool:
        """Whether its last sign of life is recent enough."""
        return now - self.seen_at <= timedelta(seconds=silent_seconds)


class WorkerRegistry(Protocol):
    async def register(self, card: WorkerCard) -> None:
        """Make a worker known, and forget those that nobody has seen for a day."""
        ...

    async def beat(self, card: WorkerCard, *, busy: int) -> bool:
        """A sign of life; `busy` of its slots are taken. Returns whether it is to drain.

        How many slots it has may be another number than before. A worker that was forgotten meanwhile is
        registered again.
        """
        ...

    async def leave(self, worker_id: str) -> None:
        """It ends in order."""
        ...

    async def workers(self) -> list[KnownWorker]:
        """All that are known, dead ones too, by identity."""
        ...

    async def drain(self, worker_ids: Sequence[str] | None, *, draining: bool) -> list[str]:
        """Tell these, or all, to take no more jobs, or to go on. Returns the identities that are known."""
        ...
