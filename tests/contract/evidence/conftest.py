"""Every suite that asks for a registry gets each in turn."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.contract.evidence.places import (
    Registry,
    memory_registry,
    postgresql_registry,
    sqlite_registry,
)
from tests.contract.houses import ADAPTERS
from tests.engines.templates import Templates


@pytest.fixture(params=ADAPTERS)
async def registry(request: pytest.FixtureRequest, tmp_path: Path, schema: Path) -> AsyncIterator[Registry]:
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            opened = memory_registry()
        elif request.param == "sqlite":
            opened = sqlite_registry(tmp_path, schema)
        else:
            templates: Templates = request.getfixturevalue("templates")
            opened = postgresql_registry(await stack.enter_async_context(templates.copy()))
        yield await stack.enter_async_context(opened)
