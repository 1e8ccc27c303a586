"""Requests whose head has no end, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
import socket

import pytest
from starlette.types import Receive, Scope, Send
import uvicorn

from assay.cli import connections
from assay.cli.connections import BoundedHttpProtocol, GatheringTransport

PATIENCE_SECONDS = 10.0


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the whole body, and says how long it was."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d bytes" % length})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(answer, http=BoundedHttpProtocol, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield listener.getsockname()[1]
    server.should_exit = True
    await serving


async def converse(port: int, *parts: bytes) -> bytes:
    """What comes back until the server closes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


async def test_an_endless_head_is_cut(port: int) -> None:
    line = b"X: " + b"y" * 60_000 + b"\r\n"
    assert b"200 OK" not in await converse(port, b"GET / HTTP/1.1\r\nHost: x\r\n", *[line] * 100, b"\r\n")
    assert b"200 OK" not in await converse(port, b"GET / HTTP/1.1\r\nX: ", *[b"y" * 60_000] * 100)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_who_does_not_come_to_the_point_is_left(
    port: int, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS_MAX", 0.1)
    assert await converse(port, sent) == b""


async def test_long_and_slow_bodies_and_further_requests_are_none_of_its_business(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS_MAX", 0.3)
    body = b"z" * (3 * connections.HEAD_BYTES_MAX)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(body)
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for last in (b"", b"Connection: close\r\n"):
            writer.write(head + last + b"\r\n" + body[:1000])
            await asyncio.sleep(0.5)
            writer.write(body[1000:])
            said = await reader.readuntil(b"bytes")
            assert b"HTTP/1.1 200 OK" in said
            assert b"%d bytes" % len(body) in said
        writer.close()


async def test_who_does_not_come_to_the_point_in_a_further_request_is_left_too(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS_MAX", 0.3)
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in await reader.readuntil(b"\r\n0\r\n\r\n")
        await asyncio.sleep(0.2)  # its time begins with its first byte
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        assert await reader.read() == b""
        writer.close()
    assert asyncio.get_running_loop().time() - began > 0.45


class Wire(asyncio.Transport):
    """Keeps what is written, each piece as it came."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1)})
        self.pieces: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def write_eof(self) -> None:
        self.pieces.append(b"(the end)")

    def close(self) -> None:
        self.is_closed = True


async def test_what_is_written_in_one_step_is_sent_in_one_piece() -> None:
    wire = Wire()
    transport = GatheringTransport(wire, asyncio.get_running_loop())
    transport.write(b"head, ")
    transport.write(b"body")
    assert wire.pieces == []
    await asyncio.sleep(0)
    transport.write(b"more")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert wire.pieces == [b"head, body", b"more"]
    assert transport.get_extra_info("peername") == ("127.0.0.1", 1)


@pytest.mark.parametrize("end", ["close", "write_eof"])
async def test_what_was_written_is_sent_before_the_end(end: str) -> None:
    wire = Wire()
    transport = GatheringTransport(wire, asyncio.get_running_loop())
    transport.write(b"last words")
    getattr(transport, end)()
    assert wire.pieces[0] == b"last words"
    assert wire.is_closed == (end == "close")


async def test_who_writes_without_end_is_not_gathered_without_bound() -> None:
    wire = Wire()
    transport = GatheringTransport(wire, asyncio.get_running_loop())
    for _ in range(10):
        transport.write(b"x" * connections.GATHERED_BYTES_MAX)
    assert len(wire.pieces) == 5
    await asyncio.sleep(0)
    assert b"".join(wire.pieces) == b"x" * 10 * connections.GATHERED_BYTES_MAX
