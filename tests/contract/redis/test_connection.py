"""What connections to a Redis make of its troubles."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
import socket
import struct
import time

import pytest
from structlog.testing import capture_logs

from assay.adapters.broadcast.ports import Kind
from assay.adapters.redis.address import Address, read_address
from assay.adapters.redis.broadcast import open_broadcast
from assay.adapters.redis.connection import ANSWER_SECONDS_MAX, Keys, Line
from assay.cli import loops
from assay.errors import Unavailable
from tests.engines.ports import free_port
from tests.engines.redis import RedisServer, running_redis, running_redis_cluster
from tests.waiting import until


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with running_redis(password="a secret") as started:
        yield started


@pytest.fixture(scope="module")
def cluster() -> Iterator[Address]:
    with running_redis_cluster() as url:
        yield read_address(url)


@asynccontextmanager
async def keys(address: Address) -> AsyncIterator[Keys]:
    opened = Keys(address)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def relay(port: int, *, answers: bool) -> AsyncIterator[Address]:
    """A way to the server that can lose every answer after the first."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        while said := await reader.read(65_536):
            there_writer.write(said)
            answer = await there_reader.read(65_536)
            if b"PUBLISH" in said and not answers:
                break
            writer.write(answer)
        for each in (writer, there_writer):
            each.close()

    front = free_port()
    relaying = await asyncio.start_server(carry, "127.0.0.1", front)
    async with relaying:
        yield read_address(f"redis://:a%20secret@127.0.0.1:{front}")


async def test_nobody_there_and_a_wrong_password_are_unavailable(server: RedisServer) -> None:
    for url in (f"redis://:wrong@127.0.0.1:{server.port}", f"redis://:hidden@127.0.0.1:{free_port()}"):
        async with keys(read_address(url)) as opened:
            with pytest.raises(Unavailable) as refusal:
                await opened.ask("GET", "x")
            assert "wrong" not in refusal.value.message
            assert "hidden" not in refusal.value.message


async def test_a_server_that_hangs_costs_one_request_its_time_and_the_next_ones_nothing(
    server: RedisServer,
) -> None:
    async with keys(read_address(server.url)) as opened:
        await opened.ask("SET", "hung", "1")
        server.freeze()
        try:
            began = time.monotonic()
            for _ in range(100):
                with pytest.raises(Unavailable):
                    await opened.ask("GET", "hung")
            assert time.monotonic() - began < 20 * ANSWER_SECONDS_MAX  # of a hundred
        finally:
            server.thaw()
        async with asyncio.timeout(10):
            while True:
                try:
                    assert await opened.ask("GET", "hung") == b"1"
                    break
                except Unavailable:
                    await asyncio.sleep(0.05)


async def test_what_is_refused_is_no_reason_to_rest(server: RedisServer) -> None:
    async with keys(read_address(server.url)) as opened:
        await opened.ask("RPUSH", "a-list", "x")
        with pytest.raises(Unavailable, match="WRONGTYPE"):
            await opened.ask("GET", "a-list")
        assert await opened.ask("LLEN", "a-list") == 1


async def test_many_ask_at_once(server: RedisServer) -> None:
    async with keys(read_address(server.url)) as opened:
        answers = await asyncio.gather(*(opened.ask("ECHO", str(number)) for number in range(500)))
    assert answers == [str(number).encode() for number in range(500)]


async def test_a_line_on_which_something_went_wrong_is_not_read_on(server: RedisServer) -> None:
    line = Line(read_address(server.url))
    with pytest.raises(Unavailable, match="WRONGTYPE"):
        await line.ask([("RPUSH", "another", "x"), ("GET", "another"), ("ECHO", "late")])
    await line.open()
    await line.say("ECHO", "mine")
    assert await line.listen(silence_seconds_max=5) == b"mine"
    await line.close()


async def test_a_message_whose_answer_was_lost_is_not_sent_again(server: RedisServer) -> None:
    heard: list[str] = []
    async with relay(server.port, answers=False) as lossy, open_broadcast(read_address(server.url)) as ear:
        ear.hear(Kind.SUBMISSION, lambda _, text: heard.append(text))
        async with asyncio.timeout(10):
            while not heard:
                ear.send(Kind.SUBMISSION, "s", "ready")
                await asyncio.sleep(0.05)
        async with open_broadcast(lossy) as sender:
            sender.send(Kind.SUBMISSION, "s", "once")
            await until(lambda: "once" in heard)
            await asyncio.sleep(1)
        await asyncio.sleep(0.2)  # what it said at its end is heard
    assert heard.count("once") == 1


