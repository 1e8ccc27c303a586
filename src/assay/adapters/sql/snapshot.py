"""A SQLite file at one instant, while others write to it: one transaction that reads."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
import sqlite3

from assay.adapters.sql.schema import refuse_newer
from assay.adapters.sql.sqlite import Connection, connect
from assay.adapters.sql.tables import KEPT
from assay.errors import Unavailable
from assay.operate.backup.ports import Table
from assay.operate.backup.rows import Kind, Row

PAGE_ROWS = 256
PAGE_BYTES = 4 << 20

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_COLUMNS = "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid"
_KINDS = {
    "TEXT": Kind.TEXT,
    "BLOB": Kind.BYTES,
    "INTEGER": Kind.INTEGER,
    "BIGINT": Kind.INTEGER,
    "BOOLEAN": Kind.BOOLEAN,
    "DOUBLE": Kind.REAL,
    "FLOAT": Kind.REAL,
}


@asynccontextmanager
async def open_snapshot(
    path: Path, *, only: Mapping[str, str] | None = None
) -> AsyncIterator["SqliteSnapshot"]:
    """What is committed by now. `only`: the tables that are wanted, and which of their rows.

    Raises `Unavailable`, also when there is no database.
    """
    if not await asyncio.to_thread(path.exists):
        raise Unavailable(f"there is no database {path}: name its data folder with --data-dir")
    connection: Connection | None = None
    try:
        connection = connect(path, read_only=True)
        connection.execute("BEGIN")
        snapshot = SqliteSnapshot(connection, path, only)
        yield snapshot
    except sqlite3.Error as error:
        raise Unavailable(f"the database {path} cannot be read: {error}") from error
    finally:
        if connection is not None:
            connection.close()


class SqliteSnapshot:
    """The `Snapshot` port."""

    database = "sqlite"

    def __init__(self, connection: Connection, path: Path, only: Mapping[str, str] | None) -> None:
        self._connection = connection
        self._only = only
        there = {name for (name,) in connection.execute(_TABLES)}
        if "alembic_version" not in there:
            raise Unavailable(f"the database {path} has no schema: there is nothing to back up")
        ((self.schema,),) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        refuse_newer(self.schema, name=str(path))
        self.installation: str | None = None
        self.timeline: int | None = None
        if "installation" in there:
            found = connection.execute("SELECT id, timeline FROM installation").fetchall()
            ((self.installation, self.timeline),) = found
        self.tables: Sequence[Table] = [
            Table(name=name, columns=tuple(kinds_of(connection, name)))
            for name in KEPT
            if name in there and (only is None or name in only)
        ]

    async def pages(self, table: Table) -> AsyncIterator[list[Row]]:
        key = [name for name, _, pk in _columns(self._connection, table.name) if pk]
        condition = "" if self._only is None else f"WHERE {self._only[table.name]}"
        sql = f"SELECT {', '.join(table.columns)} FROM {table.name} {condition} ORDER BY {', '.join(key)}"  # noqa: S608
        cursor = self._connection.execute(sql)
        while page := await asyncio.to_thread(_page, cursor):
            yield page


def kinds_of(connection: Connection, table: str) -> dict[str, Kind]:
    """The columns of a table."""
    return {name: _KINDS[declared.upper()] for name, declared, _ in _columns(connection, table)}


def _columns(connection: Connection, table: str) -> list[tuple[str, str, int]]:
    return connection.execute(_COLUMNS, (table,)).fetchall()


def _page(cursor: sqlite3.Cursor) -> list[Row]:
    page: list[Row] = []
    size = 0
    for row in cursor:
        page.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(page) == PAGE_ROWS or size >= PAGE_BYTES:
            break
    return page
