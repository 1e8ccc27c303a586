"""What old submissions are taken out by, and put back, from settings."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assay.adapters.sql.archiving import note, old_rows, put_back, remove
from assay.adapters.sql.schema import HEAD
from assay.adapters.sql.scripts import Script, Scripts
from assay.errors import Unavailable
from assay.operate.backup.rows import Kind, Row
from assay.settings import Settings

if TYPE_CHECKING:
    from assay.adapters.postgres.pool import Postgres

__all__ = ["Shelves", "check_schema", "old_rows", "open_shelves"]

_SCHEMA = "SELECT version_num FROM alembic_version"


class Shelves(Protocol):
    """The rows of old submissions. Of one event loop."""

    async def note(self, *, before: datetime) -> None:
        """What came before is archived from now on: nobody is to take it for lost."""
        ...

    async def remove(self, copied: Mapping[str, int]) -> int:
        """Take these out in one transaction, by their `last_seq` when they were copied. How many went."""
        ...

    async def put_back(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """In one transaction; what is there stays. Raises `UsageError` for what no such table takes."""
        ...

    async def clear(self, *, before: datetime) -> list[str]:
        """Give the room back that whole months took; what was given back, by name."""
        ...


def check_schema(found: str) -> None:
    """Raises `Unavailable` for a database that has another schema than this release's."""
    if found != HEAD:
        raise Unavailable(
            f"the database has the schema {found}, and this release has {HEAD}: 'assay migrate' brings "
            "it up to date"
        )


@asynccontextmanager
async def open_shelves(settings: Settings) -> AsyncIterator[Shelves]:
    """Of a database with this release's schema. Raises `Unavailable`."""
    if settings.sqlite_path is not None:
        from assay.adapters.sql.scripts import SqliteScripts  # noqa: PLC0415 - as in backends.py
        from assay.adapters.sql.sqlite import Database  # noqa: PLC0415

        database = Database(settings.sqlite_path)
        try:
            await _check(SqliteScripts(database))
            yield _Shelves(SqliteScripts(database), _kinds_on_sqlite(settings.sqlite_path))
        finally:
            database.close()
        return
    from assay.adapters.postgres.pool import open_pool  # noqa: PLC0415
    from assay.adapters.postgres.scripts import PostgresScripts  # noqa: PLC0415
    from assay.adapters.postgres.single import connected, tables_of  # noqa: PLC0415

    async with open_pool(settings.database_url) as pool:
        async with connected(settings.database_url) as connection:
            kinds = await tables_of(connection)
        await _check(PostgresScripts(pool))
        yield _ShelvesByMonth(PostgresScripts(pool), kinds, pool)


async def _check(scripts: Scripts) -> None:
    def script() -> Script[str]:
        ((found,),) = yield _SCHEMA, {}
        return str(found)

    check_schema(await scripts.run(script))


def _kinds_on_sqlite(path: Path) -> dict[str, dict[str, Kind]]:
    from assay.adapters.sql.snapshot import kinds_of  # noqa: PLC0415
    from assay.adapters.sql.sqlite import connect  # noqa: PLC0415
    from assay.adapters.sql.tables import KEPT  # noqa: PLC0415

    connection = connect(path, read_only=True)
    try:
        return {table: kinds_of(connection, table) for table in KEPT}
    finally:
        connection.close()


class _Shelves:
    """The `Shelves` port on SQLite, which uses the room again that rows leave."""

    def __init__(self, scripts: Scripts, kinds: Mapping[str, Mapping[str, Kind]]) -> None:
        self._scripts = scripts
        self._kinds = kinds

    async def note(self, *, before: datetime) -> None:
        await self._scripts.run(lambda: note(before))

    async def remove(self, copied: Mapping[str, int]) -> int:
        return await self._scripts.run(lambda: remove(copied))

    async def put_back(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        await self._scripts.run(lambda: put_back(table, columns, rows, self._kinds))

    async def clear(self, *, before: datetime) -> list[str]:
        return []


class _ShelvesByMonth(_Shelves):
    """The `Shelves` port on PostgreSQL, where a month is a partition."""

    def __init__(
        self, scripts: Scripts, kinds: Mapping[str, Mapping[str, Kind]], database: "Postgres"
    ) -> None:
        super().__init__(scripts, kinds)
        self._database = database

    async def clear(self, *, before: datetime) -> list[str]:
        from assay.adapters.postgres.partitions import drop_empty_partitions  # noqa: PLC0415

        return await drop_empty_partitions(self._database, before=before)
