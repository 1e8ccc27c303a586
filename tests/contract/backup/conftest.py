"""Each database as where a backup is of, and each as where it goes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.contract.backup.places import OPEN_FILES, Place, postgres_place, sqlite_place
from tests.engines.postgres import PostgresServer
from tests.engines.templates import Templates


@pytest.fixture(autouse=True)
def files_closed() -> Iterator[None]:
    yield
    while OPEN_FILES:
        OPEN_FILES.pop().close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def source(request: pytest.FixtureRequest, tmp_path: Path, schema: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield await _place(request, tmp_path / "source", schema, stack)


@pytest.fixture(params=["sqlite", "postgresql"])
async def target(request: pytest.FixtureRequest, tmp_path: Path, schema: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield await _place(request, tmp_path / "target", schema, stack)


async def _place(request: pytest.FixtureRequest, folder: Path, schema: Path, stack: AsyncExitStack) -> Place:
    if request.param == "sqlite":
        await asyncio.to_thread(folder.mkdir)
        return sqlite_place(folder, schema)
    templates: Templates = request.getfixturevalue("templates")
    return postgres_place(await stack.enter_async_context(templates.copy()))


@pytest.fixture
def bare_postgres(postgres: PostgresServer) -> Iterator[list[str]]:
    """The URLs of two databases without a schema."""
    names = ["bare_1", "bare_2"]
    urls = [postgres.create_database(name) for name in names]
    yield urls
    for name in names:
        postgres.drop_database(name)
