"""Connections to Redis, and what is done when it does not answer.

All trouble is `Unavailable`, soon: whoever asks has the rows to look at and does not wait for Redis. What
is said on a line is never said again, since it would be heard twice. Who was not answered is refused for a
moment without asking, so that a Redis that hangs does not hold up each request anew.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto
import random
from typing import Any

from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Connection, Redis, RedisCluster, SSLConnection
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
import structlog

from assay.adapters.redis.address import Address
from assay.errors import Unavailable

ANSWER_SECONDS_MAX = 1.0  # answers take less than a millisecond
REST_SECONDS_MAX = 1.0
CONNECTIONS_MAX = 16  # of a process, to each server
REDIRECTIONS_MAX = 3  # in a cluster, whose keys may be moving
NOTE_SECONDS = 60.0  # a Redis that is away for hours does not fill the log
NOT_ANSWERING = (
    OSError,
    TimeoutError,
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.InvalidResponse,
    exceptions.RedisClusterException,  # nobody of it, or nobody who has this key
)

_HUNG_UP = "the handler is closed"  # libuv's loop, of a line that is gone; asyncio's raises an OSError

Command = Sequence[str | bytes | int]


class Refused(Enum):
    """An answer that says something of our keys, where it is looked for."""

    REFUSED = auto()


log = structlog.get_logger()


class Health:
    """Whether it is worth while to ask. Of one event loop."""

    def __init__(self, address: Address) -> None:
        self._name = address.shown
        self._rests_until = 0.0
        self._noted_at: float | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Raises `Unavailable` for all trouble with Redis, at once while it rests."""
        if asyncio.get_running_loop().time() < self._rests_until:
            raise Unavailable(f"{self._name} did not answer a moment ago")
        with self.translated():
            yield

    @contextmanager
    def translated(self) -> Iterator[None]:
        """The same, but asking is always worth while."""
        try:
            yield
        except exceptions.ResponseError as error:  # full, read-only, not allowed: it answers
            raise self._unavailable(error) from error
        except (*NOT_ANSWERING, RuntimeError) as error:
            if isinstance(error, RuntimeError) and _HUNG_UP not in str(error):
                raise
            now = asyncio.get_running_loop().time()
            self._rests_until = now + random.uniform(REST_SECONDS_MAX / 2, REST_SECONDS_MAX)  # noqa: S311
            raise self._unavailable(error) from error

    def _unavailable(self, error: BaseException) -> Unavailable:
        words = str(error) or type(error).__name__
        now = asyncio.get_running_loop().time()
        if self._noted_at is None or now - self._noted_at > NOTE_SECONDS:
            self._noted_at = now
            log.warning("redis_trouble", redis=self._name, detail=words)
        return Unavailable(f"{self._name} does not do its work: {words}")


