"""Databases of this release's schema, copied from one that was migrated once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count

import asyncpg

from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.schema import prepare
from tests.engines.postgres import PostgresServer

TEMPLATE = "of_this_release"


class Templates:
    """Copies of an empty database on one server."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = count(1)
        self._is_made = False

    @asynccontextmanager
    async def copy(self) -> AsyncIterator[str]:
        """The URL of a database that is gone afterwards."""
        if not self._is_made:
            await self._execute(f"CREATE DATABASE {TEMPLATE}")
            async with open_pool(self._server.url(TEMPLATE)) as database:
                await prepare(database, now=datetime.now(UTC))
            self._is_made = True
        name = f"test_{next(self._numbers)}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield self._server.url(name)
        finally:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self._server.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
