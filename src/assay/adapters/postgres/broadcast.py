"""LISTEN and NOTIFY as a `Broadcast`.

One channel, on a connection of its own that is opened again when it breaks.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import random

import asyncpg

from assay.adapters.broadcast.outbox import Message, Outbox
from assay.adapters.broadcast.ports import Kind, Take
from assay.adapters.postgres.pool import CONNECT_SECONDS_MAX, OUT_OF_REACH, Postgres, Record
from assay.operate.lasting import going_on

CHANNEL = "assay"
AGAIN_SECONDS_MAX = 2.0  # until then, whoever waits looks at the rows once a second
LOOK_SECONDS = 5.0  # a connection that died without a word is found out by asking
NOTE_BYTES_MAX = 7_900  # PostgreSQL takes 8,000
_NOTIFY = "SELECT pg_notify($1, note) FROM unnest($2::text[]) AS note"


class PostgresBroadcast:
    """The `Broadcast` port. A message is a line "KIND KEY TEXT", a notification several of them."""

    def __init__(self, database: Postgres) -> None:
        self._database = database
        self._takers: dict[str, list[Take]] = {kind.value: [] for kind in Kind}
        self.outbox = Outbox(self._notify)

    def send(self, kind: Kind, key: str, text: str) -> None:
        self.outbox.put((kind, key, text))

    def hear(self, kind: Kind, take: Take) -> None:
        self._takers[kind.value].append(take)

    async def _notify(self, messages: Sequence[Message]) -> None:
        await self._database.fetch(_NOTIFY, CHANNEL, notes_of(messages))

    async def listen(self) -> None:
        """Hand on what is heard, until cancelled."""
        while True:
            try:
                connection = await asyncpg.connect(self._database.url, timeout=CONNECT_SECONDS_MAX)
                try:
                    await self._listen_on(connection)
                finally:
                    connection.terminate()
            except OUT_OF_REACH:
                await asyncio.sleep(random.uniform(0, AGAIN_SECONDS_MAX))  # noqa: S311 - only to keep apart

    async def _listen_on(self, connection: "asyncpg.Connection[Record]") -> None:
        await connection.add_listener(CHANNEL, self._take)
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await connection.execute("SELECT 1", timeout=CONNECT_SECONDS_MAX)

    def _take(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for line in str(payload).split("\n"):
            kind, key, text = line.split(" ", 2)
            for take in self._takers.get(kind, ()):  # a newer release may have kinds that this one has not
                take(key, text)


def notes_of(messages: Sequence[Message]) -> list[str]:
    """Messages, which are lines, as few notifications: every listener is woken for each of these."""
    notes: list[str] = []
    room_bytes = 0
    for message in messages:
        line = " ".join(message)
        line_bytes = len(line.encode()) + 1
        if line_bytes <= room_bytes:
            notes[-1] += "\n" + line
            room_bytes -= line_bytes
        else:
            notes.append(line)
            room_bytes = NOTE_BYTES_MAX - line_bytes
    return notes


@asynccontextmanager
async def open_broadcast(database: Postgres) -> AsyncIterator[PostgresBroadcast]:
    broadcast = PostgresBroadcast(database)
    try:
        async with going_on(broadcast.listen, name="listening to the database"):
            yield broadcast
    finally:
        await broadcast.outbox.close()
