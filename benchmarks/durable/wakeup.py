"""From a job's commit in an idle queue to the beginning of its judging, by a worker that waits for one.

The bell rings between two processes, and on a broker a relay is a third; in memory there is one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
import os
import random
import time

from assay.adapters.local.clock import SystemClock, identities
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.adapters.memory.problems import MemoryProblemStore
from assay.adapters.memory.queue import MemoryJobQueue
from assay.adapters.memory.store import MemoryStore
from assay.intake.ports import SubmissionStore
from assay.queue.ports import Doorbell
from assay.settings import read_settings
from assay.wiring.backend import Bell
from assay.wiring.backends import open_backend
from assay.worker.process import run_worker
from benchmarks.durable.load import percentile
from benchmarks.durable.relay import relaying, running_broker
from benchmarks.durable.stores import opened, some_submission, store
from benchmarks.durable.worker import TimedJudge, parts, workers
from tests.contract.houses import problem
from tests.engines.redis import running_redis

SAMPLES = 300
PAUSE_SECONDS_MAX = 0.05  # between them, so that the worker sleeps again
P99_MS_ASKED = 15

Begun = Callable[[], Awaitable[float]]
"""When the submission that was accepted last began to be judged, by the monotonic clock."""
Place = tuple[SubmissionStore, Doorbell, Begun]


def main() -> None:
    print(f"store        queue   events by   p50 ms  p99 ms  (asked {P99_MS_ASKED})  longest ms")
    for kind, queue, events, place in (
        ("memory", "memory", "itself", _in_memory()),
        ("sqlite", "sql", "sockets", _on("sqlite")),
        ("postgresql", "sql", "itself", _on("postgresql")),
        ("postgresql", "sql", "redis", _on("postgresql", events_on_redis=True)),
        ("sqlite", "redis", "sockets", _on("sqlite", queue="redis")),
        ("postgresql", "redis", "itself", _on("postgresql", queue="redis")),
        ("postgresql", "kafka", "itself", _on("postgresql", queue="kafka")),
    ):
        waits = asyncio.run(_measure(place))
        p50, p99 = (1e3 * percentile(waits, part) for part in (0.50, 0.99))
        print(f"{kind:12} {queue:7} {events:10} {p50:7.1f} {p99:7.1f} {1e3 * max(waits):24.1f}")


async def _measure(opening: AbstractAsyncContextManager[Place]) -> list[float]:
    new_id = identities(SystemClock(), os.urandom)
    waits = []
    async with opening as (submissions, bell, begun):
        for number in range(SAMPLES + 1):
            await asyncio.sleep(random.uniform(0.01, PAUSE_SECONDS_MAX))  # noqa: S311 - no secret
            await submissions.record_and_enqueue(some_submission(new_id(), user_id=f"u{number}"), key=None)
            committed = time.monotonic()
            bell.ring()
            waits.append(await begun() - committed)
    return waits[1:]  # the first finds nothing prepared


@asynccontextmanager
async def _in_memory() -> AsyncIterator[Place]:
    clock, bell = SystemClock(), MemoryDoorbell()
    house, problems, judge = MemoryStore(clock=clock), MemoryProblemStore(), _HeardJudge()
    await problems.record(problem(), at=clock.now())
    stopping = asyncio.Event()
    made = parts(
        queue=MemoryJobQueue(house, clock=clock),
        reader=house,
        problems=problems,
        verdicts=house,
        wakeups=bell,
        judge=judge,
        slots=1,
    )
    working = asyncio.create_task(run_worker(made, stopping))
    yield house, bell, judge.instants.get
    stopping.set()
    await working


class _HeardJudge(TimedJudge):
    def __init__(self) -> None:
        super().__init__(0.0)
        self.instants: asyncio.Queue[float] = asyncio.Queue()

    def has_judged(self, submission_id: str, began: float, ended: float) -> None:
        self.instants.put_nowait(began)


@asynccontextmanager
async def _on(kind: str, *, queue: str | None = None, events_on_redis: bool = False) -> AsyncIterator[Place]:
    with (
        store(kind) as (folder, url, _),
        ExitStack() as others,
    ):
        settings = {"ASSAY_DATABASE_URL": url, "ASSAY_DATA_DIR": str(folder)}
        if events_on_redis:
            settings["ASSAY_EVENTS_URL"] = others.enter_context(running_redis()).url
        async with opened(folder, url):  # the schema, and the problem
            pass
        if queue is not None:
            settings["ASSAY_QUEUE_URL"] = others.enter_context(running_broker(queue))
            others.enter_context(relaying(settings))
        with workers(1, slots=1, judging_seconds=0.0, settings=settings) as (worker,):
            async with open_backend(read_settings(settings), SystemClock()) as backend:

                async def begun() -> float:
                    assert worker.stdout is not None
                    line = await asyncio.to_thread(worker.stdout.readline)
                    return float(line.split()[1])

                yield backend.submissions, backend.doorbell(Bell.JOBS), begun
