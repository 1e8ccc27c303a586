"""`/healthz` and `/readyz`: alive, ready, degraded and not ready are four things."""

import httpx
import pytest

from assay.domain.dependency import Dependency, Readiness, readiness_on
from tests.unit.api.door import Door

FINE = Dependency(name="database", is_vital=True, trouble=None)
GONE = Dependency(name="database", is_vital=True, trouble="it is gone")
NO_CACHE = Dependency(name="cache", is_vital=False, trouble="nobody answers")


async def test_the_process_is_alive_whatever_it_stands_on(http: httpx.AsyncClient, door: Door) -> None:
    door.dependencies = [GONE]
    answer = await http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_says_what_it_stands_on(http: httpx.AsyncClient, door: Door) -> None:
    door.dependencies = [FINE]
    answer = await http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["parts"] == [{"name": "database", "up": True, "vital": True, "reason": None}]


async def test_degraded_serves_and_says_why(http: httpx.AsyncClient, door: Door) -> None:
    door.dependencies = [FINE, NO_CACHE]
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["parts"][1] == {
        "name": "cache",
        "up": False,
        "vital": False,
        "reason": "nobody answers",
    }


async def test_without_what_is_vital_it_is_not_ready(http: httpx.AsyncClient, door: Door) -> None:
    door.dependencies = [GONE, NO_CACHE]
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert [part["reason"] for part in answer.json()["parts"]] == ["it is gone", "nobody answers"]


@pytest.mark.parametrize(
    ("dependencies", "readiness"),
    [
        ([], Readiness.READY),
        ([FINE], Readiness.READY),
        ([FINE, NO_CACHE], Readiness.DEGRADED),
        ([NO_CACHE, GONE], Readiness.NOT_READY),
    ],
)
def test_the_worst_decides(dependencies: list[Dependency], readiness: Readiness) -> None:
    assert readiness_on(dependencies) is readiness
