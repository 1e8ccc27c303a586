"""What erasing a person works with, from settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assay.adapters.disk.compilations import DiskCompileCache
from assay.adapters.sql.erasure import SqlPersonalRows
from assay.assessments.erasure import PersonalRows
from assay.settings import Settings
from assay.wiring.workshop import COMPILE_CACHE_BYTES


@asynccontextmanager
async def open_personal_rows(settings: Settings) -> AsyncIterator[PersonalRows]:
    """Of a database whose schema is up to date. Raises `Unavailable`."""
    if settings.sqlite_path is not None:
        from assay.adapters.sql.scripts import SqliteScripts  # noqa: PLC0415 - as in backends.py
        from assay.adapters.sql.sqlite import Database  # noqa: PLC0415

        database = Database(settings.sqlite_path)
        try:
            yield SqlPersonalRows(SqliteScripts(database))
        finally:
            database.close()
        return
    from assay.adapters.postgres.pool import open_pool  # noqa: PLC0415
    from assay.adapters.postgres.scripts import PostgresScripts  # noqa: PLC0415

    async with open_pool(settings.database_url) as pool:
        yield SqlPersonalRows(PostgresScripts(pool))


async def vacuum(settings: Settings) -> None:
    """Have the database let go of what rows were before. Raises `Unavailable`."""
    if settings.sqlite_path is not None:
        from assay.adapters.sql.vacuum import vacuum as rewrite  # noqa: PLC0415

        rewrite(settings.sqlite_path)
    else:
        from assay.adapters.postgres.vacuum import vacuum as clear_away  # noqa: PLC0415

        await clear_away(settings.database_url)


def clear_compilations(settings: Settings) -> int:
    """Everybody's that are kept on this host: whose is whose, they do not say. Raises OSError."""
    return DiskCompileCache(settings.data_dir / "compiled", bytes_max=COMPILE_CACHE_BYTES).clear()
