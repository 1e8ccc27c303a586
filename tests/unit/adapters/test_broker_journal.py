"""Each piece of news has a level: what happens with every job is no line of an ordinary log."""

from logging import INFO, WARNING

import pytest
from structlog.testing import capture_logs

from assay.adapters.local.broker_journal import _LEVELS, LogBrokerJournal
from assay.queue.broker_journal import BrokerNews


@pytest.mark.parametrize("news", BrokerNews)
def test_all_news_are_told(news: BrokerNews) -> None:
    with capture_logs() as lines:
        LogBrokerJournal().note(news, detail="so", count=3)
    (line,) = lines
    assert (line["event"], line["detail"], line["count"]) == (news.value, "so", 3)


def test_troubles_are_warnings_and_daily_work_is_quiet() -> None:
    assert {news for news, level in _LEVELS.items() if level == WARNING} == {
        BrokerNews.ANNOUNCED_AGAIN, BrokerNews.OVERLOOKED, BrokerNews.RELAY_STOPPED,
        BrokerNews.WITHOUT_BROKER,
    }  # fmt: skip
    assert _LEVELS[BrokerNews.ANNOUNCED] < INFO
