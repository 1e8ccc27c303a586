"""What Redis Streams make of trouble: lost data, processes that are killed, a full memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import signal
import subprocess
import sys
import time

import pytest
from structlog.testing import capture_logs

from assay.adapters.redis import streams as module
from assay.adapters.redis.address import read_address
from assay.adapters.redis.queue_probing import dropping_policy, try_queue
from assay.domain.lane import Lane
from assay.errors import Unavailable
from assay.queue.broker import Broker, Topic
from assay.settings import read_settings
from assay.wiring.broker import watched_broker
from tests.contract.broker.redis_streams import RedisStreams, redis_streams
from tests.contract.broker.test_broker import PATIENCE_SECONDS, announcement, names, received, several
from tests.engines.ports import free_port
from tests.engines.redis import RedisServer, running_redis

HOLDER = """
import asyncio, sys
from assay.adapters.redis.address import read_address
from assay.adapters.redis.streams import open_broker

async def main():
    async with open_broker(read_address(sys.argv[1]), consumer="holder") as broker:
        held = []
        while len(held) < 3:
            held += await broker.receive(limit=3)
            await broker.wait(timeout_seconds=0.1)
        print("holds", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with running_redis() as started:
        yield started


@pytest.fixture
async def streams(server: RedisServer) -> AsyncIterator[RedisStreams]:
    async with redis_streams(server.url, redelivery_seconds=0.3) as opened:
        yield opened


async def eventually_announced(broker: Broker, name: str) -> None:
    """Who was refused does not ask for a moment."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            await broker.announce([announcement(name)])
        except Unavailable:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        else:
            return


async def eventually_received(broker: Broker, count: int) -> list[str]:
    taken: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(taken) < count:
        assert time.monotonic() < deadline, taken
        try:
            more = await broker.receive(limit=count - len(taken))
            await broker.acknowledge(more)
            taken += names(more)
            await broker.wait(timeout_seconds=0.1)
        except Unavailable:
            await asyncio.sleep(0.1)
    return taken


async def test_an_entry_has_these_fields(server: RedisServer, streams: RedisStreams) -> None:
    async with streams.consumer() as broker:
        await broker.announce([announcement("anonymous", lane=Lane.ASSESSMENT, generation=7)])
    words = server.ask("XRANGE", Topic.HIGH_PRIORITY, "-", "+").split("\n")[1:]
    assert dict(zip(words[::2], words[1::2], strict=True)) == {
        "submission_id": "anonymous",
        "user_id": "",
        "problem_id": "sum",
        "language": "python3",
        "priority": "assessment",
        "timestamp": "2026-03-01T12:00:00.123456+00:00",
        "generation": "7",
    }


@pytest.mark.parametrize("at_once", [1, 10])
async def test_normal_messages_have_their_share_of_what_is_read(streams: RedisStreams, at_once: int) -> None:
    async with streams.consumer() as broker:
        await broker.announce(several("n", 60) + several("h", 60, lane=Lane.CONTEST))
        first = [name for _ in range(50 // at_once) for name in names(await broker.receive(limit=at_once))]
        assert len(first) == 50
        assert sum(name.startswith("n") for name in first) == 8  # as their lanes weigh


async def test_a_redis_that_comes_back_without_its_data_is_used_as_it_is(
    server: RedisServer, streams: RedisStreams
) -> None:
    async with streams.consumer() as broker:
        await broker.announce(several("lost", 3))
        held = await broker.receive(limit=1)
        server.stop(signal.SIGKILL)
        for call in (
            broker.announce([announcement("s")]), broker.receive(limit=1), broker.wait(timeout_seconds=9),
            broker.acknowledge(held), broker.mourn(announcement("s"), cause="x"), broker.depths(),
        ):  # fmt: skip
            with pytest.raises(Unavailable):
                await call
        server.start()
        await eventually_announced(broker, "after")
        await broker.acknowledge(held)  # of what it does not know any more
        assert await eventually_received(broker, 1) == ["after"]
        assert (await broker.depths())[Topic.NORMAL] == 0


async def test_streams_that_are_deleted_while_somebody_waits_are_made_again(
    server: RedisServer, streams: RedisStreams
) -> None:
    async with streams.consumer() as broker:
        assert await broker.receive(limit=1) == []
        waiting = asyncio.create_task(broker.wait(timeout_seconds=PATIENCE_SECONDS))
        while "blocked_clients:1" not in server.ask("INFO", "clients"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        with capture_logs() as logged:
            server.ask("FLUSHALL")
            await broker.announce([announcement("s")])
            await waiting
            assert await eventually_received(broker, 1) == ["s"]
    assert "queue_redis_lost_its_data" in [entry["event"] for entry in logged]


async def test_what_a_killed_process_held_goes_to_another(server: RedisServer, streams: RedisStreams) -> None:
    async with streams.consumer() as broker:
        await broker.announce(several("s", 3))
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLDER, server.url, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"holds\n"
        assert (await broker.depths())[Topic.NORMAL] == 3
        holder.kill()
        await holder.wait()
        assert sorted(names(await received(broker, 3))) == ["s000", "s001", "s002"]


async def test_what_was_brought_and_not_received_is_nobodys_when_its_consumer_goes(
    server: RedisServer, streams: RedisStreams
) -> None:
    slow = RedisStreams(server.url, redelivery_seconds=PATIENCE_SECONDS)
    async with slow.consumer() as gone:
        waiting = asyncio.create_task(gone.wait(timeout_seconds=PATIENCE_SECONDS))
        await asyncio.sleep(0.2)
        await gone.announce([announcement("s")])
        await waiting
    async with slow.consumer() as broker:
        assert names(await received(broker, 1)) == ["s"]
    await slow.keys.close()
    assert "consumer-2" not in server.ask("XINFO", "CONSUMERS", Topic.NORMAL, "judge-workers")


async def test_a_full_redis_refuses_announcements_and_gives_what_it_has(
    server: RedisServer, streams: RedisStreams
) -> None:
    async with streams.consumer() as broker:
        assert await broker.receive(limit=1) == []
        await broker.announce(several("s", 3))
        server.ask("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(Unavailable, match="maxmemory"):
            await broker.announce([announcement("too much")])
        assert names(await received(broker, 3)) == ["s000", "s001", "s002"]
        assert (await broker.depths())[Topic.NORMAL] == 0
        server.ask("CONFIG", "SET", "maxmemory", "0")
        await broker.announce([announcement("s")])
        assert names(await received(broker, 1)) == ["s"]


async def test_a_redis_that_hangs_is_out_of_reach_and_comes_back(
    server: RedisServer, streams: RedisStreams
) -> None:
    async with streams.consumer() as broker:
        await broker.announce([announcement("before")])
        server.freeze()
        try:
            with pytest.raises(Unavailable):
                await broker.receive(limit=1)
        finally:
            server.thaw()
        await eventually_announced(broker, "after")
        # What was asked for while it hung it has given away, to a connection that was gone.
        assert sorted(await eventually_received(broker, 2)) == ["after", "before"]


async def test_consumers_whose_processes_are_long_gone_are_forgotten(
    server: RedisServer, streams: RedisStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.adapters.redis.stream_group.GONE_MS", 1)
    for topic in (Topic.NORMAL, Topic.HIGH_PRIORITY):
        server.ask("XGROUP", "CREATE", topic, "judge-workers", "0", "MKSTREAM")
        server.ask("XGROUP", "CREATECONSUMER", topic, "judge-workers", "long gone")
    await asyncio.sleep(0.05)
    async with streams.consumer() as broker:
        assert await broker.receive(limit=1) == []
        for topic in (Topic.NORMAL, Topic.HIGH_PRIORITY):
            assert "long gone" not in server.ask("XINFO", "CONSUMERS", topic, "judge-workers")


async def test_only_the_latest_of_the_dead_are_kept(
    streams: RedisStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DEAD_MAX", 50)
    async with streams.consumer() as broker:
        for number in range(400):
            await broker.mourn(announcement(f"s{number}"), cause="poison")
    letters = await streams.dead_letters()
    assert 50 <= len(letters) < 250  # Redis cuts off what it can cut off cheaply
    assert "s399" in letters[-1]


async def test_who_watches_a_redis_hears_that_it_is_full(server: RedisServer) -> None:
    async with watched_broker(read_settings({"ASSAY_QUEUE_URL": server.url})) as (watched,):
        await asyncio.gather(*(watched.ask() for _ in range(20)))
        server.ask("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(Unavailable, match="maxmemory"):
            await watched.ask()
        server.ask("CONFIG", "SET", "maxmemory", "0")
        await watched.ask()
        assert server.ask("DBSIZE") == "0"


async def test_a_redis_that_drops_what_nobody_has_read_is_told(server: RedisServer) -> None:
    address = read_address(server.url)
    await try_queue(address)
    assert server.ask("DBSIZE") == "0"
    assert await dropping_policy(address) is None
    server.ask("CONFIG", "SET", "maxmemory-policy", "volatile-lru")
    assert await dropping_policy(address) is None, "nothing of ours expires"
    server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    assert await dropping_policy(address) == "allkeys-lru"


async def test_a_cluster_is_asked_server_by_server(queue_redis_cluster: str) -> None:
    address = read_address(queue_redis_cluster)
    await try_queue(address)
    assert await dropping_policy(address) is None


async def test_a_redis_that_cannot_be_used_is_told(server: RedisServer) -> None:
    with pytest.raises(Unavailable):
        await try_queue(read_address(f"redis://127.0.0.1:{free_port()}"))
    server.ask("ACL", "SETUSER", "default", "-xautoclaim")
    with pytest.raises(Unavailable, match="xautoclaim"):
        await try_queue(read_address(server.url))
