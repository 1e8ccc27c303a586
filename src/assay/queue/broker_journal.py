"""What an operator may want to count or read about a broker, and whether it is in reach."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from assay.domain.clock import Clock
from assay.errors import Unavailable


class BrokerNews(StrEnum):
    ANNOUNCED = "announced"  # jobs, by a relay
    ANNOUNCED_AGAIN = "announced_again"  # jobs whose messages the broker has lost
    OVERLOOKED = "overlooked"  # jobs that were claimed though no message of theirs had come for long
    RELAY_STOPPED = "relay_stopped"  # broker or database are out of reach; what is due waits in the rows
    RELAY_ERROR = "relay_error"  # each try, until:
    RELAY_GOES_ON = "relay_goes_on"
    WITHOUT_BROKER = "without_broker"  # a worker claims from the rows, as if there were none
    WITH_BROKER_AGAIN = "with_broker_again"


class BrokerJournal(Protocol):
    def note(self, news: BrokerNews, *, detail: str, count: int = 1) -> None:
        """Write down for the operator that it happened, `count` times at once. Never blocks, never fails."""
        ...


class Reach:
    """A worker's: whether the broker answers. Who got no answer does not ask again for a while."""

    def __init__(self, journal: BrokerJournal, *, clock: Clock, rest_seconds: float) -> None:
        self.is_lost = False
        self._journal = journal
        self._clock = clock
        self._rest = timedelta(seconds=rest_seconds)
        self._rests_until: datetime | None = None

    @property
    def may_ask(self) -> bool:
        return self._rests_until is None or self._clock.now() >= self._rests_until

    def lost(self, error: Unavailable) -> None:
        self._rests_until = self._clock.now() + self._rest
        if not self.is_lost:
            self.is_lost = True
            self._journal.note(BrokerNews.WITHOUT_BROKER, detail=error.message)

    def found(self) -> None:
        self._rests_until = None
        if self.is_lost:
            self.is_lost = False
            self._journal.note(BrokerNews.WITH_BROKER_AGAIN, detail="")
