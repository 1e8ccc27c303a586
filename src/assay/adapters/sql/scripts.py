"""Transactions written once for both databases: a generator yields statements and is sent their rows.

    def script() -> Script[int]:
        rows = yield "SELECT …  WHERE id = :id", {"id": 1}
        …
        return len(rows)

For what is asked rarely, where one statement after the other will do. Statements name their values, as in
`:id`.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from assay.adapters.sql.sqlite import Connection, Database

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Statement = tuple[str, Mapping[str, Any]]
Rows = Sequence[Sequence[Any]]
Script = Generator[Statement, Rows, T]


class Scripts(Protocol):
    """Runs scripts. A script may be begun again from the start, if another transaction stood in its way."""

    async def run(self, script: Callable[[], Script[T]]) -> T:
        """In one transaction. Raises `Unavailable`, and what the script raises; then nothing has changed."""
        ...


class SqliteScripts:
    """The `Scripts` port on SQLite."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, script: Callable[[], Script[T]]) -> T:
        return await self._database.write(lambda connection: run_script(connection, script()))


class SqliteReadingScripts:
    """The same for scripts that change nothing: nobody who writes waits for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, script: Callable[[], Script[T]]) -> T:
        return await self._database.read(lambda connection: run_script(connection, script()))


def run_script(connection: Connection, script: Script[T]) -> T:
    """Within a transaction of the caller's."""
    rows: Rows | None = None
    while True:
        try:
            sql, values = next(script) if rows is None else script.send(rows)
        except StopIteration as end:
            result: T = end.value
            return result
        rows = connection.execute(sql, values).fetchall()
