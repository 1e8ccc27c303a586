"""Every suite that asks for a house gets each in turn."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from assay.adapters.sql.schema import prepare
from tests.contract.houses import ADAPTERS, NOON, House, in_memory, on_postgresql, on_sqlite, problem
from tests.contract.queue.relayed import split, with_broker
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.templates import Templates


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, migrated once."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite3"
    prepare(path)
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def templates(postgres: PostgresServer) -> Templates:
    return Templates(postgres)


@pytest.fixture
async def empty_postgres(templates: Templates) -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database of this release."""
    async with templates.copy() as url:
        yield url


@pytest.fixture(params=ADAPTERS)
async def house(request: pytest.FixtureRequest, tmp_path: Path, schema: Path) -> AsyncIterator[House]:
    """A house with one problem in it."""
    async with AsyncExitStack() as stack:
        adapter, behind_a_broker = split(request.param)
        if adapter == "memory":
            opened = in_memory()
        elif adapter == "sqlite":
            opened = on_sqlite(tmp_path, schema)
        else:
            templates: Templates = request.getfixturevalue("templates")
            opened = on_postgresql(await stack.enter_async_context(templates.copy()))
        house = await stack.enter_async_context(opened)
        await house.problems.record(problem(), at=NOON)
        yield with_broker(house, behind_a_broker) if behind_a_broker else house
