"""What an operator may want to count or read about a broker, and whether it is in reach."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from assay.domain.clock import Clock
from assay.errors import Unavailable

REST_SECONDS = 0.5
REST_SECONDS_MAX = 4.0  # a broker that is back is used as soon as that; the rows are the queue meanwhile
STEADY_SECONDS = 5.0


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


class Outages:
    """A relay's: tells of one when it begins, and when it has been over for so long that it seems to stay so.

    A broker that is full takes a message now and then: not each is a change that anybody wants to hear of.
    """

    def __init__(self, journal: BrokerJournal, *, clock: Clock) -> None:
        self.is_in_one = False
        self._journal = journal
        self._clock = clock
        self._rest_seconds = REST_SECONDS
        self._well_since: datetime | None = None

    def failed(self, error: Unavailable) -> float:
        """How many seconds to rest: more from try to try, until the outage is over."""
        self._journal.note(BrokerNews.RELAY_ERROR, detail=error.message)
        if not self.is_in_one:
            self.is_in_one = True
            self._rest_seconds = REST_SECONDS
            self._journal.note(BrokerNews.RELAY_STOPPED, detail=error.message)
        self._well_since = None
        rest_seconds = self._rest_seconds
        self._rest_seconds = min(2 * rest_seconds, REST_SECONDS_MAX)
        return rest_seconds

    def went_well(self) -> None:
        if not self.is_in_one:
            return
        now = self._clock.now()
        self._well_since = self._well_since or now
        if now - self._well_since >= timedelta(seconds=STEADY_SECONDS):
            self.is_in_one, self._well_since = False, None
            self._journal.note(BrokerNews.RELAY_GOES_ON, detail="")


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
