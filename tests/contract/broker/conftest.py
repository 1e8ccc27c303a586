"""Every suite that asks for a place gets each broker in turn, empty."""

from collections.abc import AsyncIterator

import pytest

from assay.queue.broker import Broker
from tests.contract.broker.places import PLACES, Place


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
