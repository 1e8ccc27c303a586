"""No input gives a 5xx, a hang or a traceback: whatever is sent, the answer is an answer.

The application's exceptions reach the test, and its own 500 is a failure too.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
import pytest

from assay.api.limits import Capacity
from tests.unit.api.door import Door

ANSWER_SECONDS_MAX = 5.0
quick = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

texts = st.text(st.characters(), max_size=30)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
near_bodies = st.fixed_dictionaries(
    {},
    optional={
        "problem_id": json_values | st.just("sum"),
        "language": json_values | st.just("python3"),
        "source": json_values | texts,
        "files": json_values | st.lists(st.fixed_dictionaries({"name": texts, "content": texts}), max_size=3),
        "user_id": json_values,
        "tenant": json_values,
        "judging": json_values | st.just("all-tests"),
    },
)
near_runs = st.fixed_dictionaries(
    {},
    optional={
        "problem_id": json_values | st.just("sum"),
        "language": json_values | st.just("python3"),
        "source": json_values | texts,
        "inputs": json_values | st.lists(texts, max_size=3),
        "with_model_answer": json_values,
        "limits": json_values | st.fixed_dictionaries({}, optional={"cpu_time_ms": json_values}),
    },
)
header_bytes = st.binary(max_size=40).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b""))
addresses = st.sampled_from(
    [
        "/api/v1/submissions",
        "/api/v1/submissions/{}",
        "/api/v1/submissions/{}/judgements",
        "/api/v1/submissions/{}/events",
        "/api/v1/submissions/{}/status",
        "/submissions/{}",
        "/submissions/{}/panel",
        "/submissions/{}/events",
        "/api/v1/judgements/{}/runs",
        "/api/v1/runs",
        "/api/v1/runs/{}",
        "/api/v1/problems",
        "/api/v1/problems/{}",
        "/problems/{}",
        "/api/v1/languages",
        "/static/{}",
        "/{}",
    ]
)


class Bombarded:
    """One door for all examples, on a loop of its own, since hypothesis is not asynchronous."""

    def __init__(self, upload_dir: Path) -> None:
        self.runner = asyncio.Runner()
        self.door = Door(upload_dir=upload_dir, capacity=Capacity(heartbeat_seconds=0.05))
        self.runner.run(self.door.add_problem())

    def request(self, method: str, url: str | httpx.URL, **arguments: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.door.app, raise_app_exceptions=True)
            async with (
                asyncio.timeout(ANSWER_SECONDS_MAX),
                httpx.AsyncClient(transport=transport, base_url="http://assay.test") as client,
            ):
                return await client.request(method, url, **arguments)

        response = self.runner.run(ask())
        assert response.status_code < 500, response.text
        if response.status_code >= 400 and "text/html" not in response.headers["content-type"]:
            assert response.headers["content-type"] == "application/problem+json"
            assert method == "HEAD" or response.json()["detail"]
        return response


@pytest.fixture(scope="module")
def bombarded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    target = Bombarded(tmp_path_factory.mktemp("uploads"))
    yield target
    target.runner.close()


@quick
@given(body=st.binary(max_size=300))
def test_any_bytes_as_a_submission(bombarded: Bombarded, body: bytes) -> None:
    response = bombarded.request(
        "POST", "/api/v1/submissions", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code in (400, 422)


@quick
@given(body=near_bodies)
@example(body={"problem_id": "sum", "language": "python3", "source": "\ud800"})
@example(body={"problem_id": 10**400, "language": float("inf"), "source": float("nan")})
def test_any_json_as_a_submission(bombarded: Bombarded, body: object) -> None:
    response = bombarded.request(
        "POST",
        "/api/v1/submissions",
        content=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code in (202, 400, 413, 422)
    if response.status_code == 422:
        assert response.json()["errors"]


@quick
@given(body=near_runs)
@example(body={"language": "python3", "source": "1", "inputs": ["\ud800"]})
@example(body={"language": "python3", "source": "1", "inputs": ["1"], "limits": {"cpu_time_ms": 10**400}})
@example(body={"language": "python3", "source": "1", "inputs": ["1"]})
def test_any_json_as_a_custom_run(bombarded: Bombarded, body: object) -> None:
    response = bombarded.request(
        "POST",
        "/api/v1/runs?wait=0",
        content=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code in (202, 400, 413, 422, 429)


@quick
@given(body=st.binary(max_size=300), query=texts)
def test_any_bytes_as_answers(bombarded: Bombarded, body: bytes, query: str) -> None:
    response = bombarded.request(
        "POST",
        httpx.URL("/api/v1/submissions").copy_merge_params({"problem_id": "sum", query: query})
        if query.isprintable()
        else "/api/v1/submissions?problem_id=sum",
        content=body,
        headers={"Content-Type": "application/zip"},
    )
    assert response.status_code == 422


@quick
@given(body=st.binary(max_size=300))
def test_any_bytes_as_a_package(bombarded: Bombarded, body: bytes) -> None:
    response = bombarded.request(
        "POST", "/api/v1/problems", content=body, headers={"Content-Type": "application/zip"}
    )
    assert response.status_code == 422


@quick
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]),
    address=addresses,
    part=st.binary(max_size=40),
    query=st.binary(max_size=40),
    accept=st.sampled_from(["*/*", "text/html"]),
)
def test_any_address(
    bombarded: Bombarded, *, method: str, address: str, part: bytes, query: bytes, accept: str
) -> None:
    def quoted(raw: bytes) -> str:
        return "".join(f"%{byte:02x}" for byte in raw)

    url = address.replace("{}", quoted(part)) + "?after=" + quoted(query) + "&limit=" + quoted(query[:2])
    response = bombarded.request(method, url, headers={"Accept": accept})
    assert response.status_code in (200, 400, 404, 405, 415, 422)


@quick
@given(
    content_type=header_bytes,
    length=st.sampled_from([None, b"-1", b"x", b"1e9", b"0", b"\xb2"]),
    key=header_bytes,
    encoding=header_bytes,
)
def test_any_headers(
    bombarded: Bombarded, *, content_type: bytes, length: bytes | None, key: bytes, encoding: bytes
) -> None:
    headers = [(b"content-type", content_type), (b"idempotency-key", key), (b"content-encoding", encoding)]
    if length is not None:
        headers.append((b"content-length", length))
    response = bombarded.request("POST", "/api/v1/submissions", content=b"{}", headers=headers)
    assert response.status_code in (400, 415, 422)
