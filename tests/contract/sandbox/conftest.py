"""The sandbox under contract: a real cell."""

from collections.abc import AsyncIterator, Iterator

import pytest

from assay.sandbox import Cell, CellConfig, Slot
from tests.security.harness import make_config, running_cell, short_folder


@pytest.fixture(scope="session")
def config() -> Iterator[CellConfig]:
    with short_folder() as folder:
        config = make_config(folder, box_bytes=4 << 20, box_inodes=64)
        with running_cell(config):
            yield config


@pytest.fixture
async def slot(config: CellConfig) -> AsyncIterator[Slot]:
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        yield slot
