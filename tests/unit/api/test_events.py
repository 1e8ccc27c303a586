"""Following a submission: order, resuming, ending, and leaving without a trace."""

import asyncio
import json

import httpx
import pytest

from assay.api.limits import SEQ_MAX
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from tests.unit.api.asgi import converse
from tests.unit.api.door import Door

BODY = {"problem_id": "sum", "language": "python3", "source": "print(3)"}
WAY = [
    {"seq": 1, "status": "queued", "test_case": None, "total": None, "verdict": None, "score": None},
    {"seq": 2, "status": "compiling", "test_case": None, "total": None, "verdict": None, "score": None},
    {"seq": 3, "status": "running", "test_case": 1, "total": 3, "verdict": None, "score": None},
    {"seq": 4, "status": "running", "test_case": 2, "total": 3, "verdict": None, "score": None},
]
ADDRESSES = ["/api/v1/submissions/{}/events", "/submissions/{}/events"]


@pytest.fixture
async def submission_id(http: httpx.AsyncClient) -> str:
    return str((await http.post("/api/v1/submissions", json=BODY)).json()["id"])


def events_of(stream: httpx.Response) -> list[dict[str, object]]:
    assert stream.status_code == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    return [
        json.loads(line.removeprefix("data: "))
        for line in stream.text.splitlines()
        if line.startswith("data: ")
    ]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_the_stream_tells_the_whole_way_and_ends(
    http: httpx.AsyncClient, door: Door, submission_id: str, address: str
) -> None:
    await door.judge([Verdict.AC, Verdict.WA])
    stream = await http.get(address.format(submission_id))
    assert [event["seq"] for event in events_of(stream)] == [1, 2, 3, 4, 5]
    assert events_of(stream)[:4] == WAY
    assert (events_of(stream)[-1]["status"], events_of(stream)[-1]["verdict"]) == ("judged", "WA")
    assert "id: 5\n" in stream.text


async def test_the_stream_is_live(door: Door, submission_id: str) -> None:
    async with converse(door.app, "http", ADDRESSES[0].format(submission_id)) as talk:
        start = await talk.next()
        assert start["status"] == 200
        assert b"content-length" not in dict(start["headers"])
        assert await talk.next_event() == WAY[0]
        lease = await door.lease()
        await door.step(lease, SubmissionStatus.COMPILING)
        assert await talk.next_event() == WAY[1]
        await door.step(lease, SubmissionStatus.RUNNING, 1)
        assert await talk.next_event() == WAY[2]
        await door.finish(lease, [Verdict.TLE])
        assert (await talk.next_event())["verdict"] == "TLE"
        assert await talk.next() == {"type": "http.response.body", "body": b"", "more_body": False}
        await talk.ends()
    assert door.capacity.followers.inside == 0


@pytest.mark.parametrize(
    ("headers", "query", "first"),
    [
        ({"Last-Event-ID": "3"}, "", 4),
        ({}, "?after=2", 3),
        ({"Last-Event-ID": "4"}, "?after=1", 5),
        ({"Last-Event-ID": ""}, "?after=1", 2),
        ({}, "?after=0", 1),
    ],
)
async def test_a_stream_resumes_after_the_last_seen(
    http: httpx.AsyncClient,
    door: Door,
    submission_id: str,
    *,
    headers: dict[str, str],
    query: str,
    first: int,
) -> None:
    await door.judge([Verdict.AC, Verdict.WA])
    stream = await http.get(ADDRESSES[0].format(submission_id) + query, headers=headers)
    assert [event["seq"] for event in events_of(stream)] == list(range(first, 6))


@pytest.mark.parametrize("after", [5, 6, SEQ_MAX])
async def test_who_has_seen_all_is_told_to_stay_away(
    http: httpx.AsyncClient, door: Door, submission_id: str, after: int
) -> None:
    await door.judge([Verdict.AC, Verdict.WA])
    response = await http.get(ADDRESSES[0].format(submission_id), params={"after": after})
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("seq", ["-1", "x", "1.5", str(SEQ_MAX + 1), "9" * 400, "٣", " "])
async def test_a_bad_seq_is_named(http: httpx.AsyncClient, submission_id: str, seq: str) -> None:
    url = ADDRESSES[0].format(submission_id)
    by_query = await http.get(url, params={"after": seq})
    assert (by_query.status_code, by_query.json()["field"]) == (422, "after")
    by_header = await http.get(url, headers={"Last-Event-ID": seq.encode()})  # type: ignore[arg-type]
    if seq.strip():
        assert (by_header.status_code, by_header.json()["field"]) == (422, "Last-Event-ID")


async def test_a_quiet_stream_has_heartbeats(door: Door, submission_id: str) -> None:
    async with converse(door.app, "http", ADDRESSES[0].format(submission_id)) as talk:
        seen = [await talk.next_text() for _ in range(5) if (await talk.next())]
    assert ": still here\n\n" in seen


