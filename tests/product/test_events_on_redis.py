"""Doors that share a PostgreSQL database and a Redis: what one is told, followers of the other see."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
import threading
import time
from typing import Any

import pytest

from assay.cli.roles import Role
from tests.conftest import needs_root
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.redis import RedisServer, running_redis
from tests.product.running import RunningServer, assay, import_examples, running_server
from tests.waiting import wait_until

PROBLEM = "lanterns"
SOURCE = "print(sum(map(int, open(0).read().split()[1:])))\n"
SLOW = f"import time\ntime.sleep(0.4)\n{SOURCE}"  # of wall time, so that there is a midst


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with running_redis(password="s3cret") as server:
        yield server


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Two hosts with doors, and one that judges."""

    here: RunningServer
    there: RunningServer
    logs: tuple[Path, ...]


@contextmanager
def running_hosts(directory: Path, database_url: str, redis: RedisServer) -> Iterator[Hosts]:
    environment = {
        "ASSAY_DATABASE_URL": database_url,
        "ASSAY_EVENTS_URL": redis.url,
        "ASSAY_CACHE_URL": redis.url,
        "ASSAY_BLOB_URL": f"file://{directory}/here/blobs",
        "ASSAY_LEASE_SECONDS": "3",
    }
    import_examples(directory / "here", [PROBLEM], environment=environment)
    roles = {"here": Role.API, "there": Role.API, "worker": Role.WORKER}
    logs = {name: directory / f"{name}.log" for name in roles}
    with ExitStack() as stack:
        started = {
            name: stack.enter_context(
                running_server(directory / name, log=logs[name], slots=1, role=role, environment=environment)
            )
            for name, role in roles.items()
        }
        yield Hosts(here=started["here"], there=started["there"], logs=tuple(logs.values()))


@dataclass
class Follower:
    """Follows in a thread of its own, from the beginning to the end."""

    server: RunningServer
    submission_id: str
    seen: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def wait_for(self, count: int, *, seconds_max: float = 60) -> None:
        deadline = time.monotonic() + seconds_max
        while len(self.seen) < count:
            assert time.monotonic() < deadline, self.seen
            time.sleep(0.01)

    def end(self, *, seconds_max: float = 120) -> list[dict[str, Any]]:
        self._thread.join(seconds_max)
        assert not self._thread.is_alive(), self.seen
        return self.seen

    def _follow(self) -> None:
        address = f"/api/v1/submissions/{self.submission_id}/events"
        with self.server.http.stream("GET", address) as response:
            for line in response.iter_lines():
                if line.startswith("data: "):
                    self.seen.append(json.loads(line.removeprefix("data: ")))


def check_complete(seen: list[dict[str, Any]]) -> None:
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    assert seen[-1]["status"] == "judged", seen[-1]


@needs_root
def test_a_follower_of_one_door_sees_what_the_other_was_sent(
    tmp_path: Path, postgres: PostgresServer, redis: RedisServer
) -> None:
    database_url = postgres.create_database("followed")
    with running_hosts(tmp_path, database_url, redis) as hosts:
        with redis.overheard("channel:submission:*") as published:
            submission_id = hosts.here.submit(PROBLEM, "python3", SLOW)
            seen = Follower(hosts.there, submission_id).end()
        check_complete(seen)
        ours = [json.loads(text)["seq"] for channel, text in published if channel.endswith(submission_id)]
        assert ours == list(range(2, len(seen) + 1)), "all steps but the first, which every follower reads"
        assert {"queued", "running", "judged"} <= {event["status"] for event in seen}
        # doors and worker hear each other on Redis: two hear submissions, all hear bells
        wait_until(lambda: redis.ask("PUBSUB", "NUMPAT") == "2")  # who overheard them has gone
        assert redis.ask("PUBLISH", f"channel:submission:{submission_id}", "{}") == "2"
        assert redis.ask("PUBLISH", "channel:bell:jobs", "") == "3"

        states = [
            door.http.get(f"/api/v1/submissions/{submission_id}").json() for door in (hosts.here, hosts.there)
        ]
        assert states[0] == states[1]
        assert states[0]["verdict"] is not None
        assert 3500 < int(redis.ask("TTL", f"submission:{submission_id}")) <= 3600
        before = redis.ask("INFO", "commandstats")
        page = hosts.there.http.get(f"/submissions/{submission_id}")
        assert page.status_code == 200
        assert redis.ask("INFO", "commandstats") != before, "the page asks, too"
        for log in hosts.logs:
            assert "s3cret" not in log.read_text()


@needs_root
def test_followers_come_to_the_end_when_redis_is_killed_in_the_midst(
    tmp_path: Path, postgres: PostgresServer, redis: RedisServer
) -> None:
    database_url = postgres.create_database("killed_redis")
    with running_hosts(tmp_path, database_url, redis) as hosts:
        first = hosts.here.submit(PROBLEM, "python3", SLOW)
        followers = [Follower(door, first) for door in (hosts.here, hosts.there)]
        for follower in followers:
            follower.wait_for(2)
        redis.stop()  # kill -9
        assert hosts.here.http.get(f"/api/v1/submissions/{first}").json()["verdict"] is None, "in the midst"
        for follower in followers:
            check_complete(follower.end())

        without = hosts.there.submit(PROBLEM, "python3", f"# without\n{SOURCE}")
        check_complete(Follower(hosts.here, without).end())
        verdicts = {
            door.http.get(f"/api/v1/submissions/{each}").json()["verdict"]
            for door in (hosts.here, hosts.there)
            for each in (first, without)
        }
        assert len(verdicts) == 1, "the same program has one verdict"
        assert hosts.here.http.get("/readyz").status_code == 200

        redis.start()
        deadline = time.monotonic() + 30
        while redis.ask("PUBLISH", "channel:bell:jobs", "") != "3":
            assert time.monotonic() < deadline, "all three listen again"
            time.sleep(0.1)
        after = hosts.there.submit(PROBLEM, "python3", f"# after\n{SOURCE}")
        check_complete(Follower(hosts.here, after).end())
        deadline = time.monotonic() + 30
        while redis.ask("EXISTS", f"submission:{after}") != "1":
            assert time.monotonic() < deadline, "who was not answered asks again after a moment, and keeps it"
            hosts.here.http.get(f"/api/v1/submissions/{after}")
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("flag", "url", "why"),
    [
        ("--events-url", "postgresql:", "it is SQLite"),
        ("--events-url", "redis://:s3cret@h1,h2", "only a cluster"),
        ("--cache-url", "redis://:s3cret@h/first", "number of a database"),
        ("--cache-url", "s3cret", "memory:"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_what_cannot_work_is_refused_by_name(
    tmp_path: Path, command: str, flag: str, url: str, why: str
) -> None:
    refused = assay(command, "--data-dir", tmp_path, flag, url)
    assert refused.returncode == 2, refused.stderr
    assert {"--events-url": "ASSAY_EVENTS_URL", "--cache-url": "ASSAY_CACHE_URL"}[flag] in refused.stderr
    assert why in refused.stderr
    assert "s3cret" not in refused.stderr + refused.stdout
