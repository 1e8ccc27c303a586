"""What the feed on SQL promises beyond its port: no ring is needed, idle followers cost nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
import shutil
from typing import TypeVar

import pytest

from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.adapters.sql import feed as sql_feed
from assay.adapters.sql.feed import SqlEventFeed
from assay.adapters.sql.jobs import SqlJobQueue
from assay.adapters.sql.problems import SqlProblemStore
from assay.adapters.sql.reading import SqlSubmissionReader
from assay.adapters.sql.sqlite import Connection, Database
from assay.adapters.sql.submissions import SqlSubmissionStore
from assay.adapters.sql.verdicts import SqlVerdictStore
from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus
from assay.queue.ports import Lease
from tests.contract.houses import NOON, StillClock, judgement, problem, submission
from tests.waiting import until

T = TypeVar("T")


class CountingDatabase(Database):
    """Counts reads, and tells when there were as many as expected."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.reads = 0
        self.expected = 0
        self.reached = asyncio.Event()

    async def read(self, query: Callable[[Connection], T]) -> T:
        result = await super().read(query)
        self.reads += 1
        if self.reads == self.expected:
            self.reached.set()
        return result


class Scene:
    """A feed whose bell only the test rings, and a lease to make steps with."""

    def __init__(self, path: Path) -> None:
        self.database = CountingDatabase(path)
        self.reader = SqlSubmissionReader(self.database)
        self.bell = MemoryDoorbell()
        self.feed = SqlEventFeed(self.database, reader=self.reader, wakeups=self.bell)
        self.verdicts = SqlVerdictStore(self.database, bell=MemoryDoorbell(), clock=StillClock())
        self.queue = SqlJobQueue(self.database, bell=MemoryDoorbell(), clock=StillClock())

    async def lease(self) -> Lease:
        await SqlProblemStore(self.database).record(problem(), at=NOON)
        await SqlSubmissionStore(self.database).record_and_enqueue(submission("s1"), key=None)
        (lease,) = await self.queue.claim(worker_id="w", token="t", limit=1, lease_seconds=30)
        return lease

    async def follow(self) -> list[int]:
        async with aclosing(self.feed.follow("s1", after_seq=0)) as events:
            return [event.seq async for event in events]


@pytest.fixture
async def scene(tmp_path: Path, schema: Path) -> AsyncIterator[Scene]:
    shutil.copy(schema, tmp_path / "assay.sqlite3")
    opened = Scene(tmp_path / "assay.sqlite3")
    yield opened
    opened.database.close()


async def test_a_lost_ring_is_healed_within_seconds(scene: Scene) -> None:
    lease = await scene.lease()
    following = asyncio.create_task(scene.follow())
    await asyncio.sleep(0.05)
    await scene.verdicts.finish(lease, judgement(lease))
    async with asyncio.timeout(5):
        assert await following == [1, 2]


async def test_one_ring_brings_everything_however_much(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_feed, "EVENTS_PER_READ_MAX", 3)
    monkeypatch.setattr(sql_feed, "POLL_SECONDS", 60)
    lease = await scene.lease()
    following = asyncio.create_task(scene.follow())
    await asyncio.sleep(0.05)
    for test_case in range(1, 11):
        step = Progress(status=SubmissionStatus.RUNNING, test_case=test_case, total=10)
        await scene.verdicts.progress(lease, step)
    await scene.verdicts.finish(lease, judgement(lease))
    scene.bell.ring()
    async with asyncio.timeout(5):
        assert await following == list(range(1, 13))


async def test_a_thousand_idle_followers_cost_one_read_a_ring_and_none_when_they_have_left(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_feed, "POLL_SECONDS", 60)
    lease = await scene.lease()
    scene.database.expected = scene.database.reads + 1001  # one for the position, one each for the log
    followers = [asyncio.create_task(scene.follow()) for _ in range(1000)]
    async with asyncio.timeout(10):
        await scene.database.reached.wait()
    await asyncio.sleep(0.1)
    before = scene.database.reads
    scene.bell.ring()
    await until(lambda: scene.database.reads > before)
    await asyncio.sleep(0.1)
    assert scene.database.reads == before + 1
    await scene.verdicts.finish(lease, judgement(lease))
    scene.bell.ring()
    async with asyncio.timeout(10):
        assert await asyncio.gather(*followers) == [[1, 2]] * 1000
    before = scene.database.reads
    scene.bell.ring()
    await asyncio.sleep(0.1)
    assert scene.database.reads == before
