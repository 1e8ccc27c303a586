"""Doors and workers as processes of their own on one PostgreSQL database: as on several hosts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import json
import os
from pathlib import Path
import signal
import time
from typing import Any

import pytest

from assay.cli.roles import Role
from tests.conftest import needs_root
from tests.engines.postgres import PostgresServer, running_postgres
from tests.product.running import RunningServer, assay, import_examples, process_tree, running_server

PROBLEM = "lanterns"
SOURCE = "print(sum(map(int, open(0).read().split()[1:])))\n"
LEASE_SECONDS = "3"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@contextmanager
def running_hosts(
    directory: Path, url: str, *, workers: int
) -> Iterator[tuple[RunningServer, list[RunningServer]]]:
    """Doors, and as many workers with a slot each. Test data are in a folder that all can reach."""
    environment = {
        "ASSAY_DATABASE_URL": url,
        "ASSAY_BLOB_URL": f"file://{directory}/doors/blobs",
        "ASSAY_LEASE_SECONDS": LEASE_SECONDS,
    }
    import_examples(directory / "doors", [PROBLEM], environment=environment)
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                running_server(
                    directory / name,
                    log=directory / f"{name}.log",
                    slots=1,
                    role=role,
                    environment=environment,
                )
            )
            for name, role in [("doors", Role.API), *((f"worker{n}", Role.WORKER) for n in range(workers))]
        ]
        yield started[0], started[1:]


@needs_root
def test_what_a_killed_worker_had_is_judged_by_another(tmp_path: Path, postgres: PostgresServer) -> None:
    url = postgres.create_database("killed_worker")
    with running_hosts(tmp_path, url, workers=2) as (doors, (first, second)):
        accepted = [doors.submit(PROBLEM, "python3", f"# {n}\n{SOURCE}") for n in range(30)]
        deadline = time.monotonic() + 60
        while judged(postgres, "killed_worker") < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        tree = process_tree(first.process.pid)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        assert judged(postgres, "killed_worker") < len(accepted), "the kill must come in the middle"
        verdicts = [doors.wait_for_verdict(each)["verdict"] for each in accepted]
        judgements = [
            doors.http.get(f"/api/v1/submissions/{each}/judgements").json()["items"] for each in accepted
        ]
        assert second.process.poll() is None
    assert len(set(verdicts)) == 1, "the same program has one verdict"
    assert [len(items) for items in judgements] == [1] * len(accepted)
    assert [pid for pid in tree if Path(f"/proc/{pid}").exists()] == []


@needs_root
def test_a_worker_that_is_told_to_drain_takes_no_more_until_it_is_told_to_go_on(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.create_database("drained_worker")
    with running_hosts(tmp_path, url, workers=1) as (doors, _):
        place = ["--data-dir", str(tmp_path / "doors"), "--database-url", url]

        def workers(*arguments: str) -> dict[str, Any]:
            done = assay("workers", *arguments, "--json", *place)
            assert done.returncode == 0, done.stderr
            found: dict[str, Any] = json.loads(done.stdout)
            return found

        deadline = time.monotonic() + 60
        while not workers("list")["items"] and time.monotonic() < deadline:
            time.sleep(0.2)  # its process has begun; it makes itself known as soon as it can judge
        (worker,) = workers("list")["items"]
        assert (worker["state"], worker["slots"]) == ("working", 1)
        assert "python3" in worker["languages"]
        assert workers("drain", worker["id"]) == {"draining": [worker["id"]]}
        time.sleep(float(LEASE_SECONDS))  # three heartbeats
        held = doors.submit(PROBLEM, "python3", SOURCE)
        time.sleep(2)
        assert doors.http.get(f"/api/v1/submissions/{held}").json()["status"] == "queued"
        assert workers("list")["items"][0]["state"] == "draining"
        workers("resume", "--all")
        assert doors.wait_for_verdict(held)["status"] == "judged"
        refused = assay("workers", "drain", "nobody", *place)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "nobody" in refused.stderr


@needs_root
def test_doors_and_workers_outlive_a_restart_of_the_database(tmp_path: Path) -> None:
    with running_postgres() as postgres:
        url = postgres.create_database("restarted")
        with running_hosts(tmp_path, url, workers=1) as (doors, _):
            before = doors.submit(PROBLEM, "python3", SOURCE)
            assert doors.wait_for_verdict(before)["status"] == "judged"
            postgres.stop(signal.SIGQUIT)  # a crash
            refused = doors.http.get("/readyz", timeout=30)
            assert refused.status_code == 503, refused.text
            postgres.start()
            deadline = time.monotonic() + 30
            while doors.http.get("/readyz").status_code != 200 and time.monotonic() < deadline:
                time.sleep(0.1)
            after = doors.submit(PROBLEM, "python3", f"# again\n{SOURCE}")
            assert doors.wait_for_verdict(after)["verdict"] == doors.wait_for_verdict(before)["verdict"]


def judged(postgres: PostgresServer, database: str) -> int:
    return int(postgres.sql("SELECT count(*) FROM judgements", database))
