"""Pub/sub as a `Broadcast`.

    channel:submission:{id}    a submission's events
    channel:bell:{name}        rings

One connection speaks; another listens, by pattern, to the kinds that somebody here wants to hear, and is
opened again when it breaks. A Redis that is away does not trouble whoever sends: what is sent then is lost.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
import random

from assay.adapters.broadcast.outbox import Message, Outbox
from assay.adapters.broadcast.ports import Kind, Take
from assay.adapters.redis.address import Address
from assay.adapters.redis.connection import Line
from assay.errors import Unavailable
from assay.operate.lasting import going_on

CHANNELS = "channel:"
AGAIN_SECONDS_MAX = 2.0  # until then, whoever waits looks at the rows once a second
ASK_SECONDS = 2.0  # a server that hangs, or is cut off, is found out by asking
SILENCE_SECONDS_MAX = 5.0


class RedisBroadcast:
    """The `Broadcast` port."""

    def __init__(self, address: Address) -> None:
        self._speaking = Line(address)
        self._hearing = Line(address)
        self._takers: dict[Kind, list[Take]] = {kind: [] for kind in Kind}
        self._wanted = asyncio.Event()  # something else is to be heard
        self.outbox = Outbox(self._publish)

    def send(self, kind: Kind, key: str, text: str) -> None:
        self.outbox.put((kind, key, text))

    def hear(self, kind: Kind, take: Take) -> None:
        self._takers[kind].append(take)
        self._wanted.set()

    async def listen(self) -> None:
        """Hand on what is heard, until cancelled."""
        while True:
            try:
                await self._hearing.open()
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._ask())
                    group.create_task(self._take_all())
            except* Unavailable:
                pass
            finally:
                await self._hearing.close()
                # If the server is gone, so is that connection: else the first thing said on it would be lost.
                await self._speaking.close()
            await asyncio.sleep(random.uniform(0, AGAIN_SECONDS_MAX))  # noqa: S311 - only to keep apart

    async def close(self) -> None:
        await self.outbox.close()
        await self._speaking.close()

    async def _publish(self, messages: Sequence[Message]) -> None:
        await self._speaking.ask(
            [("PUBLISH", f"{CHANNELS}{kind}:{key}", text) for kind, key, text in messages]
        )

    async def _ask(self) -> None:
        """Subscribe to what is to be heard, and ask whether the server is there, until there is trouble."""
        asked: set[Kind] = set()
        while True:
            self._wanted.clear()
            new = [kind for kind in Kind if self._takers[kind] and kind not in asked]
            if new:
                await self._hearing.say("PSUBSCRIBE", *(f"{CHANNELS}{kind}:*" for kind in new))
                asked.update(new)
            with suppress(TimeoutError):
                async with asyncio.timeout(ASK_SECONDS):
                    await self._wanted.wait()
                    continue
            await self._hearing.say("PING")

    async def _take_all(self) -> None:
        while True:
            match await self._hearing.listen(silence_seconds_max=SILENCE_SECONDS_MAX):
                case [b"pmessage", _, bytes(channel), bytes(text)]:
                    self._take(channel.decode(errors="replace"), text.decode(errors="replace"))
                case _:  # the answer to a subscription or a question
                    pass

    def _take(self, channel: str, text: str) -> None:
        kind, _, key = channel.removeprefix(CHANNELS).partition(":")
        for take in self._takers[Kind(kind)]:
            take(key, text)


@asynccontextmanager
async def open_broadcast(address: Address) -> AsyncIterator[RedisBroadcast]:
    """A Redis that is away now is heard when it is back."""
    broadcast = RedisBroadcast(address)
    try:
        async with going_on(broadcast.listen, name="listening to Redis"):
            yield broadcast
    finally:
        await broadcast.close()
