"""Pages of other sites are kept from reaching a server through their visitors' browsers."""

from pathlib import Path

import httpx
import pytest

from assay.api.limits import Capacity
from tests.unit.api.asgi import converse
from tests.unit.api.door import Door
from tests.unit.api.test_submissions import BODY, assert_problem


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8700",
        "192.0.2.7",
        "[::1]:8700",
        "[2001:db8::1]",
        "localhost",
        "LocalHost:8700",
        "assay.test:8700",
        "ASSAY.test",
    ],
)
async def test_addresses_and_own_names_are_served(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example:8700",
        "localhost.rebound.example",
        "127.0.0.1.rebound.example",
        "notlocalhost",
        "[::1].rebound.example",
        "localhost@rebound.example",
        "[v1.x]",
        "999.0.0.1",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/problems", "/static/assay.css", "/healthz"])
async def test_a_rebound_name_is_refused_with_the_remedy(
    http: httpx.AsyncClient, host: str, path: str
) -> None:
    response = await http.get(path, headers={"Host": host, "Accept": "text/html"})
    problem = assert_problem(response, 421)
    assert problem["code"] == "host_not_served"
    assert problem["field"] == "Host"
    assert "ASSAY_ALLOWED_HOSTS" in problem["detail"]
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_two_hosts_are_one_too_many(http: httpx.AsyncClient) -> None:
    request = httpx.Request(
        "GET", "http://assay.test/", headers=[("Host", "localhost"), ("Host", "x.example")]
    )
    assert_problem(await http.send(request), 421)


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ({"judge.example"}, "judge.example", 200),
        ({"judge.example"}, "Judge.Example:8700", 200),
        ({"judge.example"}, "sub.judge.example", 421),
        ({"*"}, "anything.example", 200),
    ],
)
async def test_the_operator_may_name_more_hosts(
    tmp_path: Path, allowed: set[str], host: str, status: int
) -> None:
    door = Door(upload_dir=tmp_path, capacity=Capacity(), allowed_hosts=frozenset(allowed))
    transport = httpx.ASGITransport(door.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://assay.test") as http:
        assert (await http.get("/api/v1/problems", headers={"Host": host})).status_code == status


@pytest.mark.parametrize(
    "origin",
    [
        "http://elsewhere.test",
        "null",
        "http://assay.test:8080",
        "http://assay.test.elsewhere.test",
        "http://[",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/submissions", "/api/v1/problems", "/nothing"])
async def test_a_page_of_another_origin_changes_nothing(
    http: httpx.AsyncClient, door: Door, origin: str, path: str
) -> None:
    problem = assert_problem(await http.post(path, json=BODY, headers={"Origin": origin}), 403)
    assert problem["code"] == "cross_origin"
    assert problem["field"] == "Origin"
    assert await door.queue.claim(worker_id="w", token="t", limit=1, lease_seconds=1) == []


async def test_our_own_page_and_programs_submit(http: httpx.AsyncClient) -> None:
    for headers in (
        {},
        {"Origin": "http://assay.test"},
        {"Origin": "http://10.0.0.1:8700", "Host": "10.0.0.1:8700"},
    ):
        response = await http.post("/api/v1/submissions", json=BODY, headers=headers)
        assert response.status_code == 202, response.text


@pytest.mark.parametrize(("site", "status"), [("same-origin", 202), ("same-site", 403), ("cross-site", 403)])
async def test_a_browser_that_hides_the_origin_says_whose_page_it_is(
    http: httpx.AsyncClient, site: str, status: int
) -> None:
    headers = {"Origin": "null", "Sec-Fetch-Site": site}
    assert (await http.post("/api/v1/submissions", json=BODY, headers=headers)).status_code == status


async def test_a_proxy_may_call_by_another_name_than_the_browser(tmp_path: Path) -> None:
    door = Door(upload_dir=tmp_path, capacity=Capacity(), allowed_hosts=frozenset({"judge.example"}))
    await door.add_problem()
    transport = httpx.ASGITransport(door.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8700") as http:
        answers = [
            (await http.post("/api/v1/submissions", json=BODY, headers={"Origin": origin})).status_code
            for origin in ("https://judge.example", "https://judge.example:8443", "https://other.example")
        ]
    assert answers == [202, 403, 403]


async def test_reading_across_origins_is_the_browser_s_to_refuse(http: httpx.AsyncClient) -> None:
    response = await http.get("/api/v1/problems", headers={"Origin": "http://elsewhere.test"})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_socket_to_a_rebound_name_is_refused(door: Door) -> None:
    headers = {"host": "rebound.example", "origin": "http://rebound.example"}
    async with converse(door.app, "websocket", "/submissions/x/events", headers=headers) as talk:
        start = await talk.next()
        assert (start["type"], start["status"]) == ("websocket.http.response.start", 421)
