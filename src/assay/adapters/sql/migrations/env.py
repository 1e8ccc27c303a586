"""Alembic's entry: one connection, one transaction for the whole upgrade, whichever the database is."""

import asyncio
from pathlib import Path

from alembic import context
import sqlalchemy as sa

from assay.adapters.sql.sqlite import connect

POSTGRESQL_LOCK = 0x41535341  # "ASSA": those who upgrade one database at the same time take turns


def run() -> None:
    """Upgrade what `__main__` was called for: a `Path` is a SQLite file, a text the URL of a PostgreSQL."""
    target = context.config.attributes["target"]
    if isinstance(target, Path):
        _run_on_sqlite(target)
    else:
        asyncio.run(_run_on_postgresql(target))


def _run_on_sqlite(path: Path) -> None:
    engine = sa.create_engine("sqlite://", creator=lambda: connect(path), poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "BEGIN EXCLUSIVE"
        )  # a reader of a half-made schema would draw wrong conclusions
        context.configure(connection=connection, transactional_ddl=False)
        context.run_migrations()
        connection.exec_driver_sql("COMMIT")


async def _run_on_postgresql(url: str) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - as asyncpg below

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: _connect(url), poolclass=sa.pool.NullPool
    )
    async with engine.begin() as connection:
        await connection.run_sync(_migrate)


def _migrate(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})")
    context.configure(connection=connection, transactional_ddl=False)
    context.run_migrations()


async def _connect(url: str) -> object:
    import asyncpg  # noqa: PLC0415 - an upgrade of SQLite needs none of it

    return await asyncpg.connect(url)


run()
