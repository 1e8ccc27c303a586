"""What these adapters do beside: a bug in it is told the operator, and they go on."""

import asyncio
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from assay.adapters.local.clock import SystemClock
from assay.adapters.postgres import broadcast, clock, replica
from assay.operate import lasting


class Database:
    """Answers nothing but that it is our own mistake."""

    url = name = "postgresql://h/db"

    def __init__(self) -> None:
        self.asked = 0

    async def fetch(self, *_: object) -> list[Any]:
        self.asked += 1
        if self.asked == 1:
            return [{"now": SystemClock().now()}]
        raise KeyError("our own mistake")

    async def fetchrow(self, *_: object) -> None:
        self.asked += 1
        if self.asked > 1:
            raise KeyError("our own mistake")


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "REST_SECONDS", 0.001)
    monkeypatch.setattr(clock, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(replica, "LOOK_SECONDS", 0.001)


async def asked_again(database: Database) -> None:
    async with asyncio.timeout(10):
        while database.asked < 4:  # noqa: ASYNC110 - it does not know who waits
            await asyncio.sleep(0.001)


def tasks(logged: list[Any]) -> set[str]:
    return {each["task"] for each in logged if each["event"] == "task_failed"}


async def test_the_clock_is_looked_at_again() -> None:
    database: Any = Database()
    with capture_logs() as logged:
        async with clock.open_clock(database, SystemClock()):
            await asked_again(database)
    assert tasks(logged) == {"the database's clock"}


async def test_the_standby_is_looked_at_again() -> None:
    database: Any = Database()
    with capture_logs() as logged:
        async with replica.open_replica("postgresql://h/db", primary=database, lag_seconds_max=1):
            await asked_again(database)
    assert tasks(logged) == {"the standby"}


async def test_the_database_is_listened_to_again(monkeypatch: pytest.MonkeyPatch) -> None:
    database: Any = Database()

    async def connect(*_: object, **__: object) -> None:
        database.asked += 1
        raise KeyError("our own mistake")

    monkeypatch.setattr(asyncpg, "connect", connect)
    with capture_logs() as logged:
        async with broadcast.open_broadcast(database):
            await asked_again(database)
    assert tasks(logged) == {"listening to the database"}
