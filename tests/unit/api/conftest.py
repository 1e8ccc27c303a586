from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from assay.api.limits import Capacity
from tests.unit.api.door import Door


@pytest.fixture
async def door(tmp_path: Path) -> Door:
    door = Door(upload_dir=tmp_path, capacity=Capacity(heartbeat_seconds=0.05, body_seconds_max=0.2))
    await door.add_problem()
    return door


@pytest.fixture
async def http(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(door.app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://assay.test") as client:
        yield client
