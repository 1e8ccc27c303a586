"""Each database with one installation."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
import shutil

import pytest

from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.sql.history import SqlHistory
from assay.adapters.sql.scripts import Scripts, SqliteScripts
from assay.adapters.sql.sqlite import Database
from tests.contract.history.installed import Installation
from tests.engines.templates import Templates


@asynccontextmanager
async def on_sqlite(folder: Path, schema: Path) -> AsyncIterator[Scripts]:
    shutil.copy(schema, folder / "assay.sqlite3")
    database = Database(folder / "assay.sqlite3")
    try:
        yield SqliteScripts(database)
    finally:
        database.close()


@asynccontextmanager
async def on_postgresql(templates: Templates) -> AsyncIterator[Scripts]:
    async with templates.copy() as url, open_pool(url) as database:
        yield PostgresScripts(database)


@pytest.fixture(params=["sqlite", "postgresql"])
async def installation(
    request: pytest.FixtureRequest, tmp_path: Path, schema: Path
) -> AsyncIterator[Installation]:
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            scripts = await stack.enter_async_context(on_sqlite(tmp_path, schema))
        else:
            scripts = await stack.enter_async_context(on_postgresql(request.getfixturevalue("templates")))
        made = Installation(scripts=scripts, history=SqlHistory(scripts))
        await made.found()
        yield made
