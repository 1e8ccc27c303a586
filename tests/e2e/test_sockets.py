"""The HTTP door behind the server that production uses, over real sockets."""

from collections.abc import Iterator
import json
from pathlib import Path
import socket
import time

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from assay.api.limits import Capacity
from tests.unit.api.door import Door
from tests.unit.api.serving import served
from tests.unit.api.test_problems import PACKAGE, ZIP, packed

BODY = {"problem_id": "twice", "language": "python3", "source": "print(2 * int(input()))"}
POST = b"POST /api/v1/submissions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


class Watched:
    """The server's URL, and its door, which lives in another thread: a test only looks at its counters."""

    def __init__(self, url: str, door: Door) -> None:
        self.url = url
        self.door = door

    def followers(self) -> int:
        return self.door.capacity.followers.inside


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    doors: list[Door] = []

    def make_door() -> Door:
        capacity = Capacity(heartbeat_seconds=0.1, body_seconds_max=0.5)
        doors.append(Door(upload_dir=tmp_path_factory.mktemp("uploads"), capacity=capacity))
        return doors[0]

    with served(make_door, step_seconds=0.05) as url:
        archive = packed(PACKAGE)
        assert httpx.post(f"{url}/api/v1/problems", content=archive, headers=ZIP).status_code == 201
        yield Watched(url, doors[0])


@pytest.fixture
def submission(server: Watched) -> str:
    """The path of a fresh submission's events."""
    accepted = httpx.post(f"{server.url}/api/v1/submissions", json=BODY)
    assert accepted.status_code == 202
    return f"/submissions/{accepted.json()['id']}/events"


def sent_raw(server: Watched, request: bytes, *, seconds: float = 3.0) -> bytes:
    """What the server answers to some bytes, until it closes, or falls silent."""
    address = httpx.URL(server.url)
    answer = b""
    with socket.create_connection((address.host, address.port or 80), timeout=seconds) as raw:
        raw.sendall(request)
        raw.shutdown(socket.SHUT_WR)
        while chunk := raw.recv(65536):
            answer += chunk
    return answer


def wait_until_alone(server: Watched) -> None:
    """Until nobody follows any more; fails when somebody is remembered for too long."""
    deadline = time.monotonic() + 3
    while server.followers():
        assert time.monotonic() < deadline, "a follower who left is still counted"
        time.sleep(0.02)


def test_the_way_of_a_submission_over_server_sent_events(server: Watched, submission: str) -> None:
    with httpx.stream("GET", server.url + submission, timeout=5) as stream:
        events = [json.loads(line[5:]) for line in stream.iter_lines() if line.startswith("data:")]
    assert [event["status"] for event in events] == ["queued", "compiling", "running", "running", "judged"]
    assert [(event["test_case"], event["total"]) for event in events[2:4]] == [(1, 2), (2, 2)]
    assert events[-1]["verdict"] == "AC"
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]


def test_the_same_over_a_socket_with_a_break(server: Watched, submission: str) -> None:
    url = server.url.replace("http:", "ws:") + submission
    with connect(url) as first:
        seen = [json.loads(first.recv(5)) for _ in range(2)]
    with connect(f"{url}?after=2") as second:
        seen += [json.loads(message) for message in second]
        assert second.close_code == 1000
    assert [event["seq"] for event in seen] == [1, 2, 3, 4, 5]
    assert seen[-1]["verdict"] == "AC"


def test_a_refused_socket_gets_an_http_answer(server: Watched, submission: str) -> None:
    url = server.url.replace("http:", "ws:") + submission
    for address, status in ((url.replace("/events", "x/events"), 404), (f"{url}?after=no", 422)):
        with pytest.raises(InvalidStatus) as refused, connect(address):
            pass
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body or b"")["detail"]
    with pytest.raises(InvalidStatus) as foreign, connect(url, origin=Origin("http://elsewhere.test")):
        pass
    assert foreign.value.response.status_code == 403


def test_who_leaves_in_the_middle_is_forgotten(server: Watched, submission: str) -> None:
    wait_until_alone(server)
    address = httpx.URL(server.url)
    for _ in range(20):
        with socket.create_connection((address.host, address.port or 80)) as raw:
            raw.sendall(f"GET {submission} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert raw.recv(100).startswith(b"HTTP/1.1 200")
    wait_until_alone(server)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/submissions/%ff%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET http://elsewhere.test/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 200_000 + b"\r\n\r\n",
        POST + b"Content-Length: -5\r\n\r\n{}",
        POST + b"Content-Length: 100\r\n\r\n{}",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_broken_requests_get_an_answer_or_a_closed_line(server: Watched, request_bytes: bytes) -> None:
    answer = sent_raw(server, request_bytes)
    assert answer == b"" or answer[9:10] in b"234", answer[:200]
    assert httpx.get(f"{server.url}/healthz").status_code == 200


def test_a_body_that_never_comes_is_given_up(server: Watched) -> None:
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port or 80), timeout=5) as raw:
        raw.sendall(POST + b"Content-Length: 10\r\n\r\n")
        assert raw.recv(65536).startswith(b"HTTP/1.1 408")


def test_the_server_does_not_say_what_it_is(server: Watched) -> None:
    assert "server" not in httpx.get(f"{server.url}/healthz").headers


def test_uploads_leave_nothing_behind(server: Watched, tmp_path: Path) -> None:
    assert list(server.door.upload_dir.iterdir()) == []
