"""Test data in a bucket: imported by one process, judged by another that has a disk of its own."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import time
from typing import Any

import pytest

from assay.cli.roles import Role
from tests.conftest import needs_root
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.seaweed import SeaweedServer, running_seaweed
from tests.product.running import EXAMPLES, RunningServer, assay, import_examples, running_server

FIRST, SECOND = "lanterns", "keeperslog"
RIGHT = {
    FIRST: (EXAMPLES / "lanterns/submissions/accepted/sum.py").read_text(),
    SECOND: (EXAMPLES / "keeperslog/submissions/accepted/log.py").read_text(),
}
BUCKET = "test-data"


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Doors and a worker, each with a data folder of its own, on one database and one bucket."""

    doors: RunningServer
    worker: RunningServer
    postgres: PostgresServer
    store: SeaweedServer
    folder: Path
    environment: Mapping[str, str]

    def submit(self, problem: str, number: int) -> str:
        """The right program, never the same twice."""
        return self.doors.submit(problem, "python3", f"# {number}\n{RIGHT[problem]}")

    def state(self, submission_id: str) -> dict[str, Any]:
        state: dict[str, Any] = self.doors.http.get(f"/api/v1/submissions/{submission_id}").json()
        return state

    def postponed(self) -> list[dict[str, Any]]:
        """What the worker has written of submissions that it could not judge just now."""
        lines = (self.folder / "worker.log").read_text().splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{")]
        return [each for each in found if each["event"] == "postponed"]

    def cached(self) -> int:
        return len(list((self.folder / "worker/blob-cache").glob("??/*")))


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@contextmanager
def running_hosts(folder: Path, postgres: PostgresServer) -> Iterator[Hosts]:
    with ExitStack() as stack:
        store = stack.enter_context(running_seaweed())
        store.create_bucket(BUCKET)
        environment = {
            **store.environment(f"{BUCKET}/judge"),
            "ASSAY_DATABASE_URL": postgres.create_database("test_data_in_a_bucket"),
        }
        import_examples(folder / "importer", [FIRST, SECOND], environment=environment)
        doors, worker = (
            stack.enter_context(
                running_server(
                    folder / name, log=folder / f"{name}.log", slots=1, role=role, environment=environment
                )
            )
            for name, role in (("doors", Role.API), ("worker", Role.WORKER))
        )
        yield Hosts(
            doors=doors,
            worker=worker,
            postgres=postgres,
            store=store,
            folder=folder,
            environment={**os.environ, **environment},
        )


@needs_root
def test_a_store_that_goes_away_delays_what_is_new_and_nothing_else(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    with running_hosts(tmp_path, postgres) as hosts:
        assert not (tmp_path / "importer/blobs").exists()
        assert hosts.cached() == 0
        assert hosts.doors.wait_for_verdict(hosts.submit(FIRST, 1))["verdict"] == "AC"
        assert hosts.cached() > 0
        hosts.store.stop()

        assert hosts.doors.wait_for_verdict(hosts.submit(FIRST, 2))["verdict"] == "AC", "from the cache"
        wrong = hosts.doors.submit(FIRST, "python3", "print(0)")
        assert hosts.doors.wait_for_verdict(wrong)["verdict"] == "WA", "from the cache"

        waiting = hosts.submit(SECOND, 3)
        deadline = time.monotonic() + 60
        while len(hosts.postponed()) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert {each["submission_id"] for each in hosts.postponed()} == {waiting}
        assert "Connection refused" in hosts.postponed()[-1]["detail"]
        assert hosts.state(waiting)["verdict"] is None
        assert hosts.doors.wait_for_verdict(hosts.submit(FIRST, 4))["verdict"] == "AC", (
            "nobody waits behind it"
        )

        result = assay("doctor", "--json", "--data-dir", tmp_path / "doors", env=hosts.environment)
        checks = json.loads(result.stdout)["checks"]
        (found,) = [each for each in checks if each["name"] == "test_data"]
        assert not found["ok"]
        assert "Connection refused" in found["found"]
        assert "see that the store runs" in found["remedy"]

        hosts.store.start()
        assert hosts.doors.wait_for_verdict(waiting)["verdict"] == "AC"
        assert hosts.postgres.sql("SELECT count(*) FROM judgements", "test_data_in_a_bucket") == "5\n"
        assert hosts.postgres.sql("SELECT max(attempt) FROM jobs", "test_data_in_a_bucket") == "1\n"
