"""The sandbox under contract: a real cell, or a Docker engine (see places.py)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from assay.adapters.docker import DockerConfig
from assay.sandbox import Cell, CellConfig
from tests.contract.sandbox import places
from tests.contract.sandbox.places import DOCKER_CANNOT, Place
from tests.security.harness import make_config, running_cell, short_folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if places.sandbox_under_test() != places.DOCKER:
        return
    for item in items:
        reason = DOCKER_CANNOT.get(item.name) or DOCKER_CANNOT.get(item.name.partition("[")[0])
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture(scope="session")
def config() -> Iterator[CellConfig]:
    with short_folder() as folder:
        config = make_config(folder, box_bytes=places.BOX_BYTES, box_inodes=places.BOX_INODES)
        with running_cell(config):
            yield config


@pytest.fixture(scope="session")
def docker_config() -> DockerConfig:
    return places.docker_config()


@asynccontextmanager
async def _a_slot(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    if places.sandbox_under_test() == places.DOCKER:
        async with places.docker_slot(request.getfixturevalue("docker_config")) as slot:
            yield slot
        return
    cell = await Cell.connect(request.getfixturevalue("config").socket_path)
    async with cell.slot() as slot:
        yield slot


@pytest.fixture
async def slot(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    async with _a_slot(request) as slot:
        yield slot


@pytest.fixture
async def other_slot(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Beside `slot`, for two programs at a time."""
    async with _a_slot(request) as slot:
        yield slot
