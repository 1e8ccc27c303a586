"""Clients at a rate, or in a burst: kept connections, requests made ahead, a process of its own.

An answer's time counts from when its request was due, however late it was sent.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
import json
import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlsplit

USERS = 500
_SOURCE = "print(sum(map(int, input().split())))\\n" * 10
_END_OF_HEAD = b"\r\n\r\n"
_ACCEPTED = b"HTTP/1.1 202 "


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """For `seconds`, all clients together `rate` a second; or `burst` submissions that are all due at once,
    every other one of a single eager user."""

    urls: Sequence[str]
    connections: int
    seconds: float = 3600.0
    rate: float = 0.0
    burst: int = 0


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What clients saw. Times in ms."""

    accepted: int
    refused: int
    seconds: float
    cpu_seconds: float
    p50: float
    p95: float
    p99: float


def load(wanted: Wanted) -> Answered:
    """Send submissions for a while."""
    command = [sys.executable, "-m", "benchmarks.durable.load", json.dumps(asdict(wanted))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Answered(**json.loads(done.stdout))


def percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


@dataclass(kw_only=True)
class _Tally:
    deadline: float
    latencies: list[float] = field(default_factory=list)
    refused: int = 0


class _Client(asyncio.Protocol):
    """One connection that sends its requests in turn, the first of them again after the last.

    `interval` in seconds between them; None: all are due at the beginning, and sent once.
    """

    def __init__(self, requests: list[bytes], tally: _Tally, *, due: float, interval: float | None) -> None:
        self._requests = requests
        self._tally = tally
        self._due = due
        self._interval = interval
        self._number = 0
        self._buffer = b""
        self._loop = asyncio.get_running_loop()
        self.ended = self._loop.create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._loop.call_at(self._due, self._send)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(_END_OF_HEAD)
        if not found or len(body) < _length_of(head):
            return
        now, self._buffer = self._loop.time(), b""
        if head.startswith(_ACCEPTED):
            self._tally.latencies.append(now - self._due)
        else:
            self._tally.refused += 1
        self._go_on(now)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _go_on(self, now: float) -> None:
        if self._interval is not None:
            self._due += self._interval
        is_last = self._interval is None and self._number == len(self._requests)
        if is_last or max(self._due, now) >= self._tally.deadline:
            self._transport.close()
        elif self._due > now:
            self._loop.call_at(self._due, self._send)
        else:
            self._send()

    def _send(self) -> None:
        self._transport.write(self._requests[self._number % len(self._requests)])
        self._number += 1


def _length_of(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])


def submission_body(user: str) -> str:
    return f'{{"problem_id":"sum","language":"python3","user_id":"{user}","source":"{_SOURCE}"}}'


def _request(place: str, user: str) -> bytes:
    body = submission_body(user).encode()
    head = (
        f"POST /api/v1/submissions HTTP/1.1\r\nHost: {place}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _users(wanted: Wanted, number: int) -> list[str]:
    """Whose submissions a connection sends."""
    if not wanted.burst:
        return [f"u{user}" for user in range(number % USERS, USERS, 7)]
    own = range(number, wanted.burst, wanted.connections)
    return ["eager" if each % 2 else f"u{each // 2 % (USERS // 5)}" for each in own]


async def _load(wanted: Wanted) -> Answered:
    loop = asyncio.get_running_loop()
    begun, cpu_begun = loop.time() + 0.5, time.process_time()
    tally = _Tally(deadline=begun + wanted.seconds)
    interval = None if wanted.burst else wanted.connections / wanted.rate
    clients = []
    for number in range(wanted.connections):
        url = urlsplit(wanted.urls[number % len(wanted.urls)])
        made = [_request(url.netloc, user) for user in _users(wanted, number)]
        due = begun + (interval or 0.0) * number / wanted.connections
        client = _Client(made, tally, due=due, interval=interval)
        clients.append(client)
        assert url.hostname is not None
        await loop.create_connection(_given(client), url.hostname, url.port or 80)
    await asyncio.gather(*[client.ended for client in clients])
    p50, p95, p99 = (1e3 * percentile(tally.latencies, part) for part in (0.50, 0.95, 0.99))
    return Answered(
        accepted=len(tally.latencies),
        refused=tally.refused,
        seconds=loop.time() - begun,
        cpu_seconds=time.process_time() - cpu_begun,
        p50=p50,
        p95=p95,
        p99=p99,
    )


def _given(client: _Client) -> Callable[[], _Client]:
    return lambda: client


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_load(Wanted(**json.loads(sys.argv[1])))))))
