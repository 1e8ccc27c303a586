"""Every table is kept or left on purpose, and a backup of an older schema gets this release's."""

import asyncio
from contextlib import closing
from pathlib import Path
import sqlite3

import asyncpg
import pytest

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.adapters.sql.schema import HEAD, run_migrations
from assay.adapters.sql.tables import KEPT, LEFT
from assay.domain.submission import SubmissionStatus
from assay.errors import UsageError
from assay.problems.codec import encode_problem
from tests.contract.backup.places import (
    Place,
    backed_up,
    blobs_in_place,
    fill,
    identity,
    postgres_place,
    restored,
    sqlite_place,
    with_data,
)

OLDER = "0005"

# What a release of that schema writes for a submission that is being judged.
_OF_OLDER = """
    INSERT INTO problem_versions VALUES ('sum', 'v1', 'Sum', 1000, 268435456, 1, '{document}', 1);
    INSERT INTO problems VALUES ('sum', 'v1');
    INSERT INTO submissions (id, problem_id, problem_version, language_id, created_at, status, last_seq, mode)
    VALUES ('{id}', 'sum', 'v1', 'c', 1000000, 'compiling', 2, 'lazy');
    INSERT INTO submission_files VALUES ('{id}', 0, 'main.c', {content});
    INSERT INTO jobs (submission_id, generation, lane, state, attempt, not_before, lease_token, lease_until)
    VALUES ('{id}', 1, 'practice', 'leased', 1, 1000000, 't', 2000000);
    INSERT INTO events (submission_id, seq, status) VALUES ('{id}', 1, 'queued');
    INSERT INTO events (submission_id, seq, status) VALUES ('{id}', 2, 'compiling');
"""


def statements(content: str) -> str:
    return _OF_OLDER.format(id=identity(1), document=encode_problem(with_data("sum")), content=content)


def test_every_table_of_sqlite_is_kept_or_left(schema: Path) -> None:
    with closing(sqlite3.connect(schema)) as connection:
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        assert {name for (name,) in rows} == {*KEPT, *LEFT}


async def test_every_table_of_postgresql_is_kept_or_left(empty_postgres: str) -> None:
    connection = await asyncpg.connect(empty_postgres)
    rows = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace"
    )
    await connection.close()
    assert {row[0] for row in rows} == {*KEPT, *LEFT}


@pytest.fixture
def older_sqlite(tmp_path: Path, schema: Path) -> Place:
    folder = tmp_path / "older"
    folder.mkdir()
    run_migrations("older", path=folder / "assay.sqlite3", revision=OLDER)
    with closing(sqlite3.connect(folder / "assay.sqlite3")) as connection:
        connection.executescript(statements("x'61'"))
    return sqlite_place(folder, schema)


async def older_postgres(url: str) -> Place:
    await asyncio.to_thread(run_migrations, "older", url=url, revision=OLDER)
    connection = await asyncpg.connect(url)
    await connection.execute(statements("'\\x61'"))
    await connection.close()
    return postgres_place(url)


async def test_one_of_an_older_schema_is_restored_and_upgraded(
    older_sqlite: Place, tmp_path: Path, schema: Path
) -> None:
    file, made = await backed_up(older_sqlite, blobs_in_place())
    assert (made.manifest.origin.schema, made.manifest.origin.installation) == (OLDER, None)
    folder = tmp_path / "target"
    await asyncio.to_thread(folder.mkdir)
    target = sqlite_place(folder, schema)
    await restored(file, target, MemoryBlobStore())
    await check_upgraded(target)


async def test_also_from_and_to_a_postgresql_without_a_schema(
    bare_postgres: list[str],
) -> None:
    older = await older_postgres(bare_postgres[0])
    target = postgres_place(bare_postgres[1])
    file, made = await backed_up(older, blobs_in_place())
    assert made.manifest.origin.schema == OLDER
    await restored(file, target, MemoryBlobStore())
    await check_upgraded(target)


async def test_a_database_that_was_upgraded_already_takes_only_its_own_schema(
    older_sqlite: Place, empty_postgres: str
) -> None:
    file, _ = await backed_up(older_sqlite, blobs_in_place())
    with pytest.raises(UsageError, match=f"schema {HEAD} already.*{OLDER}.*empty database"):
        await restored(file, postgres_place(empty_postgres), MemoryBlobStore())


async def test_rows_are_in_the_partitions_of_their_months(
    tmp_path: Path, schema: Path, empty_postgres: str
) -> None:
    folder = tmp_path / "source"
    await asyncio.to_thread(folder.mkdir)
    source = sqlite_place(folder, schema)
    async with source.empty() as house:
        await fill(house)
        file, _ = await backed_up(source, blobs_in_place())
    await restored(file, postgres_place(empty_postgres), MemoryBlobStore())
    connection = await asyncpg.connect(empty_postgres)
    for table in ("submissions", "submission_files", "events", "judgements", "runs"):
        places = await connection.fetch(f"SELECT DISTINCT tableoid::regclass::text FROM {table}")  # noqa: S608
        assert [row[0] for row in places] == [f"{table}_2026_03"]
    await connection.close()


async def check_upgraded(place: Place) -> None:
    async with place.snapshot() as snapshot:
        assert snapshot.schema == HEAD
        assert snapshot.installation is not None
    async with place.house() as house:
        state = await house.reader.submission(identity(1))
        assert state is not None
        assert state.status is SubmissionStatus.QUEUED
        house.clock.pass_seconds(1)
        (lease,) = await house.claim()
        assert (lease.submission_id, lease.attempt) == (identity(1), 1)


async def test_what_postgresql_cannot_hold_is_refused_and_nothing_is_there(
    tmp_path: Path, schema: Path, empty_postgres: str
) -> None:
    folder = tmp_path / "source"
    await asyncio.to_thread(folder.mkdir)
    source, target = sqlite_place(folder, schema), postgres_place(empty_postgres)
    async with source.empty() as house:
        await fill(house)
    with closing(sqlite3.connect(folder / "assay.sqlite3")) as connection, connection:
        connection.execute("UPDATE submission_files SET name = char(97, 0, 98) WHERE position = 1")
    file, _ = await backed_up(source, blobs_in_place())
    with pytest.raises(UsageError, match="rows of submission_files that PostgreSQL does not take"):
        await restored(file, target, MemoryBlobStore())
    async with target.snapshot() as snapshot:
        for table in snapshot.tables:
            pages = [page async for page in snapshot.pages(table)]
            assert len(pages) == (table.name == "installation")
