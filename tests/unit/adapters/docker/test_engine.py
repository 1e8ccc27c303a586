"""The Engine API's client against engines that misbehave: a typed error with a remedy, and never a hang."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import json
from pathlib import Path

import pytest

from assay.adapters.docker.engine import Engine
from assay.adapters.docker.errors import (
    EngineRefused,
    EngineTooOld,
    EngineUnavailable,
    FeatureMissing,
    ImageMissing,
    RuntimeUnknown,
)

GOOD = {"ApiVersion": "1.41", "MinAPIVersion": "1.12", "Version": "20.10", "KernelVersion": "6.1"}
Answer = Callable[[str], bytes]
"""Given a request's first line, the whole answer."""


def http(status: int, body: object) -> bytes:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(raw), raw)


@asynccontextmanager
async def engine_that_answers(folder: Path, answer: Answer) -> AsyncIterator[Path]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = [
                    int(line[15:])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length:")
                ]
                await reader.readexactly(length[0] if length else 0)
                writer.write(answer(head.split(b"\r\n", 1)[0].decode()))
                await writer.drain()
                if b"HTTP" not in answer(head.split(b"\r\n", 1)[0].decode()):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_unix_server(serve, folder / "socket")
    try:
        yield folder / "socket"
    finally:
        server.close()


def after_hello(answer: bytes) -> Answer:
    return lambda line: http(200, GOOD) if line.startswith("GET /version ") else answer


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", EngineUnavailable),
        (b"SSH-2.0-OpenSSH\r\n", EngineUnavailable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", EngineUnavailable),
        (http(200, b"not json"), EngineUnavailable),
        (http(200, b"\xff\xfe"), EngineUnavailable),
        (http(200, []), EngineUnavailable),
        (http(200, {}), EngineUnavailable),
        (http(500, {"message": "no"}), EngineUnavailable),
        (http(200, {"ApiVersion": "1.40"}), EngineTooOld),
        (http(200, {"ApiVersion": "banana"}), EngineTooOld),
        (http(200, {"ApiVersion": None}), EngineTooOld),
    ],
)
async def test_what_is_no_engine_of_ours_is_refused(
    tmp_path: Path, answer: bytes, error: type[Exception]
) -> None:
    async with engine_that_answers(tmp_path, lambda _: answer) as socket:
        with pytest.raises(error):
            await Engine.connect(socket)


@pytest.mark.parametrize("make", ["nothing", "file", "folder"])
async def test_where_nobody_listens_the_remedy_is_named(tmp_path: Path, make: str) -> None:
    socket = tmp_path / "socket"
    if make == "file":
        socket.touch()
    elif make == "folder":
        socket.mkdir()
    with pytest.raises(EngineUnavailable, match="ASSAY_DOCKER_HOST"):
        await Engine.connect(socket)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (http(404, {"message": "No such image: x:latest"}), ImageMissing, "ASSAY_DOCKER_IMAGE"),
        (http(400, {"message": "Unknown runtime specified runsc"}), RuntimeUnknown, "ASSAY_DOCKER_RUNTIME"),
        (
            http(400, {"message": "unknown or invalid runtime name: x"}),
            RuntimeUnknown,
            "ASSAY_DOCKER_RUNTIME",
        ),
        (http(409, {"message": "Conflict"}), EngineRefused, "Conflict"),
        (http(500, b"<html>"), EngineRefused, "html"),
        (http(500, b""), EngineRefused, "HTTP status 500"),
        (http(201, b"not json"), EngineRefused, "no JSON"),
        (http(201, {"no": "id"}), EngineRefused, "no container"),
        (http(201, []), EngineRefused, "no container"),
        (b"rubbish\r\n\r\n", EngineUnavailable, "no Docker engine answers"),
    ],
)
async def test_a_refused_container_is_a_typed_error(
    tmp_path: Path, *, answer: bytes, error: type[Exception], words: str
) -> None:
    async with engine_that_answers(tmp_path, after_hello(answer)) as socket:
        engine = await Engine.connect(socket)
        try:
            with pytest.raises(error, match=words):
                await engine.create({})
        finally:
            await engine.close()


async def test_a_limit_that_would_be_dropped_is_a_refusal_and_the_container_is_removed(
    tmp_path: Path,
) -> None:
    lines: list[str] = []

    def answer(line: str) -> bytes:
        lines.append(line)
        if line.startswith("DELETE"):
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        warnings = ["Your kernel does not support swap limit capabilities. Limitation discarded."]
        return http(201, {"Id": "abc", "Warnings": warnings})

    async with engine_that_answers(tmp_path, lambda line: after_hello(answer(line))(line)) as socket:
        engine = await Engine.connect(socket)
        try:
            with pytest.raises(FeatureMissing, match="swap limit"):
                await engine.create({})
        finally:
            await engine.close()
    assert any(line.startswith("DELETE /v1.41/containers/abc?force=1") for line in lines)


@pytest.mark.parametrize(
    "answer", [b"", http(404, {}), b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 200_000 + b"\r\n\r\n"]
)
async def test_a_stream_that_does_not_open_is_a_typed_error(tmp_path: Path, answer: bytes) -> None:
    async with engine_that_answers(tmp_path, after_hello(answer)) as socket:
        engine = await Engine.connect(socket)
        try:
            with pytest.raises((EngineRefused, EngineUnavailable)):
                await engine.attach("abc")
        finally:
            await engine.close()
