"""Every suite that asks for a house gets each in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assay.adapters.sql.schema import prepare
from tests.contract.houses import ADAPTERS, House, open_house


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, migrated once."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite3"
    prepare(path)
    return path


@pytest.fixture(params=ADAPTERS)
async def house(request: pytest.FixtureRequest, tmp_path: Path, schema: Path) -> AsyncIterator[House]:
    async with open_house(request.param, tmp_path, schema) as opened:
        yield opened
