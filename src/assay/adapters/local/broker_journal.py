"""What happens with a broker, as log lines."""

from logging import DEBUG, INFO, WARNING

import structlog

from assay.queue.broker_journal import BrokerNews

_LEVELS = {
    BrokerNews.ANNOUNCED: DEBUG,  # as many as submissions
    BrokerNews.ANNOUNCED_AGAIN: WARNING,
    BrokerNews.OVERLOOKED: WARNING,
    BrokerNews.RELAY_STOPPED: WARNING,
    BrokerNews.RELAY_ERROR: DEBUG,  # once a second
    BrokerNews.RELAY_GOES_ON: INFO,
    BrokerNews.WITHOUT_BROKER: WARNING,
    BrokerNews.WITH_BROKER_AGAIN: INFO,
}


class LogBrokerJournal:
    """The `BrokerJournal` port."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()

    def note(self, news: BrokerNews, *, detail: str, count: int = 1) -> None:
        self._log.log(_LEVELS[news], news.value, detail=detail, count=count)
