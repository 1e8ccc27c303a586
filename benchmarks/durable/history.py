"""The queue's whole way beside a million submissions that were judged before, and on an empty store.

The history is written by the database itself, in the month before this one and in this one, and analysed as
the database does by and by.
"""

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

import asyncpg

from benchmarks.durable.queue import PROCESSES, pass_through
from benchmarks.durable.stores import opened, store

ROWS = 1_000_000
JOBS = 8_000
ROUNDS = 3
KEPT_ASKED = 0.9
_AGES_DAYS = 30.0

# Of each (n, id, at) in the past.
_STATEMENTS = (
    """
    INSERT INTO submissions (id, user_id, tenant, problem_id, problem_version, language_id, created_at, mode,
                             status, verdict, test_case, total, cpu_time_ms, memory_bytes, started_at,
                             ended_at, last_seq)
    SELECT id, 'u' || n % 5000, NULL, 'sum', 'v1', 'python3', at, 'lazy', 'judged', 'AC', 1, 1, 10, 1048576,
           at + 1000, at + 2000, 2
      FROM ({past}) AS past
    """,
    """
    INSERT INTO submission_files (submission_id, position, name, content)
    SELECT id, 0, 'main.py', {source} FROM ({past}) AS past
    """,
    """
    INSERT INTO jobs (submission_id, generation, lane, tenant, user_id, language_id, state, attempt,
                      not_before, worker_id, turn, created_at)
    SELECT id, 1, 'practice', '', 'u' || n % 5000, 'python3', 'done', 1, at, 'w', 0, at
      FROM ({past}) AS past
    """,
    """
    INSERT INTO judgements (id, submission_id, generation, verdict, test_count, compile_output, message,
                            evidence, started_at, ended_at, mode, groups)
    SELECT id, id, 1, 'AC', 1, {empty}, {empty}, '{{}}', at + 1000, at + 2000, 'lazy', '[]'
      FROM ({past}) AS past
    """,
    """
    INSERT INTO runs (judgement_id, ordinal, test_name, verdict, cpu_time_ms, wall_time_ms, memory_bytes,
                      message, near_limit, passes, team_message, judge_message, output, error_output)
    SELECT id, 1, 'secret/1', 'AC', 10, 12, 1048576, {empty}, {no}, 1, {empty}, {empty}, {empty}, {empty}
      FROM ({past}) AS past
    """,
    """
    INSERT INTO events (submission_id, seq, status, test_case, total, verdict)
    SELECT id, seq, CASE seq WHEN 1 THEN 'queued' ELSE 'judged' END, 1, 1, CASE seq WHEN 2 THEN 'AC' END
      FROM ({past}) AS past CROSS JOIN (SELECT 1 AS seq UNION ALL SELECT 2) AS steps
    """,
)


def main() -> None:
    print("                           the best of 3 rounds         µs of CPU a job, the least")
    print(f"store       history rows  whole way/s  kept (asked {KEPT_ASKED})  ours and the store's  kept")
    for kind in PROCESSES:
        with store(kind) as place:
            folder, url, _ = place
            asyncio.run(_prepared(folder, url))
            rate, cpu = _measure(kind, place)
            if kind == "sqlite":
                _fill_sqlite(folder / "assay.sqlite3")
            else:
                asyncio.run(_fill_postgres(url))
            later_rate, later_cpu = _measure(kind, place)
        print(f"{kind:11} {0:12,} {rate:12,.0f} {'':17} {cpu:21.0f}")
        print(
            f"{kind:11} {ROWS:12,} {later_rate:12,.0f} {later_rate / rate:17.2f} {later_cpu:21.0f}"
            f" {cpu / later_cpu:5.2f}"
        )


async def _prepared(folder: Path, url: str) -> None:
    async with opened(folder, url):
        pass


def _measure(kind: str, place: tuple[Path, str, int | None]) -> tuple[float, float]:
    """Jobs a second, in and out again, and what each costs in CPU time."""
    rates, costs = [], []
    for _ in range(ROUNDS):
        seconds = cpu = 0.0
        for task in ("enqueue", "work"):
            done, in_store = pass_through(task, kind, place, jobs=JOBS)
            seconds += done.seconds
            cpu += done.cpu_seconds + in_store
        rates.append(JOBS / seconds)
        costs.append(1e6 * cpu / JOBS)
    return max(rates), min(costs)


def _begin_milliseconds() -> tuple[int, int]:
    """When the oldest was, and how long after it the next."""
    now = datetime.now(UTC)
    begin = now - timedelta(days=_AGES_DAYS)
    return round(begin.timestamp() * 1e3), round(_AGES_DAYS * 86_400e3 / ROWS)


async def _fill_postgres(url: str) -> None:
    begin, step = _begin_milliseconds()
    digits = f"lpad(to_hex({begin} + n::bigint * {step}), 12, '0')"
    past = f"""
        SELECT n, at, left(hex, 8) || '-' || right(hex, 4) || '-7000-8000-' || lpad(n::text, 12, '0') AS id
          FROM (SELECT n, ({begin} + n::bigint * {step}) * 1000 AS at, {digits} AS hex
                  FROM generate_series(1, {ROWS}) AS n) AS numbered
    """  # noqa: S608 - our own numbers
    source = "convert_to(repeat('print(sum(map(int, input().split())))', 10), 'UTF8')"
    connection = await asyncpg.connect(url)
    for statement in _STATEMENTS:
        await connection.execute(statement.format(past=past, source=source, empty="''::bytea", no="false"))
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


def _fill_sqlite(path: Path) -> None:
    begin, step = _begin_milliseconds()
    past = f"""
        SELECT n, at, substr(hex, 1, 8) || '-' || substr(hex, 9) || '-7000-8000-' || printf('%012d', n) AS id
          FROM (WITH RECURSIVE counted (n) AS (VALUES (1)
                                               UNION ALL SELECT n + 1 FROM counted WHERE n < {ROWS})
                SELECT n, ({begin} + n * {step}) * 1000 AS at, printf('%012x', {begin} + n * {step}) AS hex
                  FROM counted)
    """  # noqa: S608 - our own numbers
    source = "CAST(replace(hex(zeroblob(10)), '00', 'print(sum(map(int, input().split())))') AS BLOB)"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in _STATEMENTS:
            connection.execute(statement.format(past=past, source=source, empty="''", no="0"))
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
