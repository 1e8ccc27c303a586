"""A relay as an installation runs it, and what it announces on.

python -m benchmarks.durable.relay     by the environment's settings; says "ready", and ends when killed
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import os
import subprocess
import sys

import structlog

from assay.cli import loops
from assay.cli.settling import settle
from assay.queue.broker_journal import BrokerNews
from assay.settings import read_settings
from assay.wiring.broker import open_relay
from tests.engines.mock_kafka import running_mock_kafka
from tests.engines.redis import running_redis

READY_SECONDS = 1.5  # it has asked its broker by then


class Journal:
    """The `BrokerJournal` port. Outages are none of these measurements."""

    def note(self, news: BrokerNews, *, detail: str, count: int = 1) -> None:
        assert news not in (BrokerNews.RELAY_STOPPED, BrokerNews.WITHOUT_BROKER), detail


@contextmanager
def running_broker(kind: str) -> Iterator[str]:
    """Its URL."""
    if kind == "kafka":
        with running_mock_kafka() as url:
            yield url
        return
    with running_redis() as server:
        yield server.url


@contextmanager
def relaying(settings: Mapping[str, str]) -> "Iterator[subprocess.Popen[str]]":
    """Its process, ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.durable.relay"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


async def _relay() -> None:
    async with open_relay(read_settings(os.environ), Journal()) as relay:
        running = asyncio.create_task(relay.run())
        await asyncio.sleep(READY_SECONDS)
        settle()
        print("ready", flush=True)
        await running


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    loops.run(_relay())
