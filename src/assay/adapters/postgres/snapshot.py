"""A PostgreSQL database at one instant, while others write to it: one transaction that reads."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from assay.adapters.postgres.pool import Connection, shown
from assay.adapters.postgres.single import connected, schema_of, tables_of, working
from assay.adapters.sql.schema import refuse_newer
from assay.errors import Unavailable
from assay.operate.backup.ports import Table
from assay.operate.backup.rows import Row

PAGE_ROWS = 32  # fetched at once: the largest, answers of 16 MB, are not often neighbours

_KEY = """
    SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
     WHERE indrelid = to_regclass($1) AND indisprimary
     ORDER BY array_position(indkey::smallint[], attnum)
"""
_INSTALLATION = "SELECT id, timeline FROM installation"


@asynccontextmanager
async def open_snapshot(
    url: str, *, only: Mapping[str, str] | None = None
) -> AsyncIterator["PostgresSnapshot"]:
    """What is committed by now. `only`: the tables that are wanted, and which of their rows.

    Raises `Unavailable`, also when there is no schema.
    """
    async with connected(url) as connection:
        with working(url):
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            schema = await schema_of(connection)
            if schema is None:
                raise Unavailable(f"the database {shown(url)} has no schema: there is nothing to back up")
            refuse_newer(schema, name=shown(url))
            found = await tables_of(connection)
            installation, timeline = None, None
            if "installation" in found:
                ((installation, timeline),) = await connection.fetch(_INSTALLATION)
        yield PostgresSnapshot(
            connection,
            url,
            tables=[
                Table(name=name, columns=tuple(kinds))
                for name, kinds in found.items()
                if only is None or name in only
            ],
            only=only,
            schema=schema,
            installation=installation,
            timeline=timeline,
        )


class PostgresSnapshot:
    """The `Snapshot` port."""

    database = "postgresql"

    def __init__(
        self,
        connection: Connection,
        url: str,
        *,
        tables: Sequence[Table],
        only: Mapping[str, str] | None,
        schema: str,
        installation: str | None,
        timeline: int | None,
    ) -> None:
        self._connection = connection
        self._url = url
        self.tables = tables
        self._only = only
        self.schema = schema
        self.installation = installation
        self.timeline = timeline

    async def pages(self, table: Table) -> AsyncIterator[list[Row]]:
        with working(self._url):
            key = [row[0] for row in await self._connection.fetch(_KEY, table.name)]
            condition = "" if self._only is None else f"WHERE {self._only[table.name]}"
            sql = f"SELECT {', '.join(table.columns)} FROM {table.name} {condition} ORDER BY {', '.join(key)}"  # noqa: S608
            await self._connection.execute(f"DECLARE copy_{table.name} NO SCROLL CURSOR FOR {sql}")
        while True:
            with working(self._url):
                page = await self._connection.fetch(f"FETCH {PAGE_ROWS:d} FROM copy_{table.name}")
            if not page:
                break
            yield [tuple(row) for row in page]
        with working(self._url):
            await self._connection.execute(f"CLOSE copy_{table.name}")
