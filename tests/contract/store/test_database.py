"""The SQLite writer and readers: what callers may rely on beyond one write at a time."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
import sqlite3

import pytest

from assay.adapters.sql import sqlite
from assay.adapters.sql.sqlite import Connection, Database, connect
from assay.errors import Unavailable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "test.sqlite3"
    connection = connect(place)
    connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, other INTEGER REFERENCES t (n))")
    connection.close()
    return place


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path)
    yield opened
    opened.close()


def insert(*numbers: int) -> Callable[[Connection], int]:
    def action(connection: Connection) -> int:
        for number in numbers:
            connection.execute("INSERT INTO t (n) VALUES (?)", (number,))
        return numbers[-1]

    return action


def numbers_in(connection: Connection) -> list[int]:
    return [n for (n,) in connection.execute("SELECT n FROM t ORDER BY n")]


async def test_what_was_answered_is_there_for_every_other_connection(database: Database, path: Path) -> None:
    assert await database.write(insert(1)) == 1
    with sqlite3.connect(path) as other:
        assert numbers_in(other) == [1]
    assert await database.read(numbers_in) == [1]


async def test_one_callers_failure_undoes_that_callers_changes_alone(database: Database) -> None:
    outcomes = await asyncio.gather(
        database.write(insert(1)),
        database.write(insert(2, 1)),  # the second number is taken
        database.write(insert(3)),
        database.write(lambda _: 1 // 0),
        database.write(insert(4)),
        return_exceptions=True,
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [int, sqlite3.IntegrityError, int, ZeroDivisionError, int]
    assert await database.read(numbers_in) == [1, 3, 4]


async def test_many_callers_share_few_commits(database: Database, path: Path) -> None:
    with sqlite3.connect(path) as other:
        changes = "PRAGMA data_version"
        seen = {other.execute(changes).fetchone()}
        writes = [asyncio.create_task(database.write(insert(n))) for n in range(500)]
        while not all(write.done() for write in writes):
            await asyncio.sleep(0)
            seen.add(other.execute(changes).fetchone())
    assert len(await database.read(numbers_in)) == 500
    assert len(seen) < 50


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await database.write(lambda connection: connection.execute("INSERT INTO t VALUES (1, 99)"))


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable, match="readonly"):
        await database.read(insert(1))
    assert await database.read(numbers_in) == []


async def test_a_writer_waits_for_another_process_and_then_goes_on(database: Database, path: Path) -> None:
    other = connect(path)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(database.write(insert(1)))
    await asyncio.sleep(0.05)
    assert not writing.done()
    assert await database.read(numbers_in) == []  # readers are not held up
    other.execute("COMMIT")
    await asyncio.wait_for(writing, 5)
    other.close()


async def test_a_lock_held_for_ever_is_a_refusal_and_not_a_hang(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_SECONDS_MAX", 0.05)
    other = connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await database.write(insert(1))
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(insert(1)) == 1


async def test_a_full_disk_is_a_refusal_to_all_and_the_writer_lives_on(database: Database) -> None:
    def fill(connection: Connection) -> None:
        connection.execute("INSERT INTO big VALUES (randomblob(1000000))")

    await database.write(lambda connection: connection.execute("CREATE TABLE big (b)"))
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 20"))
    outcomes = await asyncio.gather(
        database.write(fill), database.write(fill), database.write(insert(1)), return_exceptions=True
    )
    assert all(isinstance(outcome, int | sqlite3.OperationalError | Unavailable) for outcome in outcomes)
    assert any("full" in str(outcome) for outcome in outcomes)
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1000000"))
    assert await database.write(insert(2)) == 2


async def test_closing_finishes_what_was_asked_for_and_refuses_more(path: Path) -> None:
    database = Database(path)
    writes = [asyncio.create_task(database.write(insert(n))) for n in range(300)]
    await asyncio.sleep(0)
    database.close()
    assert len(await asyncio.gather(*writes)) == 300
    with pytest.raises(Unavailable, match="closed"):
        await database.write(insert(1))


async def test_a_caller_that_left_does_not_disturb_the_others(database: Database) -> None:
    first, second = (asyncio.create_task(database.write(insert(n))) for n in (1, 2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 2
    assert await database.write(insert(3)) == 3
    assert set(await database.read(numbers_in)) >= {2, 3}


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("not a database at all, but long enough to look like one" * 100)
    with pytest.raises(Unavailable, match=r"notes\.txt"):
        Database(place)


async def test_every_commit_is_synced(database: Database) -> None:
    def settings(connection: Connection) -> list[int | str]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await database.write(settings) == ["wal", 2, 1]
