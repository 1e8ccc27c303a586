"""A primary with a standby that follows it, both real, and a house whose doors read from the standby."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
import time

import pytest

from assay.adapters.postgres import replica as watching
from assay.adapters.postgres.pool import Postgres, open_pool
from assay.adapters.postgres.replica import Replica, open_replica
from assay.adapters.postgres.replica_reading import ReplicaReader
from tests.contract.houses import NOON, House, on_postgresql, problem
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.templates import Templates

LAG_SECONDS_MAX = 60.0


@dataclass(frozen=True, kw_only=True)
class Pair:
    primary: PostgresServer
    standby: PostgresServer
    templates: Templates


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Two processes' readers on one database, `house` being the primary's."""

    house: House
    database: Postgres
    url: str
    pair: Pair
    replica: Replica
    reader: ReplicaReader
    other: ReplicaReader

    def standby_url(self) -> str:
        return self.pair.standby.url(self.url.rpartition("/")[2])

    def catch_up(self) -> None:
        self.pair.primary.catch_up(self.pair.standby)

    async def comes_true(self, is_so: Callable[[], bool]) -> None:
        """Look at the standby until it is so."""
        deadline = time.monotonic() + 30
        while not is_so():
            assert time.monotonic() < deadline, self.replica.trouble
            await self.replica.look()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with running_postgres() as primary, running_postgres(follows=primary) as standby:
        yield Pair(primary=primary, standby=standby, templates=Templates(primary))


@pytest.fixture
async def doors(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Doors]:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 3600.0)  # tests look when they want to
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(pair.templates.copy())
        pair.primary.catch_up(pair.standby)
        house = await stack.enter_async_context(on_postgresql(url))
        await house.problems.record(problem(), at=NOON)
        database = await stack.enter_async_context(open_pool(url))
        there = pair.standby.url(url.rpartition("/")[2])
        replicas = [
            await stack.enter_async_context(
                open_replica(there, primary=database, lag_seconds_max=LAG_SECONDS_MAX)
            )
            for _ in range(2)
        ]
        pair.primary.catch_up(pair.standby)
        yield Doors(
            house=house,
            database=database,
            url=url,
            pair=pair,
            replica=replicas[0],
            reader=ReplicaReader(database, replicas[0]),
            other=ReplicaReader(database, replicas[1]),
        )
