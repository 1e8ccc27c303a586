"""`assay queue` at the terminal, on a data folder without a server."""

import asyncio
from datetime import UTC, datetime
import json
from pathlib import Path
import subprocess
from typing import Any

import pytest

from assay.adapters.local.clock import SystemClock
from assay.settings import read_settings
from assay.wiring.backend import Backend
from assay.wiring.backends import open_backend
from tests.contract.houses import problem, submission
from tests.product.running import assay

DEAD, WAITING = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A queue with a dead letter of two faults, and a job that waits."""
    folder = tmp_path_factory.mktemp("queue") / "data"
    assert queue("stats", data_dir=folder).returncode == 0  # makes it, as its user's own

    async def fill(backend: Backend) -> None:
        now = datetime.now(UTC)
        await backend.problems.record(problem(), at=now)
        await backend.submissions.record_and_enqueue(submission(DEAD, created_at=now), key=None)
        for token, cause in (("t1", "no such toolchain"), ("t2", "no [bold]disk")):
            (lease,) = await backend.queue.claim(worker_id="host:1", token=token, limit=1, lease_seconds=30)
            if token == "t1":
                await backend.queue.hand_back(lease, delay_seconds=0, cause=cause)
            else:
                await backend.queue.bury(lease, cause=cause)
        await backend.submissions.record_and_enqueue(submission(WAITING, created_at=now), key=None)

    async def main() -> None:
        async with open_backend(read_settings({}, data_dir=folder), SystemClock()) as backend:
            await fill(backend)

    asyncio.run(main())
    return folder


def queue(*arguments: str, data_dir: Path) -> "subprocess.CompletedProcess[str]":
    return assay("queue", *arguments, "--data-dir", data_dir)


def document(*arguments: str, data_dir: Path) -> dict[str, Any]:
    done = queue(*arguments, "--json", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_lanes_are_counted(data_dir: Path) -> None:
    lanes = {each["lane"]: each for each in document("stats", data_dir=data_dir)["lanes"]}
    assert list(lanes) == ["contest", "assessment", "practice", "rejudge"]
    assert (lanes["practice"]["pending"], lanes["practice"]["dead"]) == (1, 1)
    shown = queue("stats", data_dir=data_dir).stdout
    assert "oldest waits" in shown
    assert any(line.split()[:5] == ["practice", "1", "0", "0", "1"] for line in shown.splitlines())


def test_jobs_are_listed_by_what_they_are(data_dir: Path) -> None:
    items = document("list", "--state", "pending", data_dir=data_dir)["items"]
    assert [item["submission_id"] for item in items] == [WAITING]
    assert items[0]["created_at"].endswith("Z")
    assert document("list", "--user", "nobody", data_dir=data_dir)["items"] == []
    assert "no such jobs" in queue("list", "--user", "nobody", data_dir=data_dir).stdout
    shown = queue("list", data_dir=data_dir).stdout
    assert DEAD in shown
    assert WAITING in shown


def test_dead_letters_come_with_all_that_went_wrong(data_dir: Path) -> None:
    (item,) = document("dead", data_dir=data_dir)["items"]
    assert (item["submission_id"], item["attempt"], item["worker_id"]) == (DEAD, 2, "host:1")
    assert [fault["cause"] for fault in item["faults"]] == ["no such toolchain", "no [bold]disk"]
    shown = queue("dead", data_dir=data_dir).stdout
    assert "try 2 by host:1: no [bold]disk" in shown


def test_a_change_must_say_what_it_concerns(data_dir: Path) -> None:
    for command in (["retry"], ["purge"], ["hold"], ["release"], ["move", "contest"]):
        refused = queue(*command, data_dir=data_dir)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "--all" in refused.stderr


def test_jobs_are_held_moved_and_released(data_dir: Path) -> None:
    assert queue("hold", WAITING, data_dir=data_dir).stdout == "held 1 job\n"
    assert document("move", "contest", "--lane", "practice", data_dir=data_dir) == {"moved": 1}
    (item,) = document("list", WAITING, data_dir=data_dir)["items"]
    assert (item["state"], item["lane"]) == ("held", "contest")
    assert document("release", "--all", data_dir=data_dir) == {"released": 1}
    assert document("release", "--all", data_dir=data_dir) == {"released": 0}


def test_a_dead_letter_is_tried_again(data_dir: Path) -> None:
    assert document("purge", WAITING, data_dir=data_dir) == {"purged": 0}
    assert document("retry", "--all", data_dir=data_dir) == {"retried": 1}
    (item,) = document("list", DEAD, data_dir=data_dir)["items"]
    assert (item["state"], item["attempt"]) == ("pending", 0)
    assert "no dead letters" in queue("dead", data_dir=data_dir).stdout