async def test_a_follower_who_leaves_is_forgotten(door: Door, submission_id: str) -> None:
    before = asyncio.all_tasks()
    async with converse(door.app, "http", ADDRESSES[0].format(submission_id)) as talk:
        await talk.next()
        assert door.capacity.followers.inside == 1
        await talk.inbox.put({"type": "http.disconnect"})
        await talk.ends()
    assert door.capacity.followers.inside == 0
    assert door.store.followers.is_empty
    assert asyncio.all_tasks() == before


async def test_a_follower_who_reads_nothing_is_dropped(door: Door, submission_id: str) -> None:
    door.capacity.send_seconds_max = 0.05
    before = asyncio.all_tasks()
    async with converse(door.app, "http", ADDRESSES[0].format(submission_id)) as talk:
        await talk.next()
        talk.reads.clear()
        await talk.ends()
    assert door.store.followers.is_empty
    assert asyncio.all_tasks() == before


async def test_head_does_not_follow(http: httpx.AsyncClient, submission_id: str) -> None:
    async with asyncio.timeout(1):
        response = await http.head(ADDRESSES[0].format(submission_id))
    assert response.status_code == 405


async def test_following_has_an_end_and_can_be_resumed(door: Door, submission_id: str) -> None:
    door.capacity.follow_seconds_max = 0.1
    async with converse(door.app, "http", ADDRESSES[0].format(submission_id)) as talk:
        await talk.ends()
    async with converse(door.app, "websocket", ADDRESSES[0].format(submission_id)) as talk:
        assert (await talk.next())["type"] == "websocket.accept"
        assert json.loads(await talk.next_text())["seq"] == 1
        assert (await talk.next())["code"] == 1013
        await talk.ends()


async def test_followers_are_bounded(door: Door, http: httpx.AsyncClient, submission_id: str) -> None:
    door.capacity.followers.inside = 4096
    refused = await http.get(ADDRESSES[0].format(submission_id))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    async with converse(door.app, "websocket", ADDRESSES[0].format(submission_id)) as talk:
        assert (await talk.next())["status"] == 429


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_socket_tells_the_same_live(door: Door, submission_id: str, address: str) -> None:
    before = asyncio.all_tasks()
    async with converse(door.app, "websocket", address.format(submission_id)) as talk:
        assert (await talk.next())["type"] == "websocket.accept"
        assert json.loads(await talk.next_text()) == WAY[0]
        await talk.inbox.put({"type": "websocket.receive", "text": "what the follower says is not heard"})
        await door.judge([Verdict.AC, Verdict.WA])
        told = [json.loads(await talk.next_text()) for _ in range(4)]
        assert told[:3] == WAY[1:]
        assert told[3]["verdict"] == "WA"
        assert (await talk.next())["code"] == 1000
        await talk.ends()
    assert asyncio.all_tasks() == before
    assert door.capacity.followers.inside == 0


async def test_a_socket_resumes_by_seq(door: Door, submission_id: str) -> None:
    await door.judge([Verdict.AC, Verdict.WA])
    for after in range(6):
        async with converse(
            door.app, "websocket", ADDRESSES[1].format(submission_id), query=f"after={after}"
        ) as talk:
            assert (await talk.next())["type"] == "websocket.accept"
            told = [json.loads(await talk.next_text())["seq"] for _ in range(after, 5)]
            assert told == list(range(after + 1, 6))
            assert (await talk.next())["code"] == 1000


async def test_a_socket_that_is_left_is_forgotten(door: Door, submission_id: str) -> None:
    before = asyncio.all_tasks()
    async with converse(door.app, "websocket", ADDRESSES[0].format(submission_id)) as talk:
        await talk.next()
        await talk.inbox.put({"type": "websocket.disconnect", "code": 1006})
        await talk.ends()
    assert asyncio.all_tasks() == before
    assert door.store.followers.is_empty


@pytest.mark.parametrize(
    ("name", "query", "headers", "status"),
    [
        ("x", "", {}, 404),
        ("0199a000-0000-7000-8000-000000000000", "", {}, 404),
        (None, "after=x", {}, 422),
        (None, "after=-1", {}, 422),
        (None, "", {"Origin": "http://elsewhere.test"}, 403),
        (None, "", {"Origin": "null"}, 403),
        (None, "", {"Origin": "http://["}, 403),
    ],
)
async def test_a_refused_handshake_says_why(
    door: Door, submission_id: str, *, name: str | None, query: str, headers: dict[str, str], status: int
) -> None:
    path = ADDRESSES[0].format(name or submission_id)
    async with converse(door.app, "websocket", path, query=query, headers=headers) as talk:
        start = await talk.next()
        assert (start["type"], start["status"]) == ("websocket.http.response.start", status)
        assert (b"content-type", b"application/problem+json") in start["headers"]
        assert json.loads((await talk.next())["body"])["detail"]
        await talk.ends()


async def test_our_own_page_may_open_a_socket(door: Door, submission_id: str) -> None:
    headers = {"Origin": "http://assay.test"}
    async with converse(door.app, "websocket", ADDRESSES[0].format(submission_id), headers=headers) as talk:
        assert (await talk.next())["type"] == "websocket.accept"
