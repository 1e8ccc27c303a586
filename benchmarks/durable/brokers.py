"""Enqueue → announce → lease → finish with a broker between the rows and the workers, jobs a second.

The rows are in PostgreSQL. While two processes enqueue, one announces and two work, all of them on two cores.
The window is longer than what the workers claim at once: their jobs take no time, which is not what a window
is short for. `told`: of so many a message told; the others were overlooked, and claimed from their rows.

    python -m benchmarks.durable.brokers FOLDER DATABASE_URL QUEUE_URL      works
"""

import asyncio
from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys
import time

import structlog

from assay.adapters.kafka.broker import KafkaBroker
from assay.adapters.local.clock import SystemClock
from assay.cli import loops
from assay.cli.settling import settle
from assay.queue.broker_journal import BrokerNews
from assay.queue.on_broker import BrokerQueue
from assay.settings import Settings, read_settings
from assay.wiring.backend import Backend
from assay.wiring.backends import open_backend
from assay.wiring.broker import Queue, open_queue
from benchmarks.durable.cpu import cpu_seconds
from benchmarks.durable.hands import CLAIMED_AT_ONCE, WORKERS, hands, together
from benchmarks.durable.queue import pass_through
from benchmarks.durable.relay import Journal, relaying, running_broker
from benchmarks.durable.stores import some_judgement, store

JOBS = 16_000
PROCESSES = 2
WINDOW = 8 * PROCESSES * WORKERS * CLAIMED_AT_ONCE
QUIET_SECONDS = 6.0  # longer than what is overlooked waits; then nothing comes any more
JOIN_SECONDS_MAX = 60.0
PARTITIONS = 8  # of the mock's two topics
TARGETS = {"redis": 5000, "kafka": 8000}


class Counted(Journal):
    """Counts what came another way than by a message."""

    def __init__(self) -> None:
        self.overlooked = 0

    def note(self, news: BrokerNews, *, detail: str, count: int = 1) -> None:
        super().note(news, detail=detail, count=count)
        if news is BrokerNews.OVERLOOKED:
            self.overlooked += count


def main() -> None:
    with store("postgresql") as place:
        alone = [pass_through(task, "postgresql", place, jobs=JOBS)[0] for task in ("enqueue", "work")]
    without = JOBS / sum(each.seconds for each in alone)
    print(f"without a broker, on PostgreSQL: {without:,.0f}/s the whole way")
    print("                                       µs of CPU a job")
    print("broker    whole way/s  ratio   asked  not the store's  told")
    for kind, target in TARGETS.items():
        with store("postgresql") as (folder, url, _), running_broker(kind) as queue_url:
            passed = _pass_through(folder, url, queue_url)
        whole = JOBS / passed.seconds
        print(
            f"{kind:9} {whole:11,.0f} {whole / without:6.2f} {target:7,}"
            f" {1e6 * passed.cpu_seconds / JOBS:16.0f} {1 - passed.overlooked / JOBS:5.0%}"
        )


@dataclass(frozen=True, kw_only=True)
class Passed:
    """`seconds`: from the first submission to the last finish."""

    seconds: float
    cpu_seconds: float
    overlooked: int


def _pass_through(folder: Path, url: str, queue_url: str) -> Passed:
    environment = _environment(folder, url, queue_url)
    with hands("enqueue", processes=PROCESSES, folder=folder, url=url, jobs=JOBS) as ready:
        workers = [_started(folder, url, queue_url) for _ in range(PROCESSES)]
        try:
            with relaying(environment) as relay:
                for worker in workers:
                    assert _line(worker) == "ready"
                before = cpu_seconds(relay.pid)
                begun = time.monotonic()
                enqueued = together(ready)
                told = [json.loads(_line(worker)) for worker in workers]
                of_relay = cpu_seconds(relay.pid) - before
        finally:
            for worker in workers:
                worker.communicate(timeout=60)
    assert enqueued.jobs == sum(each["jobs"] for each in told) == JOBS, told
    return Passed(
        seconds=max(each["ended"] for each in told) - begun,
        cpu_seconds=enqueued.cpu_seconds + of_relay + sum(each["cpu_seconds"] for each in told),
        overlooked=sum(each["overlooked"] for each in told),
    )


def _started(folder: Path, url: str, queue_url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.durable.brokers", str(folder), url, queue_url]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def _work(settings: Settings) -> None:
    clock, journal = SystemClock(), Counted()
    async with (
        open_backend(settings, clock) as backend,
        open_queue(settings, backend, clock, journal) as queue,
    ):
        await _joined(queue)
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


async def _joined(queue: Queue) -> None:
    """It has its share of a Kafka's partitions; a group needs seconds for that."""
    broker = queue.jobs._broker if isinstance(queue.jobs, BrokerQueue) else None
    if isinstance(broker, KafkaBroker):
        async with asyncio.timeout(JOIN_SECONDS_MAX):
            while broker.join() != PARTITIONS // PROCESSES:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.1)


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


def _environment(folder: Path, url: str, queue_url: str) -> dict[str, str]:
    return {
        "ASSAY_DATA_DIR": str(folder),
        "ASSAY_DATABASE_URL": url,
        "ASSAY_QUEUE_URL": queue_url,
        "ASSAY_QUEUE_WINDOW": str(WINDOW),
    }


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    loops.run(_work(read_settings(_environment(Path(sys.argv[1]), *sys.argv[2:]))))
