"""Every suite that asks for a place gets each broker in turn, empty."""

from collections.abc import AsyncIterator, Iterator

import pytest

from assay.queue.broker import Broker
from tests.contract.broker.places import PLACES, Place
from tests.engines.redis import running_redis, running_redis_cluster


@pytest.fixture(scope="session")
def queue_redis() -> Iterator[str]:
    with running_redis(password="a secret") as server:
        yield server.url


@pytest.fixture(scope="session")
def queue_redis_cluster() -> Iterator[str]:
    with running_redis_cluster() as url:
        yield url


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    async with PLACES[request.param](request) as opened:
        yield opened


@pytest.fixture
async def broker(place: Place) -> AsyncIterator[Broker]:
    """One consumer, which has all topics to itself."""
    async with place.open() as opened:
        await place.settle([opened])
        yield opened
