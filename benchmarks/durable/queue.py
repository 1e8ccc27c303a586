"""Enqueue → lease → finish without judging, jobs a second; beside one bare insert a job, a hundred a commit.

Each finish records a judgement with one run. On PostgreSQL two processes enqueue and then two work, as many
as the machine that the figures are asked for has processors; on SQLite, which has one writer, one does.
"""

import asyncio
from pathlib import Path
import sqlite3
import time

import asyncpg

from benchmarks.durable.cpu import cpu_seconds
from benchmarks.durable.hands import Done, hands, together
from benchmarks.durable.stores import store

JOBS = 16_000
RAW_BATCH = 100
TARGETS = {"sqlite": 3000, "postgresql": 8000}
PROCESSES = {"sqlite": 1, "postgresql": 2}


def main() -> None:
    print("                                                                           µs of CPU a job")
    print("store       enqueue/s  lease+finish/s  whole way/s   asked    raw/s  ratio   ours  store's")
    for kind, target in TARGETS.items():
        with store(kind) as place:
            enqueued, in_store = pass_through("enqueue", kind, place, jobs=JOBS)
            finished, out_of_store = pass_through("work", kind, place, jobs=JOBS)
            raw = asyncio.run(raw_postgres(place[1])) if kind == "postgresql" else raw_sqlite(place[0])
        assert enqueued.jobs == finished.jobs == JOBS
        whole = JOBS / (enqueued.seconds + finished.seconds)
        stores = in_store + out_of_store
        ours = enqueued.cpu_seconds + finished.cpu_seconds
        print(
            f"{kind:11} {JOBS / enqueued.seconds:9,.0f} {JOBS / finished.seconds:15,.0f} {whole:12,.0f}"
            f" {target:7,} {raw:8,.0f} {whole / raw:6.2f} {1e6 * ours / JOBS:6.0f} {1e6 * stores / JOBS:9.0f}"
        )


def pass_through(
    task: str, kind: str, place: tuple[Path, str, int | None], *, jobs: int
) -> tuple[Done, float]:
    """What was done, and how many seconds of CPU the store's server needed."""
    folder, url, pid = place
    with hands(task, processes=PROCESSES[kind], folder=folder, url=url, jobs=jobs) as ready:
        before = 0.0 if pid is None else cpu_seconds(pid)
        done = together(ready)
        return done, 0.0 if pid is None else cpu_seconds(pid) - before


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
