"""Scripts (adapters/sql/scripts.py) on PostgreSQL."""

from collections.abc import Callable
from functools import cache
import re
from typing import TypeVar

from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.sql.scripts import Rows, Script

T = TypeVar("T")
_NAME = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


class PostgresScripts:
    """The `Scripts` port."""

    def __init__(self, database: Postgres) -> None:
        self._database = database

    async def run(self, script: Callable[[], Script[T]]) -> T:
        return await self._database.transaction(
            lambda connection: run_script(connection, script()), is_repeatable=False
        )


async def run_script(connection: Connection, script: Script[T]) -> T:
    """Run one in the transaction of a connection."""
    rows: Rows | None = None
    while True:
        try:
            sql, values = next(script) if rows is None else script.send(rows)
        except StopIteration as end:
            result: T = end.value
            return result
        numbered, names = _numbered(sql)
        found = await connection.fetch(numbered, *[values[name] for name in names])
        rows = [tuple(row) for row in found]


@cache
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """`:name` as `$1`, and the names by number. Two colons are a cast, and stay."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}"

    return _NAME.sub(number, sql), tuple(names)
