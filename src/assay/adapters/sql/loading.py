"""A SQLite file filled from a backup: beside its place, and put there when it is whole.

DATA_DIR/assay.sqlite3.restoring     being filled; whatever is there after a crash is rubbish
DATA_DIR/assay.sqlite3               the same, once it is whole and on the disk
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import datetime
import os
from pathlib import Path
import socket
import sqlite3

from assay.adapters.sql.instants import to_row
from assay.adapters.sql.schema import HEAD, prepare, run_migrations
from assay.adapters.sql.scripts import run_script
from assay.adapters.sql.snapshot import kinds_of
from assay.adapters.sql.sqlite import Connection, connect
from assay.adapters.sql.tables import FOUNDED, KEPT, fit, not_empty, settle
from assay.errors import Unavailable, UsageError
from assay.operate.backup.rows import Row

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_BESIDE = ("-wal", "-shm", "-journal")


@asynccontextmanager
async def open_loader(path: Path, *, schema: str) -> AsyncIterator["SqliteLoader"]:
    """Fill the file from a backup of that schema; it gets this release's in the end.

    Raises `UsageError` when it is not empty, and `Unavailable`.
    """
    check_empty(path)
    unfinished = path.with_name(path.name + ".restoring")
    _remove(unfinished)
    try:
        with _as_unavailable(path):
            await asyncio.to_thread(run_migrations, str(path), path=unfinished, revision=schema)
            with closing(connect(unfinished)) as connection:
                connection.execute("PRAGMA foreign_keys = OFF")  # checked when all is there
                connection.execute("BEGIN IMMEDIATE")
                yield SqliteLoader(connection)
                _check_references(connection)
                connection.execute("COMMIT")
            if schema != HEAD:
                await asyncio.to_thread(prepare, unfinished)
            _put_in_place(unfinished, path)
    finally:
        _remove(unfinished)


def check_empty(path: Path) -> None:
    """Raises `UsageError` for a file with an installation in it."""
    if not path.exists():
        return
    with _as_unavailable(path), closing(connect(path)) as connection:
        there = {name for (name,) in connection.execute(_TABLES)}
        for table in KEPT:
            if table in there and table not in FOUNDED:
                found = connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - ours
                if found is not None:
                    raise not_empty(str(path), table)


class SqliteLoader:
    """The `Loader` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        there = {name for (name,) in connection.execute(_TABLES)}
        self._kinds = {name: kinds_of(connection, name) for name in KEPT if name in there}
        for table in FOUNDED:
            if table in there:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - ours

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        names, values = fit(table, columns, rows, self._kinds)
        marks = ", ".join("?" * len(names))
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of the schema
        try:
            await asyncio.to_thread(self._connection.executemany, sql, values)
        except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError) as error:
            raise UsageError(f"the backup has rows of {table} that no database takes: {error}") from error

    async def settle(self, *, at: datetime) -> int:
        return run_script(self._connection, settle(self._kinds, at=to_row(at), host=socket.gethostname()))


def _check_references(connection: Connection) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise UsageError(f"the backup has rows of {broken[0]} that refer to what is not in {broken[2]}")


def _put_in_place(unfinished: Path, path: Path) -> None:
    with closing(connect(unfinished)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in _BESIDE:  # of an empty file that stood there: its log must not be read as ours
        path.with_name(path.name + name).unlink(missing_ok=True)
    _sync(unfinished)
    unfinished.rename(path)
    _sync(path.parent)


def _sync(place: Path) -> None:
    fd = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _remove(unfinished: Path) -> None:
    for name in ("", ".upgrade", *_BESIDE):
        with suppress(FileNotFoundError):
            unfinished.with_name(unfinished.name + name).unlink()


@contextmanager
def _as_unavailable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(f"the database {path} cannot be written: {error}") from error
