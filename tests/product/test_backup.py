"""A server is backed up while it judges, dies, and lives on elsewhere with all that the backup has."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import shutil
import signal
import sqlite3
from typing import Any

import pytest

from tests.conftest import needs_root
from tests.engines.postgres import PostgresServer, running_postgres
from tests.product.running import RunningServer, assay, import_examples, running_server

PROBLEM = "lanterns"
SOURCE = "print(sum(map(int, open(0).read().split()[1:])))\n"
SLOW = "import time\ntime.sleep(0.3)\n" + SOURCE


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


def shown(server: RunningServer, submission_id: str) -> list[object]:
    """What anybody sees of a submission."""
    place = f"/api/v1/submissions/{submission_id}"
    pages = [server.http.get(place).json(), server.http.get(f"{place}/judgements").json()]
    return [*pages, server.http.get(f"/submissions/{submission_id}").text]


def run(*arguments: str | Path, code: int = 0, **options: Any) -> dict[str, Any]:
    done = assay("backup", *arguments, "--json", **options)
    assert done.returncode == code, done.stdout + done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@needs_root
def test_a_server_moves_from_a_file_to_postgresql_and_back(tmp_path: Path, postgres: PostgresServer) -> None:
    import_examples(tmp_path / "first", [PROBLEM])
    backup, again = tmp_path / "first.tar", tmp_path / "second.tar"
    with running_server(tmp_path / "first", log=tmp_path / "log", slots=1) as server:
        judged = [server.submit(PROBLEM, "python3", f"# {n}\n{SOURCE}") for n in range(3)]
        for each in judged:
            assert server.wait_for_verdict(each)["verdict"] == "AC"
        before = [shown(server, each) for each in judged]
        waiting = [server.submit(PROBLEM, "python3", f"# {n}\n{SLOW}") for n in range(5)]
        made = run("create", backup, "--data-dir", tmp_path / "first")
        late = server.submit(PROBLEM, "python3", SOURCE)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
    assert made["rows"]["submissions"] == len(judged) + len(waiting)
    assert made["blobs"]["missing"] == []
    assert backup.stat().st_mode & 0o777 == 0o600
    assert run("verify", backup)["ok"]

    url = postgres.create_database("moved")
    place: list[str | Path] = ["--data-dir", tmp_path / "second", "--database-url", url]
    restored = run("restore", backup, *place)
    assert restored["rows"] == made["rows"]
    environment = {"ASSAY_DATABASE_URL": url}
    with running_server(
        tmp_path / "second", log=tmp_path / "log2", slots=1, environment=environment
    ) as server:
        assert [shown(server, each) for each in judged] == before
        assert [server.wait_for_verdict(each)["verdict"] for each in waiting] == ["AC"] * len(waiting)
        assert server.http.get(f"/api/v1/submissions/{late}").status_code == 404
        (found,) = server.http.get("/readyz").json()["breaks"]
        assert (found["timeline"], found["newest_missing_at"]) == (2, None)
        run("create", again, *place)

    run("restore", again, "--data-dir", tmp_path / "third")
    with running_server(tmp_path / "third", log=tmp_path / "log3", slots=1) as server:
        assert [shown(server, each) for each in judged] == before
        states = [server.http.get(f"/api/v1/submissions/{each}").json() for each in waiting]
        assert {state["verdict"] for state in states} == {"AC"}
        new = server.submit(PROBLEM, "python3", SOURCE)
        assert server.wait_for_verdict(new)["verdict"] == "AC"
        assert new not in [*judged, *waiting, late]


@needs_root
def test_a_database_that_went_back_is_found_out_at_the_next_start(tmp_path: Path) -> None:
    data_dir, kept = tmp_path / "data", tmp_path / "kept.sqlite3"
    import_examples(data_dir, [PROBLEM])
    key = {"Idempotency-Key": "once"}
    body = {"problem_id": PROBLEM, "language": "python3", "source": SOURCE}
    with running_server(data_dir, log=tmp_path / "log", slots=1) as server:
        first = server.submit(PROBLEM, "python3", SOURCE)
        server.wait_for_verdict(first)
        with sqlite3.connect(data_dir / "assay.sqlite3") as database:
            database.execute("VACUUM INTO ?", (str(kept),))
        database.close()
        lost = server.http.post("/api/v1/submissions", json=body, headers=key).json()["id"]
        server.wait_for_verdict(lost)
        assert server.http.get("/readyz").json()["breaks"] == []
    owner = (data_dir / "assay.sqlite3").stat()
    for name in ("assay.sqlite3", "assay.sqlite3-wal", "assay.sqlite3-shm"):
        (data_dir / name).unlink(missing_ok=True)
    shutil.move(kept, data_dir / "assay.sqlite3")
    os.chown(data_dir / "assay.sqlite3", owner.st_uid, owner.st_gid)
    with running_server(data_dir, log=tmp_path / "log2", slots=1) as server:
        assert server.http.get(f"/api/v1/submissions/{lost}").status_code == 404
        (found,) = server.http.get("/readyz").json()["breaks"]
        assert found["timeline"] == 2
        assert found["newest_kept_at"] < found["newest_missing_at"]
        assert "database_timeline_breaks 1.0" in server.http.get("/metrics").text
        again = server.http.post("/api/v1/submissions", json=body, headers=key)
        assert (again.status_code, again.json()["id"] == lost) == (202, False)
        server.wait_for_verdict(again.json()["id"])
    errors = [line for line in (tmp_path / "log2").read_text().splitlines() if '"level": "error"' in line]
    assert len(errors) == 1, "said once, by one of the processes"
    assert json.loads(errors[0])["newest_missing"] == lost
    stats = assay("queue", "stats", "--data-dir", data_dir)
    assert "acceptances between" in stats.stdout
    (check,) = [
        each
        for each in json.loads(assay("doctor", "--json", "--data-dir", data_dir).stdout)["checks"]
        if each["name"] == "history"
    ]
    assert check["ok"]
    assert "are missing" in check["found"]
