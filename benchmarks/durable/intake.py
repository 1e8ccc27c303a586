"""Submissions over HTTP, each durable when its 202 comes: as fast as they are taken, and at the rate asked.

The doors are `assay serve --role api`: two processes on PostgreSQL, one on SQLite. The clients are one more
process: wrk for as many as go in, and one of ours for a rate. All share this machine with the store, so that
CPU time a submission says what a rate cannot.
"""

import asyncio

from benchmarks.durable.doors import Doors, open_doors
from benchmarks.durable.full_load import full_load
from benchmarks.durable.load import Wanted, load
from benchmarks.durable.queue import raw_postgres, raw_sqlite

SECONDS = 8.0
WARM_SECONDS = 1.0
CONNECTIONS = 128
TARGETS = {"sqlite": 3000, "postgresql": 5000}
PROCESSES = {"sqlite": 1, "postgresql": 2}
P99_MS_ASKED = 100


def main() -> None:
    print(
        f"                                 asked   p50    p95    p99 (asked {P99_MS_ASKED})    µs of CPU each"
    )
    print(
        "store       rate        taken/s     /s    ms     ms     ms  refused   doors  store  clients  ratio"
    )
    for kind in TARGETS:
        with open_doors(kind, processes=PROCESSES[kind]) as doors:
            full_load(doors.urls, connections=CONNECTIONS, seconds=WARM_SECONDS)
            rows = [_measure(name, kind, doors) for name in ("all", "asked")]
            if kind == "sqlite":
                raw = raw_sqlite(doors.folder)
            else:
                raw = asyncio.run(raw_postgres(doors.database_url))
        for taken, row in rows:
            print(f"{row} {taken / raw:6.3f}")


def _measure(name: str, kind: str, doors: Doors) -> tuple[float, str]:
    """As many a second as go in, or as are asked for."""
    before = doors.cpu_seconds()
    if name == "all":
        seen = full_load(doors.urls, connections=CONNECTIONS, seconds=SECONDS)
    else:
        seen = load(Wanted(urls=doors.urls, connections=CONNECTIONS, seconds=SECONDS, rate=TARGETS[kind]))
    spent = zip(doors.cpu_seconds(), before, strict=True)
    ours, stores = (1e6 * (now - then) / seen.accepted for now, then in spent)
    taken = seen.accepted / seen.seconds
    return taken, (
        f"{kind:11} {name:8} {taken:10,.0f} {TARGETS[kind]:6,}"
        f" {seen.p50:5.1f} {seen.p95:6.1f} {seen.p99:6.1f} {seen.refused:8,}"
        f" {ours:7.0f} {stores:6.0f} {1e6 * seen.cpu_seconds / seen.accepted:8.0f}"
    )