def wait_for_a_listener(server: RedisServer) -> None:
    deadline = time.monotonic() + 20
    while server.ask("PUBSUB", "NUMPAT") != "1":
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_after_a_restart_the_first_message_is_heard_as_soon_as_somebody_listens() -> None:
    heard = asyncio.Queue[str]()
    with running_redis() as server:
        async with open_broadcast(read_address(server.url)) as broadcast:
            broadcast.hear(Kind.SUBMISSION, lambda _, text: heard.put_nowait(text))
            for said in ("before", "after"):
                await asyncio.to_thread(wait_for_a_listener, server)
                broadcast.send(Kind.SUBMISSION, "s", said)
                async with asyncio.timeout(10):
                    assert await heard.get() == said
                server.stop()
                server.start()


async def test_a_bug_of_who_hears_is_told_the_operator() -> None:
    def take(key: str, _: str) -> None:
        raise ZeroDivisionError(key)

    with running_redis() as server, capture_logs() as logged:
        async with open_broadcast(read_address(server.url)) as broadcast:
            broadcast.hear(Kind.SUBMISSION, take)
            await asyncio.to_thread(wait_for_a_listener, server)
            broadcast.send(Kind.SUBMISSION, "s", "")
            async with asyncio.timeout(10):
                while not logged:  # noqa: ASYNC110 - a list has no events
                    await asyncio.sleep(0.01)
    assert [entry["event"] for entry in logged] == ["task_failed"]


async def test_what_strangers_publish_does_no_harm(server: RedisServer) -> None:
    heard: list[tuple[str, str]] = []
    done = asyncio.Event()

    def take(key: str, text: str) -> None:
        heard.append((key, text))
        if key == "last":
            done.set()

    async with open_broadcast(read_address(server.url)) as broadcast, keys(read_address(server.url)) as asked:
        broadcast.hear(Kind.SUBMISSION, take)
        async with asyncio.timeout(10):
            while not heard:
                broadcast.send(Kind.SUBMISSION, "ready", "")
                await asyncio.sleep(0.05)
        await asked.ask("PUBLISH", b"channel:submission:\xff", b"\xfe\x00")
        await asked.ask("PUBLISH", "channel:submission:", "")
        await asked.ask("PUBLISH", "channel:other:x", "not for us")
        broadcast.send(Kind.SUBMISSION, "last", "heard")
        async with asyncio.timeout(10):
            await done.wait()
    assert [key for key, _ in heard if key != "ready"] == ["\ufffd", "", "last"]


async def test_keys_of_a_cluster_lie_where_it_says_and_stay_together(cluster: Address) -> None:
    async with keys(cluster) as opened:
        for number in range(30):
            await opened.ask("SET", cluster.key("submission", f"s{number}"), str(number))
        for number in range(30):
            key = cluster.key("submission", f"s{number}")
            assert await opened.ask("GET", key) == str(number).encode()
        together = [cluster.key(kind, "s1") for kind in ("submission", "lease", "turn")]
        assert await opened.ask("MGET", *together) == [b"1", None, None]  # refused if they lay apart


async def test_what_is_published_at_one_server_of_a_cluster_is_heard_at_all(cluster: Address) -> None:
    first, second = (read_address(f"redis+cluster://127.0.0.1:{port}") for _, port in cluster.servers)
    heard: list[str] = []
    async with open_broadcast(first) as here, open_broadcast(second) as there:
        there.hear(Kind.BELL, lambda key, _: heard.append(key))
        async with asyncio.timeout(10):
            while not heard:
                here.send(Kind.BELL, "jobs", "")
                await asyncio.sleep(0.05)
    assert set(heard) == {"jobs"}


async def test_a_cluster_of_which_nobody_is_there_is_unavailable() -> None:
    async with keys(read_address(f"redis+cluster://127.0.0.1:{free_port()}")) as opened:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await opened.ask("GET", "x")
        with pytest.raises(Unavailable, match="a moment ago"):
            await opened.ask("GET", "x")
        assert time.monotonic() - began < 20


@pytest.mark.parametrize("run", [asyncio.run, loops.run], ids=["asyncio", "libuv"])
def test_who_has_hung_up_is_unavailable_on_either_event_loop(
    run: Callable[[Coroutine[None, None, None]], None],
) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends_by_reset = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ends_by_reset)
        writer.close()

    async def ask_when_it_is_gone() -> None:
        port = free_port()
        async with await asyncio.start_server(hang_up, "127.0.0.1", port):
            line = Line(read_address(f"redis://127.0.0.1:{port}"))
            await line.open()
            await asyncio.sleep(0.2)
            with pytest.raises(Unavailable):
                await line.ask([("ECHO", "x")])

    run(ask_when_it_is_gone())
