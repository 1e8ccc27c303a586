"""Enqueue → announce → lease → finish with a broker between the rows and the workers, jobs a second.

The rows are in PostgreSQL. Two processes enqueue; then one announces and two work. The window is longer than
what the workers claim at once: their jobs take no time, which is not what a window is short for. `told`: of
so many a message told; the others were overlooked in a line that was empty, and claimed from their rows.

    python -m benchmarks.durable.brokers relay|work FOLDER DATABASE_URL QUEUE_URL
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import json
import os
from pathlib import Path
import subprocess
import sys
import time

import structlog

from assay.adapters.local.clock import SystemClock
from assay.cli import loops
from assay.cli.settling import settle
from assay.queue.broker_journal import BrokerNews
from assay.settings import Settings, read_settings
from assay.wiring.backend import Backend
from assay.wiring.backends import open_backend
from assay.wiring.broker import Queue, open_queue, open_relay
from benchmarks.durable.cpu import cpu_seconds
from benchmarks.durable.hands import CLAIMED_AT_ONCE, WORKERS, hands, together
from benchmarks.durable.queue import pass_through
from benchmarks.durable.stores import some_judgement, store
from tests.engines.mock_kafka import running_mock_kafka
from tests.engines.redis import running_redis

JOBS = 16_000
PROCESSES = 2
WINDOW = 8 * PROCESSES * WORKERS * CLAIMED_AT_ONCE
QUIET_SECONDS = 6.0  # more than a member needs to be one of a Kafka's group
TARGETS = {"redis": 5000, "kafka": 8000}


class Counted:
    """The `BrokerJournal` port: what came another way than by a message."""

    def __init__(self) -> None:
        self.overlooked = 0

    def note(self, news: BrokerNews, *, detail: str, count: int = 1) -> None:
        assert news is not BrokerNews.WITHOUT_BROKER, detail
        if news is BrokerNews.OVERLOOKED:
            self.overlooked += count


def main() -> None:
    with store("postgresql") as place:
        alone = [pass_through(task, "postgresql", place, jobs=JOBS)[0] for task in ("enqueue", "work")]
    without = JOBS / sum(each.seconds for each in alone)
    print(f"without a broker, on PostgreSQL: {without:,.0f}/s the whole way")
    print("                                                                    µs of CPU a job")
    print("broker    enqueue/s  announce+lease+finish/s  whole way/s  ratio   asked  not the store's  told")
    for kind, target in TARGETS.items():
        with store("postgresql") as (folder, url, _), _broker(kind) as queue_url:
            with hands("enqueue", processes=PROCESSES, folder=folder, url=url, jobs=JOBS) as ready:
                enqueued = together(ready)
            finished, cpu, overlooked = _announce_and_work(folder, url, queue_url)
        whole = JOBS / (enqueued.seconds + finished)
        print(
            f"{kind:9} {JOBS / enqueued.seconds:9,.0f} {JOBS / finished:24,.0f} {whole:12,.0f}"
            f" {whole / without:6.2f} {target:7,} {1e6 * (cpu + enqueued.cpu_seconds) / JOBS:16.0f}"
            f" {1 - overlooked / JOBS:5.0%}"
        )


@contextmanager
def _broker(kind: str) -> Iterator[str]:
    if kind == "kafka":
        with running_mock_kafka() as url:
            yield url
        return
    with running_redis() as server:
        yield server.url


def _announce_and_work(folder: Path, url: str, queue_url: str) -> tuple[float, float, int]:
    """Seconds from the first announcement to the last finish; seconds of CPU; how many were overlooked."""
    workers = [_started("work", folder, url, queue_url) for _ in range(PROCESSES)]
    try:
        for worker in workers:
            assert _line(worker) == "ready"
        relay = _started("relay", folder, url, queue_url)
        try:
            begun = float(_line(relay))
            told = [json.loads(_line(worker)) for worker in workers]
            cpu = cpu_seconds(relay.pid)
        finally:
            relay.kill()
            relay.communicate()
    finally:
        for worker in workers:
            worker.communicate(timeout=60)
    assert sum(each["jobs"] for each in told) == JOBS, told
    cpu += sum(each["cpu_seconds"] for each in told)
    return max(each["ended"] for each in told) - begun, cpu, sum(each["overlooked"] for each in told)


def _started(task: str, folder: Path, url: str, queue_url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.durable.brokers", task, str(folder), url, queue_url]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def _relay(settings: Settings) -> None:
    async with open_relay(settings, Counted()) as relay:
        settle()
        print(time.monotonic(), flush=True)
        await relay.run()


async def _work(settings: Settings) -> None:
    clock, journal = SystemClock(), Counted()
    async with (
        open_backend(settings, clock) as backend,
        open_queue(settings, backend, clock, journal) as queue,
    ):
        await queue.wakeups.wait(timeout_seconds=0.1)
        await asyncio.sleep(QUIET_SECONDS)  # it is one of the group by then
        settle()
        print("ready", flush=True)
        begun = time.process_time()
        done = await asyncio.gather(
            *[_claim_and_finish(backend, queue, f"{os.getpid()}-{number}") for number in range(WORKERS)]
        )
        told = {
            "jobs": sum(jobs for jobs, _ in done),
            "ended": max(ended for _, ended in done),
            "overlooked": journal.overlooked,
            "cpu_seconds": time.process_time() - begun,
        }
        print(json.dumps(told), flush=True)


async def _claim_and_finish(backend: Backend, queue: Queue, worker_id: str) -> tuple[int, float]:
    """Until nothing has come for a while: how many jobs, and when the last was finished."""
    done, ended = 0, time.monotonic()
    while time.monotonic() - ended < QUIET_SECONDS:
        leases = await queue.jobs.claim(
            worker_id=worker_id, token=f"{worker_id}-{done}", limit=CLAIMED_AT_ONCE, lease_seconds=60
        )
        if not leases:
            await queue.wakeups.wait(timeout_seconds=0.2)
            continue
        finished = await asyncio.gather(
            *[backend.verdicts.finish(lease, some_judgement(lease)) for lease in leases]
        )
        assert all(finished)
        done, ended = done + len(leases), time.monotonic()
    return done, ended


def _settings(folder: str, url: str, queue_url: str) -> Settings:
    environment = {"ASSAY_QUEUE_URL": queue_url, "ASSAY_QUEUE_WINDOW": str(WINDOW)}
    return read_settings(environment, data_dir=Path(folder), database_url=url)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if sys.argv[1] == "relay":
        loops.run(_relay(_settings(*sys.argv[2:])))
    else:
        asyncio.run(_work(_settings(*sys.argv[2:])))
