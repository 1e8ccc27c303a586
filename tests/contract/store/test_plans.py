"""The hot statements go by index, whatever the statistics say: plans are made once and kept.

Of a judge that keeps up the statistics say that nothing waits, and then a contest begins.
"""

from collections.abc import AsyncIterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
import re
import shutil
import sqlite3

import pytest

from assay.adapters.postgres import announcing, finishing, jobs, leases, steps, submissions, verdicts
from assay.adapters.postgres.pool import Connection, open_pool
from assay.adapters.sql import evidence

STATEMENTS = {
    "keep keys": submissions._KEEP_KEYS,
    "record": submissions._RECORD,
    "flows": jobs._FLOWS,
    "claim": jobs._CLAIM,
    "claim by name": announcing._CLAIM,
    "still there": announcing._STILL_THERE,
    "mark": announcing._MARK,
    "unmark": announcing._UNMARK,
    "extend": jobs._EXTEND,
    "return": jobs._RETURN,
    "overdue": jobs._OVERDUE,
    "held": leases._HELD,
    "advance": steps._ADVANCE,
    "finish": finishing._FINISH,
    "recorded": verdicts._RECORDED,
}

_JOBS = """
    INSERT INTO jobs (submission_id, generation, lane, tenant, user_id, language_id, state, attempt,
                      not_before, turn)
    SELECT md5(n::text), 1, 'practice', '', 'u' || n % 100, 'python3', '{state}', 0, 1, n / 100
      FROM generate_series({first}, {last}) AS n
"""

_SUBMISSIONS = """
    INSERT INTO submissions (id, problem_id, problem_version, language_id, created_at, mode, status, last_seq)
    SELECT md5(n::text), 'sum', 'v1', 'python3', 1, 'lazy', 'queued', 1 FROM generate_series(1, {last}) AS n
"""


_CONTEST = ";".join(
    [
        _JOBS.format(state="done", first=1, last=20_000),
        _SUBMISSIONS.format(last=20_000),
        "ANALYZE",
        _JOBS.format(state="pending", first=20_001, last=25_000),
    ]
)


# Reading all of a small index and sorting is as cheap as reading the beginning of a larger one.
_FEW = {f"{last} jobs": _JOBS.format(state="pending", first=1, last=last) for last in (1, 40, 80, 160, 320)}
_BEGINNINGS = {"nothing": "SELECT 1", **_FEW, "a contest": _CONTEST}


@pytest.fixture(params=_BEGINNINGS.values(), ids=list(_BEGINNINGS))
async def connection(request: pytest.FixtureRequest, empty_postgres: str) -> AsyncIterator[Connection]:
    """One as the pool's are, which plans once, after so much has come in."""
    async with open_pool(empty_postgres) as database, database._pool.acquire() as connection:
        await connection.execute(request.param)
        yield connection


async def _plan(connection: Connection, sql: str) -> str:
    parameters = max((int(number) for number in re.findall(r"\$(\d+)", sql)), default=0)
    await connection.execute(f"PREPARE hot AS {sql}")
    nothing = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
    rows = await connection.fetch(f"EXPLAIN EXECUTE hot{nothing}")
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("name", STATEMENTS)
async def test_no_table_is_read_from_end_to_end(connection: Connection, name: str) -> None:
    plan = await _plan(connection, STATEMENTS[name])
    assert "Seq Scan" not in plan, plan
    lines = plan.splitlines()
    for line, following in pairwise(lines):
        if re.search(r"Index (Only )?Scan", line):
            assert "Index Cond" in following, plan


async def test_a_claim_reads_the_head_of_the_queue_alone(
    connection: Connection,
) -> None:
    plan = await _plan(connection, jobs._CLAIM)
    assert "using jobs_due" in plan, plan
    assert "Sort" not in plan, plan


async def test_who_named_a_key_is_found_without_the_rest_of_the_log(connection: Connection) -> None:
    assert "using evidence_of_keys" in await _plan(connection, evidence._SUCCESSIONS)


def test_so_it_is_on_sqlite(tmp_path: Path, schema: Path) -> None:
    path = Path(shutil.copy(schema, tmp_path / "assay.sqlite3"))
    with closing(sqlite3.connect(path)) as database:
        plan = database.execute(f"EXPLAIN QUERY PLAN {evidence._SUCCESSIONS}").fetchall()
    assert "USING INDEX evidence_of_keys" in plan[0][-1], plan


async def test_a_turn_is_found_without_sorting_what_waits(
    connection: Connection,
) -> None:
    plan = await _plan(connection, submissions._RECORD)
    first, own = re.findall(r"SubPlan \d+\n.*?(Index[^\n]*)", plan, re.DOTALL)
    assert {"jobs_due", "jobs_of_user"} == {
        re.sub(r".* using (\w+) .*", r"\1", each) for each in (first, own)
    }
