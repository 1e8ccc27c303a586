"""What happens with a broker, counted: into the files of metrics.py."""

from prometheus_client import CollectorRegistry, Counter

from assay.adapters.local.broker_journal import LogBrokerJournal
from assay.queue.broker_journal import BrokerNews

_own = CollectorRegistry()  # asked for through the files alone
_HAPPENED = {
    BrokerNews.ANNOUNCED: Counter("announced_jobs", "Jobs announced on the broker.", registry=_own),
    BrokerNews.ANNOUNCED_AGAIN: Counter(
        "announced_again_jobs", "Jobs whose messages the broker has lost.", registry=_own
    ),
    BrokerNews.OVERLOOKED: Counter(
        "overlooked_jobs", "Jobs that a worker took from the rows after no message had come.", registry=_own
    ),
    BrokerNews.RELAY_ERROR: Counter(
        "relay_errors", "Tries of a relay that broker or database did not answer.", registry=_own
    ),
}


class MeteredBrokerJournal(LogBrokerJournal):
    """The `BrokerJournal` port: as log lines, and counted."""

    def note(self, news: BrokerNews, *, detail: str, count: int = 1) -> None:
        super().note(news, detail=detail, count=count)
        if news in _HAPPENED:
            _HAPPENED[news].inc(count)
