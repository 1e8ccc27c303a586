"""Enqueue → lease → finish without judging, jobs a second; beside one bare insert a job, a hundred a commit.

Each finish records a judgement with one run. One process with one event loop is both client and worker.
"""

import asyncio
from pathlib import Path
import sqlite3
import time

import asyncpg

from assay.wiring.backend import Backend
from benchmarks.durable.stores import opened, some_judgement, some_submission, store_url

JOBS = 8000
AT_ONCE = 512  # submissions on their way in
CLAIMED_AT_ONCE = 64  # by each of the workers
WORKERS = 4
RAW_BATCH = 100
TARGETS = {"sqlite": 3000, "postgresql": 8000}


def main() -> None:
    print("store         enqueue/s  lease+finish/s  whole way/s    asked    raw/s  ratio")
    for kind, target in TARGETS.items():
        with store_url(kind) as (folder, url):
            enqueued, finished = asyncio.run(measure(folder, url))
            raw = asyncio.run(raw_postgres(url)) if kind == "postgresql" else raw_sqlite(folder)
        whole = 1 / (1 / enqueued + 1 / finished)
        print(
            f"{kind:12} {enqueued:10,.0f} {finished:15,.0f} {whole:12,.0f} {target:8,} {raw:8,.0f}"
            f" {whole / raw:6.2f}"
        )


async def measure(folder: Path, url: str) -> tuple[float, float]:
    """Jobs a second on their way in, and out again."""
    async with opened(folder, url) as backend:
        begun = time.perf_counter()
        await _enqueue(backend)
        filled = time.perf_counter()
        await asyncio.gather(*[_work(backend, f"w{number}") for number in range(WORKERS)])
        ended = time.perf_counter()
        (left,) = [each.pending for each in await backend.desk.counts() if each.lane == "practice"]
        assert left == 0
    return JOBS / (filled - begun), JOBS / (ended - filled)


async def _enqueue(backend: Backend) -> None:
    numbers = iter(range(JOBS))

    async def client() -> None:
        for number in numbers:
            made = some_submission(f"s{number:06}", user_id=f"u{number % 500}")
            await backend.submissions.record_and_enqueue(made, key=None)

    await asyncio.gather(*[client() for _ in range(AT_ONCE)])


async def _work(backend: Backend, worker_id: str) -> None:
    for number in range(JOBS):
        leases = await backend.queue.claim(
            worker_id=worker_id, token=f"{worker_id}-{number}", limit=CLAIMED_AT_ONCE, lease_seconds=60
        )
        if not leases:
            return
        finished = await asyncio.gather(
            *[backend.verdicts.finish(lease, some_judgement(lease)) for lease in leases]
        )
        assert all(finished)


async def raw_postgres(url: str) -> float:
    """Bare rows a second, a hundred a commit."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE raw (id text PRIMARY KEY, body bytea)")
    begun = time.perf_counter()
    for start in range(0, JOBS, RAW_BATCH):
        names = [f"s{number:06}" for number in range(start, start + RAW_BATCH)]
        await connection.execute(
            "INSERT INTO raw SELECT * FROM unnest($1::text[], $2::bytea[])", names, [b"x" * 500] * RAW_BATCH
        )
    seconds = time.perf_counter() - begun
    await connection.close()
    return JOBS / seconds


def raw_sqlite(folder: Path) -> float:
    """The same, synced at every commit."""
    connection = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE raw (id TEXT PRIMARY KEY, body BLOB)")
    begun = time.perf_counter()
    for start in range(0, JOBS, RAW_BATCH):
        rows = [(f"s{number:06}", b"x" * 500) for number in range(start, start + RAW_BATCH)]
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO raw VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begun
    connection.close()
    return JOBS / seconds