class Keys:
    """For what is kept under keys: each is asked for at the server that has it. Of one event loop."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._health = Health(address)
        self._client = _cluster(address) if address.is_cluster else _single(address)

    async def ask(self, *command: str | bytes | int) -> Any:
        """The answer to a command on a key. Raises `Unavailable`."""
        with self._health.watched():
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                return await self._client.execute_command(*command)

    async def ask_unless(self, refusals: tuple[str, ...], *command: str | bytes | int) -> Any:
        """The same; `REFUSED` if it is refused with one of these words. That is no trouble, nor logged so."""
        with self._health.watched():
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                try:
                    return await self._client.execute_command(*command)
                except exceptions.ResponseError as error:
                    if not str(error).startswith(refusals):
                        raise
                    return Refused.REFUSED

    async def ask_all(self, commands: Sequence[Command]) -> list[Any]:
        """The answers to commands on keys that lie together, which are done in one go and in this order.

        Raises `Unavailable` if one of them is refused, too; then others may have been done.
        """
        with self._health.watched():
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                line: Any = self._client.pipeline(transaction=False)
                for command in commands:
                    line.execute_command(*command)
                answers: list[Any] = await line.execute(raise_on_error=False)
                for answer in answers:
                    if isinstance(answer, Exception):  # as redis-py raises it, it repeats the command
                        raise answer
                return answers

    async def tell_of_memory(self) -> list[dict[str, Any]]:
        """What each server that has keys says of its memory. Raises `Unavailable`."""
        with self._health.watched():
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                client: Any = self._client
                if not self.address.is_cluster:
                    return [await client.execute_command("INFO", "memory")]
                told = await client.execute_command("INFO", "memory", target_nodes=RedisCluster.PRIMARIES)
                return list(told.values())

    async def close(self) -> None:
        with self._health.translated():
            await self._client.aclose()


class Line:
    """One connection to one server. In a cluster to any: what is published at one is heard at all.

    Of one event loop. Opened when it is used, and again, to the next server, after trouble.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._health = Health(address)
        self._turn = random.randrange(len(address.servers))  # noqa: S311 - only to spread
        self._connection: Connection | None = None

    async def ask(self, commands: Sequence[Command]) -> None:
        """Have all of them done, in one go. Raises `Unavailable`; then some may have been done."""
        with self._health.watched():
            async with self._hanging_up_on_trouble(), asyncio.timeout(ANSWER_SECONDS_MAX):
                connection = await self._connected()
                await connection.send_packed_command(connection.pack_commands(commands))
                for _ in commands:
                    await connection.read_response()

    async def open(self) -> None:
        """Raises `Unavailable`."""
        with self._health.translated():
            async with self._hanging_up_on_trouble(), asyncio.timeout(ANSWER_SECONDS_MAX):
                await self._connected()

    async def say(self, *command: str) -> None:
        """Send a command on an open line whose answers `listen` brings. Raises `Unavailable`."""
        with self._health.translated():
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await self._open_connection.send_command(*command)

    async def listen(self, *, silence_seconds_max: float) -> Any:
        """What an open line says next. Raises `Unavailable`, also when it says nothing for so long."""
        with self._health.translated():
            said = await self._open_connection.read_response(timeout=silence_seconds_max)
            if said is None:
                raise exceptions.TimeoutError(f"not a word for {silence_seconds_max:g} s")
            return said

    async def close(self) -> None:
        """Hang up. It can be opened again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)

    @property
    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise exceptions.ConnectionError("the line is not open")
        return self._connection

    async def _connected(self) -> Connection:
        if self._connection is None:
            self._turn = (self._turn + 1) % len(self._address.servers)
            host, port = self._address.servers[self._turn]
            kind = SSLConnection if self._address.has_tls else Connection
            self._connection = kind(host=host, port=port, **_options(self._address))
        await self._connection.connect()  # type: ignore[no-untyped-call]
        return self._connection

    @asynccontextmanager
    async def _hanging_up_on_trouble(self) -> AsyncIterator[None]:
        """Else the next answer that is read would be that of an earlier question."""
        try:
            yield
        except BaseException:
            await self.close()
            raise


def _single(address: Address) -> Redis:
    ((host, port),) = address.servers
    pool = BlockingConnectionPool(
        max_connections=CONNECTIONS_MAX,
        timeout=ANSWER_SECONDS_MAX,
        connection_class=SSLConnection if address.has_tls else Connection,
        host=host,
        port=port,
        **_options(address),
    )
    return Redis.from_pool(pool)


def _cluster(address: Address) -> RedisCluster:
    options = _options(address)
    del options["db"]
    return RedisCluster(
        startup_nodes=[ClusterNode(host, port) for host, port in address.servers],
        require_full_coverage=False,
        max_connections=CONNECTIONS_MAX,
        ssl=address.has_tls,
        **{**options, "retry": Retry(NoBackoff(), REDIRECTIONS_MAX)},
    )


def _options(address: Address) -> dict[str, Any]:
    """Of every connection."""
    options: dict[str, Any] = {
        "db": address.database,
        "username": address.username,
        "password": address.password,
        "socket_timeout": ANSWER_SECONDS_MAX,
        "socket_connect_timeout": ANSWER_SECONDS_MAX,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # every Redis speaks it
        "driver_info": None,  # one question less for each connection
    }
    if address.trust.ca_file is not None:
        options["ssl_ca_certs"] = str(address.trust.ca_file)
    if address.trust.own is not None:
        options["ssl_certfile"], options["ssl_keyfile"] = map(str, address.trust.own)
    return options
