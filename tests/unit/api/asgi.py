"""One ASGI conversation by hand: for streams that are left in the middle, and for WebSockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any

from fastapi import FastAPI

PATIENCE_SECONDS = 2.0


class Conversation:
    """What the client sends goes into `inbox`, what the application sends comes out of `outbox`."""

    def __init__(self, app: FastAPI, scope: dict[str, Any]) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reads = asyncio.Event()  # cleared: the client reads nothing any more
        self.reads.set()
        self.task = asyncio.create_task(app(scope, self.inbox.get, self._send))

    async def _send(self, message: Any) -> None:
        await self.reads.wait()
        await self.outbox.put(message)

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.outbox.get()

    async def next_text(self) -> str:
        """The next piece of a body, or the next WebSocket text."""
        message = await self.next()
        return str(message["text"]) if message["type"] == "websocket.send" else message["body"].decode()

    async def next_event(self) -> dict[str, Any]:
        """The next event of an event stream, past heartbeats and other remarks."""
        while True:
            text = await self.next_text()
            data = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
            if data:
                event: dict[str, Any] = json.loads(data[0])
                return event

    async def ends(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.shield(self.task)


@asynccontextmanager
async def converse(
    app: FastAPI, kind: str, path: str, *, query: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Conversation]:
    """Begin a conversation of `kind` "http" or "websocket"; what is left of it at the end is cancelled."""
    given = {"host": "assay.test", **(headers or {})}
    scope: dict[str, Any] = {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "server": ("assay.test", 80),
        "client": ("127.0.0.1", 5000),
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        "state": {},
    }
    if kind == "http":
        scope["method"] = "GET"
    conversation = Conversation(app, scope)
    await conversation.inbox.put(
        {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": b""}
    )
    try:
        yield conversation
    finally:
        conversation.task.cancel()
        await asyncio.wait({conversation.task})
