"""The queue on a Redis: one server that does all, and doors, a relay and a worker as on several hosts."""

from collections.abc import Iterator
from contextlib import ExitStack
import json
import os
from pathlib import Path
import re
import signal
import time

import httpx
import pytest

from assay.cli.roles import Role
from tests.conftest import needs_root
from tests.engines.kafka import running_kafka
from tests.engines.postgres import running_postgres
from tests.engines.redis import RedisServer, running_redis
from tests.product.running import assay, import_examples, running_server

PATIENCE_SECONDS = 120.0
PROBLEM = "lanterns"
SOURCE = "print(sum(map(int, open(0).read().split()[1:])))\n"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running_redis(password="a-secret") as server:
        yield server


def figure(http: httpx.Client, name: str) -> float:
    found = re.search(rf"^{name}(?:{{[^}}]*}})? (\S+)$", http.get("/metrics").text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])


@needs_root
@pytest.mark.parametrize("kind", ["redis", "kafka"])
def test_one_server_does_all(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    with ExitStack() as stack:
        if kind == "redis":
            url = request.getfixturevalue("redis").url
        else:
            url = f"{stack.enter_context(running_kafka()).url}?partitions=2&replicas=1"
        environment, log = {"ASSAY_QUEUE_URL": url}, tmp_path / "log"
        import_examples(tmp_path / "data", [PROBLEM], environment=environment)
        server = stack.enter_context(
            running_server(tmp_path / "data", log=log, slots=2, environment=environment)
        )
        accepted = [server.submit(PROBLEM, "python3", f"# {n}\n{SOURCE}") for n in range(8)]
        states = [server.wait_for_verdict(each) for each in accepted]
        assert [state["status"] for state in states] == ["judged"] * len(accepted)
        assert figure(server.http, "announced_jobs_total") >= len(accepted)
        # Until a worker is one of Kafka's group, it takes them from the rows.
        deadline, number = time.monotonic() + PATIENCE_SECONDS, len(accepted)
        while True:
            assert time.monotonic() < deadline, "no message comes to the worker"
            before, number = figure(server.http, "overlooked_jobs_total"), number + 1
            server.wait_for_verdict(server.submit(PROBLEM, "python3", f"# {number}\n{SOURCE}"))
            if figure(server.http, "overlooked_jobs_total") == before:
                break
    if kind == "redis":
        assert request.getfixturevalue("redis").ask("XLEN", "submissions.normal") == "0"
    assert "a-secret" not in log.read_text()


@needs_root
def test_doors_relay_and_worker_outlive_a_redis_that_loses_all(tmp_path: Path, redis: RedisServer) -> None:
    with running_postgres() as postgres, ExitStack() as stack:
        environment = {
            "ASSAY_DATABASE_URL": postgres.create_database("broker"),
            "ASSAY_BLOB_URL": f"file://{tmp_path}/doors/blobs",
            "ASSAY_LEASE_SECONDS": "3",
            "ASSAY_QUEUE_URL": redis.url,
        }
        import_examples(tmp_path / "doors", [PROBLEM], environment=environment)
        doors, relay, _ = (
            stack.enter_context(
                running_server(
                    tmp_path / role, log=tmp_path / f"{role}.log", slots=1, role=role,
                    environment=environment,
                )
            )
            for role in (Role.API, Role.RELAY, Role.WORKER)
        )  # fmt: skip
        accepted = [doors.submit(PROBLEM, "python3", f"# {n}\n{SOURCE}") for n in range(10)]
        redis.stop()
        accepted += [doors.submit(PROBLEM, "python3", f"# {n}\n{SOURCE}") for n in range(10, 15)]
        redis.start()
        relay.process.send_signal(signal.SIGKILL)
        relay.process.wait()
        accepted += [doors.submit(PROBLEM, "python3", f"# {n}\n{SOURCE}") for n in range(15, 20)]
        for each in accepted:
            assert doors.wait_for_verdict(each)["status"] == "judged"
            judgements = doors.http.get(f"/api/v1/submissions/{each}/judgements").json()["items"]
            assert len(judgements) == 1


def test_what_waits_on_the_broker_is_told(tmp_path: Path, redis: RedisServer) -> None:
    def stats(url: str, *options: str) -> str:
        environment = {**os.environ, "ASSAY_QUEUE_URL": url}
        done = assay("queue", "stats", *options, "--data-dir", tmp_path / "data", env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert stats("sql:").count("broker") == 0
    assert json.loads(stats("sql:", "--json"))["broker"] is None
    topics = {"submissions.high_priority": 0, "submissions.normal": 0, "submissions.dead": 0}
    assert json.loads(stats(redis.url, "--json"))["broker"] == {"messages": topics}
    assert "on the broker: submissions.high_priority 0" in stats(redis.url)
    assert "on the broker" in stats("sql:", "--queue-url", redis.url), "a flag goes before the environment"
    away = stats("redis://:a-secret@127.0.0.1:1/0")
    assert "the broker is out of reach" in away
    assert "a-secret" not in away


def test_a_relay_without_a_broker_says_so_and_ends(tmp_path: Path) -> None:
    done = assay("serve", "--role", "relay", "--data-dir", tmp_path)
    assert done.returncode == 2
    assert "ASSAY_QUEUE_URL" in done.stderr
