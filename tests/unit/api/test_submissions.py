"""Submit, look, poll: every answer that the door can give."""

import asyncio
from collections.abc import AsyncIterator
import json
from typing import Any

import httpx
import pytest

from assay.domain.submission import SourceFile, SubmissionStatus
from assay.domain.verdict import Verdict
from tests.unit.api.door import NOT_INSTALLED, Door

BODY = {"problem_id": "sum", "language": "python3", "source": "print(3)"}


def assert_problem(response: httpx.Response, status: int, *, field: str | None = None) -> dict[str, Any]:
    """The answer is a problem document that names the field and gives a reason."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if field is not None:
        assert field in [error["field"] for error in problem["errors"]], problem
        assert problem["field"] == problem["errors"][0]["field"]
        assert all(error["message"] for error in problem["errors"])
    return problem


async def test_a_submission_is_accepted_and_durable(http: httpx.AsyncClient, door: Door) -> None:
    response = await http.post("/api/v1/submissions", json={**BODY, "user_id": "ada", "tenant": "school"})
    assert response.status_code == 202
    accepted = response.json()
    assert accepted == {
        "id": accepted["id"],
        "status": "queued",
        "url": f"/api/v1/submissions/{accepted['id']}",
    }
    assert response.headers["location"] == accepted["url"]
    state = await door.store.submission(accepted["id"])
    assert state is not None
    assert state.submission.files == (SourceFile(name="main.py", content=b"print(3)"),)
    assert (state.submission.user_id, state.submission.tenant) == ("ada", "school")


async def test_a_language_without_its_toolchain_is_refused(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/v1/submissions", json={**BODY, "language": NOT_INSTALLED})
    assert assert_problem(response, 422, field="language")["code"] == "language_not_installed"


async def test_files_keep_their_names(http: httpx.AsyncClient, door: Door) -> None:
    files = [{"name": "my main.py", "content": "import lib.a\r\n"}, {"name": "lib/a.py", "content": ""}]
    body = {"problem_id": "sum", "language": "python3", "files": files}
    accepted = (await http.post("/api/v1/submissions", json=body)).json()
    state = await door.store.submission(accepted["id"])
    assert state is not None
    assert {file.name: file.content for file in state.submission.files} == {
        "my main.py": b"import lib.a\n",
        "lib/a.py": b"",
    }


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"problem_id": None}, 422, "problem_id"),
        ({"problem_id": 7}, 422, "problem_id"),
        ({"problem_id": ""}, 422, "problem_id"),
        ({"problem_id": "p" * 201}, 422, "problem_id"),
        ({"problem_id": "no-such"}, 422, "problem_id"),
        ({"problem_id": "su\0m"}, 422, "problem_id"),
        ({"language": "klingon"}, 422, "language"),
        ({"language": "\0"}, 422, "language"),
        ({"source": ""}, 422, "source"),
        ({"source": None}, 422, "source"),
        ({"source": b"x".decode() * 131_073}, 413, "source"),
        ({"source": "print(3)\0"}, 422, "source"),
        ({"source": 3}, 422, "source"),
        ({"source": ["print(3)"]}, 422, "source"),
        ({"files": [{"name": "a.py", "content": "1"}]}, 422, "source"),
        ({"source": None, "files": []}, 422, "files"),
        ({"source": None, "files": [{"name": "a.py"}]}, 422, "files.0.content"),
        ({"source": None, "files": [{"name": "a.py", "content": "1", "mode": 7}]}, 422, "files.0.mode"),
        ({"source": None, "files": [{"name": "../a.py", "content": "1"}]}, 422, "files.0.name"),
        ({"source": None, "files": [{"name": "/etc/passwd", "content": "1"}]}, 422, "files.0.name"),
        ({"source": None, "files": [{"name": "a", "content": "1"}] * 2}, 422, "files.1.name"),
        ({"source": None, "files": [{"name": "a", "content": "1"}] * 65}, 422, "files"),
        ({"user_id": "u" * 201}, 422, "user_id"),
        ({"user_id": 1}, 422, "user_id"),
        ({"user_id": "a\nb"}, 422, "user_id"),
        ({"tenant": "t" * 201}, 422, "tenant"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
async def test_a_wrong_field_is_named(
    http: httpx.AsyncClient, door: Door, change: dict[str, object], status: int, field: str
) -> None:
    body = {name: value for name, value in {**BODY, **change}.items() if value is not None}
    assert_problem(await http.post("/api/v1/submissions", json=body), status, field=field)
    assert door.store.jobs == {}


async def test_all_wrong_fields_are_named_at_once(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/v1/submissions", json={"language": 3, "colour": "red"})
    assert assert_problem(response, 422)["errors"] == [
        {"field": "problem_id", "message": "is required"},
        {"field": "language", "message": "input should be a valid string"},
        {"field": "colour", "message": "is not a field of this request"},
    ]


async def test_the_largest_source_is_taken(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/v1/submissions", json={**BODY, "source": "é" * 32_768})
    assert response.status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"problem_id": "sum",}',
        b'{"source": NaN}',
        b'{"source": "\\ud800"}',
        b'{"source": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b"9" * 5_000,
        b"\x00",
    ],
)
async def test_what_is_not_json_is_malformed(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert_problem(await http.post("/api/v1/submissions", content=body, headers=headers), 400)


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"'])
async def test_json_that_is_no_object_is_refused(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert_problem(await http.post("/api/v1/submissions", content=body, headers=headers), 422, field="body")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"]
)
async def test_other_content_types_are_refused(http: httpx.AsyncClient, content_type: str) -> None:
    response = await http.post(
        "/api/v1/submissions", content=json.dumps(BODY), headers={"Content-Type": content_type}
    )
    assert_problem(response, 415)


async def test_packed_bodies_are_refused(http: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert_problem(await http.post("/api/v1/submissions", content=b"\x1f\x8b", headers=headers), 415)


async def test_a_charset_is_no_obstacle(http: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    response = await http.post("/api/v1/submissions", content=json.dumps(BODY), headers=headers)
    assert response.status_code == 202


@pytest.mark.parametrize("declared", ["1200000", "9" * 40])
async def test_a_body_that_says_it_is_too_large_is_not_read(http: httpx.AsyncClient, declared: str) -> None:
    class Unread(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            pytest.fail("the body was read")

    headers = {"Content-Type": "application/json", "Content-Length": declared}
    assert_problem(await http.post("/api/v1/submissions", content=Unread(), headers=headers), 413)


async def test_a_body_of_untold_length_is_cut(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 4_000_000:
            sent += 65_536
            yield b" " * 65_536
        pytest.fail("the body was read to its end")

    response = await http.post(
        "/api/v1/submissions", content=endless(), headers={"Content-Type": "application/json"}
    )
    assert_problem(response, 413)
    assert sent < 1_200_000


async def test_a_body_that_dawdles_is_given_up(http: httpx.AsyncClient) -> None:
    async def slow() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.03)

    response = await http.post(
        "/api/v1/submissions", content=slow(), headers={"Content-Type": "application/json"}
    )
    assert_problem(response, 408)


async def test_an_idempotency_key_makes_repeats_one_submission(http: httpx.AsyncClient, door: Door) -> None:
    headers = {"Idempotency-Key": "k1", "Content-Type": "application/json"}
    first = await http.post("/api/v1/submissions", content=json.dumps(BODY), headers=headers)
    await door.judge()
    reordered = json.dumps(dict(reversed(BODY.items())), indent=3)
    again = await http.post("/api/v1/submissions", content=reordered, headers=headers)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert len(door.store.jobs) == 1


async def test_an_idempotency_key_with_another_body_is_refused(http: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert (await http.post("/api/v1/submissions", json=BODY, headers=headers)).status_code == 202
    other = await http.post("/api/v1/submissions", json={**BODY, "source": "print(4)"}, headers=headers)
    assert assert_problem(other, 422)["code"] == "idempotency_conflict"


async def test_a_key_in_flight_conflicts(
    http: httpx.AsyncClient, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    record = door.store.record_and_enqueue

    async def slow_record(*args: Any, **kwargs: Any) -> Any:
        await gate.wait()
        return await record(*args, **kwargs)

    monkeypatch.setattr(door.store, "record_and_enqueue", slow_record)
    headers = {"Idempotency-Key": "k1"}
    first = asyncio.create_task(http.post("/api/v1/submissions", json=BODY, headers=headers))
    await asyncio.sleep(0.01)
    second = await http.post("/api/v1/submissions", json=BODY, headers=headers)
    gate.set()
    assert assert_problem(second, 409)["code"] == "idempotency_in_flight"
    assert (await first).status_code == 202


@pytest.mark.parametrize("key", ["", "k" * 256, "kéy", "a\tb"])
async def test_a_bad_idempotency_key_is_named(http: httpx.AsyncClient, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    response = await http.post("/api/v1/submissions", json=BODY, headers=headers)  # type: ignore[arg-type]
    assert_problem(response, 422, field="Idempotency-Key")


async def test_two_idempotency_keys_are_refused(http: httpx.AsyncClient) -> None:
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    response = await http.post("/api/v1/submissions", json=BODY, headers=headers)
    assert_problem(response, 422, field="Idempotency-Key")


async def test_a_submission_says_where_it_stands(http: httpx.AsyncClient, door: Door) -> None:
    url = (await http.post("/api/v1/submissions", json=BODY)).json()["url"]
    seen = (await http.get(url)).json()
    assert (seen["status"], seen["verdict"], seen["language"]) == ("queued", None, "python3")
    assert seen["created_at"].startswith("2026-11-21T12:00:00")
    lease = await door.lease()
    await door.step(lease, SubmissionStatus.RUNNING, 2)
    seen = (await http.get(url)).json()
    assert (seen["status"], seen["test_case"], seen["total"]) == ("running", 2, 3)
    for prefix in ("/api/v1", ""):
        status = (await http.get(f"{prefix}/submissions/{seen['id']}/status")).json()
        assert status == {"status": "running", "progress": "Test case 2/3"}
    await door.finish(lease, [Verdict.AC, Verdict.WA])
    seen = (await http.get(url)).json()
    assert (seen["status"], seen["verdict"]) == ("judged", "WA")
    assert (seen["cpu_time_ms"], seen["memory_bytes"]) == (20, 2 << 20)
    status = (await http.get(seen["links"]["status"])).json()
    assert status == {"status": "judged", "progress": "Wrong answer"}


async def test_every_link_of_a_submission_leads_somewhere(http: httpx.AsyncClient, door: Door) -> None:
    url = (await http.post("/api/v1/submissions", json=BODY)).json()["url"]
    await door.judge()
    for link in (await http.get(url)).json()["links"].values():
        assert (await http.get(link)).status_code == 200


async def test_judgements_and_runs(http: httpx.AsyncClient, door: Door) -> None:
    url = (await http.post("/api/v1/submissions", json=BODY)).json()["url"]
    assert (await http.get(f"{url}/judgements")).json() == {"items": [], "next": None}
    await door.judge([Verdict.AC, Verdict.RTE])
    [judgement] = (await http.get(f"{url}/judgements")).json()["items"]
    assert (judgement["verdict"], judgement["generation"], judgement["test_count"]) == ("RTE", 1, 3)
    assert judgement["evidence"]["language_version"] == "Python 3.11.2"
    runs = (await http.get(judgement["runs_url"])).json()
    assert runs["next"] is None
    assert [(run["ordinal"], run["verdict"], run["signal"]) for run in runs["items"]] == [
        (1, "AC", None),
        (2, "RTE", 11),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/submissions/{}",
        "/api/v1/submissions/{}/judgements",
        "/api/v1/submissions/{}/status",
        "/api/v1/submissions/{}/events",
        "/submissions/{}/status",
        "/submissions/{}/events",
        "/api/v1/judgements/{}/runs",
    ],
)
@pytest.mark.parametrize(
    "name", ["0199a000-0000-7000-8000-000000000000", "x", "%00", "%ff%fe", "0" * 5000, "'; DROP TABLE"]
)
async def test_unknown_ids_are_not_found(http: httpx.AsyncClient, path: str, name: str) -> None:
    assert_problem(await http.get(path.format(name)), 404)
