"""What holds for every answer: headers, HEAD, refusals of the framework, and bugs of our own."""

import json
import re
from typing import Any

import httpx
import pytest
import structlog

from tests.unit.api.asgi import converse
from tests.unit.api.door import Door
from tests.unit.api.test_submissions import BODY, assert_problem

PATHS = [
    "/healthz",
    "/api/v1/languages",
    "/api/v1/nothing",
    "/",
    "/problems/sum",
    "/static/assay.css",
    "/static/x",
]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_has_the_security_headers(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy.replace("style-src-attr 'unsafe-inline'", "")


async def test_other_origins_get_no_leave(http: httpx.AsyncClient) -> None:
    asked = {"Origin": "http://elsewhere.test", "Access-Control-Request-Method": "POST"}
    for response in (
        await http.options("/api/v1/submissions", headers=asked),
        await http.get("/api/v1/languages", headers=asked),
    ):
        assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/languages", "/", "/static/assay.css"])
async def test_head_is_get_without_a_body(http: httpx.AsyncClient, path: str) -> None:
    head, get = await http.head(path), await http.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/nothing", "/api/v1/submissions/", "/static/../app.py"])
async def test_an_unknown_address_is_a_problem(http: httpx.AsyncClient, path: str) -> None:
    assert_problem(await http.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/submissions", {"POST"}),
        ("GET", "/api/v1/submissions", {"POST"}),
        ("POST", "/api/v1/languages", {"GET", "HEAD"}),
        ("PUT", "/api/v1/problems", {"GET", "HEAD", "POST"}),
        ("POST", "/", {"GET", "HEAD"}),
        ("BREW", "/healthz", {"GET", "HEAD"}),
    ],
)
async def test_a_wrong_method_is_a_problem(
    http: httpx.AsyncClient, method: str, path: str, allowed: set[str]
) -> None:
    response = await http.request(method, path)
    assert_problem(response, 405)
    assert set(response.headers["allow"].split(", ")) == allowed


async def test_a_stream_has_no_head(http: httpx.AsyncClient) -> None:
    response = await http.head("/submissions/x/events")
    assert (response.status_code, response.headers["allow"]) == (405, "GET")


async def test_a_bug_of_ours_is_logged_without_the_source(
    http: httpx.AsyncClient, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the store is broken")

    monkeypatch.setattr(door.store, "record_and_enqueue", broken)
    with structlog.testing.capture_logs() as log:
        response = await http.post("/api/v1/submissions", json={**BODY, "source": "my secret source"})
    problem = assert_problem(response, 500)
    assert "broken" not in response.text
    assert problem["code"] == "fault"
    [line] = log
    assert (line["log_level"], line["method"], line["path"]) == ("error", "POST", "/api/v1/submissions")
    assert isinstance(line["exc_info"], RuntimeError)
    assert "secret" not in repr(line)


async def test_a_bug_of_ours_closes_a_socket(
    http: httpx.AsyncClient, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission_id = (await http.post("/api/v1/submissions", json=BODY)).json()["id"]

    async def broken(*args: object, **kwargs: object) -> Any:
        raise RuntimeError("the log is broken")

    monkeypatch.setattr(door.store, "events", broken)
    with structlog.testing.capture_logs() as log:
        async with converse(door.app, "websocket", f"/submissions/{submission_id}/events") as talk:
            await talk.next()
            assert await talk.next() == {"type": "websocket.close", "code": 1011}
    assert [line["event"] for line in log] == ["unexpected fault"]
    assert door.capacity.followers.inside == 0


async def test_the_openapi_document_covers_the_door(http: httpx.AsyncClient) -> None:
    document = (await http.get("/api/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    operations = {(method, path) for path, item in document["paths"].items() for method in item}
    assert {
        ("post", "/api/v1/submissions"),
        ("get", "/api/v1/submissions/{submission_id}"),
        ("get", "/api/v1/submissions/{submission_id}/judgements"),
        ("get", "/api/v1/judgements/{judgement_id}/runs"),
        ("get", "/submissions/{submission_id}/events"),
        ("get", "/submissions/{submission_id}/status"),
        ("get", "/api/v1/languages"),
        ("get", "/api/v1/problems"),
        ("post", "/api/v1/problems"),
    } <= operations
    ids = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))
    assert "/problems/{problem_id}" not in document["paths"]


async def test_the_openapi_document_holds_together(http: httpx.AsyncClient) -> None:
    text = (await http.get("/api/v1/openapi.json")).text
    schemas = json.loads(text)["components"]["schemas"]
    refs = set(re.findall(r'"\$ref": ?"([^"]+)"', text))
    assert refs
    assert {ref.removeprefix("#/components/schemas/") for ref in refs} <= set(schemas)
    assert {"SubmissionBody", "CustomRunBody", "SourceFileBody", "ProblemDetails"} <= set(schemas)
    assert "HTTPValidationError" not in text
    create = json.loads(text)["paths"]["/api/v1/submissions"]["post"]
    assert list(create["requestBody"]["content"]) == ["application/json", "application/zip"]
    run = json.loads(text)["paths"]["/api/v1/runs"]["post"]
    assert list(run["requestBody"]["content"]) == ["application/json"]
    assert {"200", "202", "422", "429"} <= set(run["responses"])
    for status in ("400", "409", "413", "415", "422"):
        assert list(create["responses"][status]["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_there_are_no_documents_that_load_scripts_from_elsewhere(
    http: httpx.AsyncClient, path: str
) -> None:
    assert (await http.get(path)).status_code == 404
