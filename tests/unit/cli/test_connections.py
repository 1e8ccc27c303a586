"""Requests whose head has no end, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
import socket

import pytest
from starlette.types import Receive, Scope, Send
import uvicorn

from assay.cli import connections
from assay.cli.connections import BoundedHttpProtocol

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
