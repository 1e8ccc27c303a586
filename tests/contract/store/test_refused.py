"""A PostgreSQL that lets nobody in for a while, in the midst of operation, as when a password is changed."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
import time
from urllib.parse import urlsplit

import pytest

from assay.adapters.broadcast.ports import Kind
from assay.adapters.postgres.broadcast import open_broadcast
from assay.adapters.postgres.pool import open_pool
from assay.errors import Unavailable
from tests.engines.postgres import PostgresServer, running_postgres

SECONDS_MAX = 60
_HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'guest'"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as started:
        yield started


async def test_who_is_not_let_in_is_without_a_database_and_comes_back(server: PostgresServer) -> None:
    server.sql("CREATE ROLE guest LOGIN PASSWORD 'first'")
    url = f"postgresql://guest:first@127.0.0.1:{urlsplit(server.url()).port}/postgres"
    heard = asyncio.Event()
    async with open_pool(url) as database, open_broadcast(database) as broadcast:
        broadcast.hear(Kind.BELL, lambda _key, _text: heard.set())
        await until_heard(broadcast.send, heard)
        server.sql("ALTER ROLE guest PASSWORD 'second'")
        server.sql(_HANG_UP)
        for _ in range(5):  # the first may hear that its connection is gone; the others, that they may not
            with pytest.raises(Unavailable):
                await database.fetch("SELECT 1")
        await asyncio.sleep(3)  # who listens has tried by then
        server.sql("ALTER ROLE guest PASSWORD 'first'")
        deadline = time.monotonic() + SECONDS_MAX
        while time.monotonic() < deadline:
            with suppress(Unavailable):
                assert [row[0] for row in await database.fetch("SELECT 1")] == [1]
                break
        heard.clear()
        await until_heard(broadcast.send, heard)


async def until_heard(send: Callable[[Kind, str, str], None], heard: asyncio.Event) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not heard.is_set():
        assert time.monotonic() < deadline, "nobody listens any more"
        send(Kind.BELL, "jobs", "")
        with suppress(TimeoutError):
            await asyncio.wait_for(heard.wait(), 0.2)
