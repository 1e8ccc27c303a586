"""`/readyz` and the figures, while what a server stands on goes away and comes back: real engines, each."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
import signal
import time
from typing import Any

import httpx
import pytest

from assay.cli.roles import Role
from tests.conftest import needs_root
from tests.engines.ports import free_port
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.redis import RedisServer, running_redis
from tests.engines.seaweed import SeaweedServer, running_seaweed
from tests.product.running import RunningServer, running_server

SECONDS_MAX = 60
BUCKET = "readiness"


@dataclass(frozen=True, kw_only=True)
class Scene:
    doors: RunningServer
    primary: PostgresServer
    standby: PostgresServer
    events: RedisServer
    cache: RedisServer
    broker: RedisServer
    seaweed: SeaweedServer

    def parts(self) -> dict[str, dict[str, Any]]:
        return {part["name"]: part for part in self.readiness()["parts"]}

    def readiness(self) -> dict[str, Any]:
        found: dict[str, Any] = self.doors.http.get("/readyz", timeout=30).json()
        return found

    def figures(self) -> dict[str, float]:
        return told(self.doors.http.get("/metrics").text)

    def until(self, name: str, *, up: bool) -> dict[str, Any]:
        """Wait until one of them is found so, and Prometheus is told the same; what is said of it then."""
        deadline = time.monotonic() + SECONDS_MAX
        while self.parts()[name]["up"] is not up or self.figures()[name] != up:
            assert time.monotonic() < deadline, (self.readiness(), self.figures())
            time.sleep(0.2)
        return self.parts()[name]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    directory = tmp_path_factory.mktemp("readiness")
    directory.chmod(0o755)
    with ExitStack() as stack:
        primary = stack.enter_context(running_postgres())
        standby = stack.enter_context(running_postgres(follows=primary))
        events, cache, broker = (stack.enter_context(running_redis()) for _ in range(3))
        seaweed = stack.enter_context(running_seaweed())
        seaweed.create_bucket(BUCKET)
        url = primary.create_database("readiness")
        primary.catch_up(standby)
        environment = {
            "ASSAY_DATABASE_URL": url,
            "ASSAY_DATABASE_READ_URL": standby.url("readiness"),
            "ASSAY_EVENTS_URL": events.url,
            "ASSAY_CACHE_URL": cache.url,
            "ASSAY_QUEUE_URL": broker.url,
            **seaweed.environment(BUCKET),
        }
        doors = stack.enter_context(
            running_server(directory / "data", log=directory / "log", role=Role.API, environment=environment)
        )
        yield Scene(
            doors=doors,
            primary=primary,
            standby=standby,
            events=events,
            cache=cache,
            broker=broker,
            seaweed=seaweed,
        )


def test_everything_is_named_and_nobody_judges(scene: Scene) -> None:
    for name in ("replica", "events", "cache", "broker", "test_data"):
        assert scene.until(name, up=True)["reason"] is None
    deadline = time.monotonic() + SECONDS_MAX
    while "sign of life" not in scene.until("workers", up=False)["reason"]:  # nobody has looked yet
        assert time.monotonic() < deadline
        time.sleep(0.2)
    readiness = scene.readiness()
    assert readiness["status"] == "degraded", "there is no worker"
    assert set(scene.parts()) == {
        "database",
        "events",
        "cache",
        "broker",
        "replica",
        "test_data",
        "workers",
    }
    assert [part["name"] for part in readiness["parts"] if not part["up"]] == ["workers"]
    assert [part["name"] for part in readiness["parts"] if part["vital"]] == ["database"]


@pytest.mark.parametrize("name", ["events", "cache", "broker", "replica"])
def test_what_goes_away_is_said_and_what_comes_back_is_used_without_a_restart(
    scene: Scene, name: str
) -> None:
    engines: dict[str, RedisServer | PostgresServer] = {
        "events": scene.events,
        "cache": scene.cache,
        "broker": scene.broker,
        "replica": scene.standby,
    }
    engine = engines[name]
    scene.until(name, up=True)
    engine.stop()
    try:
        found = scene.until(name, up=False)
        assert found["reason"]
        assert "secret" not in found["reason"]
        answer = scene.doors.http.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert scene.doors.http.get("/api/v1/problems").status_code == 200
    finally:
        engine.start()
    scene.until(name, up=True)


def test_a_bucket_that_is_away_degrades(scene: Scene) -> None:
    scene.until("test_data", up=True)
    scene.seaweed.stop()
    try:
        found = scene.until("test_data", up=False)
        assert found["reason"]
        assert scene.doors.http.get("/readyz").status_code == 200
    finally:
        scene.seaweed.start()
    scene.until("test_data", up=True)


def test_without_the_database_it_is_not_ready_and_then_it_is_again(scene: Scene) -> None:
    scene.primary.stop(signal.SIGQUIT)
    try:
        answer = scene.doors.http.get("/readyz", timeout=30)
        assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
        assert not scene.parts()["database"]["up"]
        assert scene.doors.http.get("/healthz").status_code == 200
        assert scene.figures()["database"] == 0
    finally:
        scene.primary.start()
    scene.until("database", up=True)
    assert scene.doors.http.get("/readyz").status_code == 200


@needs_root
@pytest.mark.parametrize("role", [Role.WORKER, Role.RELAY])
def test_who_has_no_doors_tells_the_same_of_what_it_stands_on(tmp_path: Path, role: Role) -> None:
    port = free_port()
    with running_postgres() as postgres, running_redis() as events, running_redis() as broker:
        environment = {
            "ASSAY_DATABASE_URL": postgres.create_database("worker"),
            "ASSAY_EVENTS_URL": events.url,
            "ASSAY_QUEUE_URL": broker.url,
            "ASSAY_METRICS_PORT": str(port),
            "ASSAY_ATTACK_GATE": "off",
        }

        def figures() -> dict[str, float]:
            return told(httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text)

        def until(wanted: dict[str, float]) -> None:
            deadline = time.monotonic() + SECONDS_MAX
            while figures() != wanted:
                assert time.monotonic() < deadline, figures()
                time.sleep(0.2)

        with running_server(
            tmp_path / "data", log=tmp_path / "log", slots=1, role=role, environment=environment
        ):
            until({"database": 1, "events": 1, "broker": 1})
            events.stop()
            until({"database": 1, "events": 0, "broker": 1})
            events.start()
            until({"database": 1, "events": 1, "broker": 1})
            postgres.stop(signal.SIGQUIT)
            until({"database": 0, "events": 1, "broker": 1})
            postgres.start()
            until({"database": 1, "events": 1, "broker": 1})


def told(figures: str) -> dict[str, float]:
    """Whether each thing is up, as Prometheus is told."""
    prefix = 'dependency_up{name="'
    lines = [line for line in figures.splitlines() if line.startswith(prefix)]
    return {line[len(prefix) :].partition('"')[0]: float(line.rpartition(" ")[2]) for line in lines}
