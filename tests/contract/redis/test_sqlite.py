"""SQLite with a Redis that carries its bells."""

import asyncio
from contextlib import aclosing
from pathlib import Path
import time

from assay.adapters.local.clock import SystemClock
from assay.settings import read_settings
from assay.wiring.backend import Bell
from assay.wiring.backends import open_backend
from tests.contract.houses import NOON, judgement, problem, submission
from tests.engines.redis import RedisServer, running_redis


def wait_for_a_listener(server: RedisServer) -> None:
    deadline = time.monotonic() + 10
    while server.ask("PUBSUB", "NUMPAT") != "1":
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_bells_and_followers_of_one_process_are_heard_by_another(tmp_path: Path) -> None:
    with running_redis() as server:
        settings = read_settings({"ASSAY_EVENTS_URL": server.url}, data_dir=tmp_path)
        async with (
            open_backend(settings, SystemClock()) as doors,
            open_backend(settings, SystemClock()) as worker,
        ):
            bell, wakeups = doors.doorbell(Bell.JOBS), worker.wakeups(Bell.JOBS)
            await asyncio.to_thread(wait_for_a_listener, server)
            async with asyncio.timeout(10):
                bell.ring()
                await wakeups.wait(timeout_seconds=60)
            assert not (tmp_path / "run").exists(), "there are no sockets"

            await doors.problems.record(problem(), at=NOON)
            await doors.submissions.record_and_enqueue(submission("s1"), key=None)
            (lease,) = await worker.queue.claim(worker_id="w", token="t", limit=1, lease_seconds=30)
            feed = doors.feed()
            async with asyncio.timeout(10), aclosing(feed.follow("s1", after_seq=0)) as events:
                assert (await anext(events)).seq == 1
                await worker.verdicts.finish(lease, judgement(lease))
                assert [event.seq async for event in events] == [2]
